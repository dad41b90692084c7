// Whatever stands in a charter: it is refused with an error, or it is a charter that comes back from its
// text.
#include <cstdint>
#include <string_view>

#include "candour/base/error.h"
#include "candour/instruction/charter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace candour;
  try {
    const auto charter = instruction::parse_charter(base::as_text({data, size}), "charter.toml");
    const std::string text = instruction::write_charter(charter);
    CANDOUR_CHECK(instruction::write_charter(instruction::parse_charter(text, "charter.toml")) == text ||
                  charter.version == 1);
  } catch (const base::Error&) {
  }
  return 0;
}
