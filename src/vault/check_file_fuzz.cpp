// Whatever comes back from the service: it is refused with an error, or it is the lines that writing its
// numbers gives, byte for byte. The same for a practice's list.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "candour/base/error.h"
#include "candour/vault/check_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace candour;
  const vault::IdentifiableText text{std::string(base::as_text({data, size}))};
  try {
    std::vector<std::uint64_t> numbers;
    vault::visit_check_file(text, "answer.dat", [&](std::string_view digits, std::uint64_t line) {
      CANDOUR_CHECK(line == numbers.size() + 1);
      numbers.push_back(vault::nhs_number_of(digits));
    });
    CANDOUR_CHECK(vault::write_check_file(numbers).reveal() == text.reveal());
  } catch (const base::Error&) {
  }
  try {
    const vault::IdentifiableNumbers list = vault::read_type1_list(text, "list");
    CANDOUR_CHECK(list.reveal().values.size() * 11 == size);
    for (std::size_t i = 1; i < list.reveal().values.size(); ++i) {
      CANDOUR_CHECK(list.reveal().values[i - 1] < list.reveal().values[i]);
    }
  } catch (const base::Error&) {
  }
  return 0;
}
