// Whatever is given as a checkpoint: it is refused with an error, or is written as it was read.
//
//   cmake --preset fuzz && ninja -C build/fuzz checkpoint_fuzz
//   mkdir -p build/corpus && build/fuzz/checkpoint_fuzz build/corpus tests/fuzz/checkpoint
#include <cstdint>
#include <string_view>

#include "candour/base/error.h"
#include "candour/log/checkpoint.h"

using namespace candour;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = base::as_text({data, size});
  try {
    const log::SignedCheckpoint signed_checkpoint = log::parse_checkpoint(bytes);
    CANDOUR_CHECK(log::write_note(signed_checkpoint.note) == bytes);
    CANDOUR_CHECK(log::write_checkpoint_text(signed_checkpoint.checkpoint) == signed_checkpoint.note.text);
    CANDOUR_CHECK(signed_checkpoint.checkpoint.head.size <= log::kSizeAtMost);
  } catch (const base::Error&) {
  }
  return 0;
}
