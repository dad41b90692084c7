#include <algorithm>

#include "candour/collection/field_parse.h"

namespace candour::collection {

std::optional<int> nhs_number_check_digit(std::string_view nine_digits) {
  CANDOUR_CHECK(nine_digits.size() == 9);
  int sum = 0;
  for (std::size_t i = 0; i < 9; ++i) sum += (10 - static_cast<int>(i)) * (nine_digits[i] - '0');
  const int check = 11 - sum % 11;
  if (check == 10) return std::nullopt;
  return check == 11 ? 0 : check;
}

bool nhs_number_check_digit_holds(std::string_view digits) {
  CANDOUR_CHECK(digits.size() == 10);
  const std::optional<int> check = nhs_number_check_digit(digits.substr(0, 9));
  return check && *check == digits[9] - '0';
}

bool nhs_number_is_filler(std::string_view digits) {
  CANDOUR_CHECK(digits.size() == 10);
  const bool ends_alike = digits.front() == digits.back();
  const std::string_view middle = digits.substr(1, 8);
  const auto all = [&](char digit) {
    return std::all_of(middle.begin(), middle.end(), [digit](char c) { return c == digit; });
  };
  return ends_alike && (all(digits.front()) || all('0'));
}

}  // namespace candour::collection
