#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>

#include "candour/collection/field_parse.h"

namespace candour::collection {
namespace {

// The specification once more, written the other way round: the weighted sum of all ten digits, the check
// digit with weight 1, is a multiple of 11.
bool is_multiple_of_11(const std::string& digits) {
  int sum = 0;
  for (std::size_t i = 0; i < 10; ++i) sum += (digits[i] - '0') * static_cast<int>(10 - i);
  return sum % 11 == 0;
}

std::string nine_digits(std::uint32_t number) {
  std::string text = std::to_string(number % 1'000'000'000);
  return std::string(9 - text.size(), '0') + text;
}

ValueProblem parse_number(std::string_view text, std::string* parsed = nullptr) {
  Field field;
  field.type = FieldType::kNhsNumber;
  const Collection collection;
  const ParseContext context{&collection, nullptr, {}, {}};
  table::Column column(table::Type::kText);
  const ValueProblem problem = FieldParser(field, context).parse(text, column);
  CHECK(column.size() == (problem == ValueProblem::kNone ? 1 : 0));
  if (parsed != nullptr && column.size() == 1) *parsed = column.text(0);
  return problem;
}

TEST_CASE("the check digit holds for published examples") {
  CHECK(nhs_number_check_digit_holds("8429141456"));  // NHS England's own example, and its opposite
  CHECK_FALSE(nhs_number_check_digit_holds("8429141457"));
  CHECK(nhs_number_check_digit_holds("9434765919"));
  CHECK_FALSE(nhs_number_check_digit_holds("9000543664"));     // in an example file of the opt-out service
  CHECK(nhs_number_check_digit("000000006") == std::nullopt);  // 12 mod 11 is 1, and 10 is no digit
  CHECK(nhs_number_check_digit("000000000") == 0);             // 11 stands for 0
}

TEST_CASE("a number holds exactly where its weighted sum is a multiple of 11") {
  CHECK(rc::check("modulus 11", [](std::uint32_t number, std::uint8_t last) {
    const std::string digits = nine_digits(number) + static_cast<char>('0' + last % 10);
    return nhs_number_check_digit_holds(digits) == is_multiple_of_11(digits);
  }));
}

TEST_CASE("any one wrong digit is found, and any two exchanged neighbours") {
  CHECK(rc::check("errors are found", [](std::uint32_t number) {
    const std::string nine = nine_digits(number);
    const auto check = nhs_number_check_digit(nine);
    if (!check) return true;
    const std::string good = nine + static_cast<char>('0' + *check);
    if (!nhs_number_check_digit_holds(good)) return false;
    for (std::size_t i = 0; i < 10; ++i) {
      for (char digit = '0'; digit <= '9'; ++digit) {
        std::string wrong = good;
        wrong[i] = digit;
        if (digit != good[i] && nhs_number_check_digit_holds(wrong)) return false;
      }
      std::string exchanged = good;
      if (i > 0) std::swap(exchanged[i - 1], exchanged[i]);
      if (exchanged != good && nhs_number_check_digit_holds(exchanged)) return false;
    }
    return true;
  }));
}

TEST_CASE("the 19 fillers pass modulus 11 and are refused all the same, and no other number is a filler") {
  std::set<std::string> fillers;
  for (char d = '0'; d <= '9'; ++d) {
    fillers.insert(std::string(10, d));
    fillers.insert(std::string(1, d) + std::string(8, '0') + std::string(1, d));
  }
  CHECK(fillers.size() == 19);
  for (const std::string& filler : fillers) {
    CAPTURE(filler);
    CHECK(nhs_number_check_digit_holds(filler));
    CHECK(nhs_number_is_filler(filler));
    CHECK(parse_number(filler) == ValueProblem::kNhsNumberFiller);
    for (std::size_t i = 0; i < 10; ++i) {
      std::string other = filler;
      other[i] = other[i] == '9' ? '0' : static_cast<char>(other[i] + 1);
      CHECK(nhs_number_is_filler(other) == fillers.contains(other));
    }
  }
}

TEST_CASE("an NHS number is ten digits, together or 3-3-4 with single spaces") {
  std::string parsed;
  CHECK(parse_number("9434765919", &parsed) == ValueProblem::kNone);
  CHECK(parsed == "9434765919");
  CHECK(parse_number("943 476 5919", &parsed) == ValueProblem::kNone);
  CHECK(parsed == "9434765919");
  for (const char* text : {"943476591", "94347659199", "943-476-5919", "943 4765919", "94 3476 5919",
                           "9434 76 5919", "943  476 591", "943476591O", "943476591 ", "+434765919", "٩٤٣٤٧",
                           "9434765919.0", "9.43E+09", " 943 476 591"}) {
    CAPTURE(text);
    CHECK(parse_number(text) == ValueProblem::kNhsNumberForm);
  }
  CHECK(parse_number("9434765918") == ValueProblem::kNhsNumberCheckDigit);
}

}  // namespace
}  // namespace candour::collection
