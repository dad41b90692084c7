#include "candour/intake/words.h"

#include "candour/base/error.h"
#include "candour/page/text.h"

namespace candour::intake {
std::string with_thousands(std::uint64_t number) { return page::grouped(static_cast<std::int64_t>(number)); }

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return with_thousands(number) + " " + std::string(number == 1 ? one : many);
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "–";
  CANDOUR_CHECK(part <= whole);
  // 128 bits, so that no count overflows.
  __extension__ using Wide = unsigned __int128;
  const auto tenths = static_cast<std::uint64_t>(static_cast<Wide>(part) * 1000 / whole);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace candour::intake
