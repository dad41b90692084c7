// Whatever is given as a log proof: it is refused with an error, or is written as it was read; and verifying
// it ends with a verdict or an error.
//
//   cmake --preset fuzz && ninja -C build/fuzz proof_fuzz
//   mkdir -p build/corpus && build/fuzz/proof_fuzz build/corpus tests/fuzz/proof
#include <cstdint>
#include <string_view>

#include "candour/base/error.h"
#include "candour/log/proof.h"

using namespace candour;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = base::as_text({data, size});
  try {
    const log::Proof proof = log::parse_proof(bytes);
    CANDOUR_CHECK(log::write_proof(proof) == bytes);
    CANDOUR_CHECK(!log::verify_proof({}, proof, log::Policy{}).holds());
  } catch (const base::Error&) {
  }
  return 0;
}
