// Whatever stands in a charter's payload: it is refused with an error, or it is a charter that comes back
// from its payload. The input is the payload, a line feed, and the list of providers.
#include <cstdint>
#include <string_view>

#include "candour/base/error.h"
#include "candour/instruction/charter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace candour;
  const std::string_view input = base::as_text({data, size});
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos) return 0;
  try {
    const auto charter = instruction::parse_charter(input.substr(0, end), input.substr(end + 1));
    const auto again = instruction::parse_charter(instruction::write_payload(charter),
                                                  instruction::write_providers(charter));
    CANDOUR_CHECK(again.version == 1 || again == charter);
  } catch (const base::Error&) {
  }
  return 0;
}
