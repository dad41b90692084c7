// Whatever a log sends a witness, or a witness a log: it is refused with an error, or is written as it was
// read.
//
//   cmake --preset fuzz && ninja -C build/fuzz witness_wire_fuzz
//   mkdir -p build/corpus && build/fuzz/witness_wire_fuzz build/corpus tests/fuzz/witness_wire
#include <cstdint>
#include <string_view>

#include "candour/base/error.h"
#include "candour/log/witness_wire.h"

using namespace candour;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body = base::as_text({data, size});
  try {
    const log::AddCheckpoint request = log::parse_add_checkpoint(body);
    CANDOUR_CHECK(log::write_add_checkpoint(request) == body);
    CANDOUR_CHECK(request.path.size() <= log::kPathAtMost);
  } catch (const base::Error&) {
  }
  try {
    CANDOUR_CHECK(log::write_witness_size(log::parse_witness_size(body)) == body);
  } catch (const base::Error&) {
  }
  return 0;
}
