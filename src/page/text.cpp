#include "candour/page/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>

#include "candour/base/error.h"

namespace candour::page {
namespace {

constexpr std::string_view kNoFigure = "–";

struct Decimal {
  bool negative = false;
  std::string whole;     // digits, at least one
  std::string fraction;  // digits, perhaps none
};

bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal decimal;
  decimal.negative = text.starts_with('-');
  if (decimal.negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  decimal.whole = text.substr(0, point);
  if (point != std::string_view::npos) {
    decimal.fraction = text.substr(point + 1);
    if (decimal.fraction.empty()) return std::nullopt;
  }
  if (decimal.whole.empty() || !all_digits(decimal.whole) || !all_digits(decimal.fraction))
    return std::nullopt;
  decimal.whole.erase(0, std::min(decimal.whole.find_first_not_of('0'), decimal.whole.size() - 1));
  return decimal;
}

// Adds one to the last digit, and carries.
void increment(std::string& digits) {
  for (std::size_t at = digits.size(); at-- > 0;) {
    if (digits[at] != '9') {
      ++digits[at];
      return;
    }
    digits[at] = '0';
  }
  digits.insert(digits.begin(), '1');
}

std::string group_digits(std::string_view digits) {
  std::string grouped_digits;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (at > 0 && (digits.size() - at) % 3 == 0) grouped_digits += ',';
    grouped_digits += digits[at];
  }
  return grouped_digits;
}

}  // namespace

std::string grouped(std::int64_t number) {
  const std::string text = std::to_string(number);
  return number < 0 ? "-" + group_digits(std::string_view(text).substr(1)) : group_digits(text);
}

std::string rounded(std::string_view decimal, int places) {
  CANDOUR_CHECK(places >= 0 && places <= 18);
  std::optional<Decimal> parsed = parse_decimal(decimal);
  if (!parsed) return std::string(decimal);
  const auto kept = static_cast<std::size_t>(places);
  // Whole and fraction as one row of digits, so that a carry runs through both.
  std::string digits = parsed->whole + parsed->fraction.substr(0, kept);
  if (parsed->fraction.size() < kept) digits.append(kept - parsed->fraction.size(), '0');
  if (parsed->fraction.size() > kept && parsed->fraction[kept] >= '5') increment(digits);
  const bool is_zero = digits.find_first_not_of('0') == std::string::npos;
  const std::string_view all = digits;
  std::string text = parsed->negative && !is_zero ? "-" : "";
  text += group_digits(all.substr(0, all.size() - kept));
  if (kept > 0) {
    text += '.';
    text += all.substr(all.size() - kept);
  }
  return text;
}

std::string rounded(double value, int places) {
  if (!std::isfinite(value)) return std::string(kNoFigure);
  std::array<char, 400> buffer{};  // the largest double has 309 digits before the point
  const std::to_chars_result end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  CANDOUR_CHECK(end.ec == std::errc());
  return rounded(std::string_view(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data())), places);
}

std::string percent(std::uint64_t part, std::uint64_t whole, int places) {
  CANDOUR_CHECK(places >= 0 && places <= 6);
  if (whole == 0) return std::string(kNoFigure);
  __extension__ using Wide = unsigned __int128;
  Wide scale = 100;
  for (int place = 0; place < places; ++place) scale *= 10;
  // Twice both sides: then half is a whole number too.
  const Wide units = (Wide{part} * scale * 2 + whole) / (Wide{whole} * 2);
  std::string digits;
  for (Wide rest = units; rest > 0; rest /= 10) {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  const auto kept = static_cast<std::size_t>(places);
  if (digits.size() <= kept) digits.insert(0, kept + 1 - digits.size(), '0');
  digits.insert(digits.size() - kept, ".");
  return rounded(kept == 0 ? digits.substr(0, digits.size() - 1) : digits, places);
}

}  // namespace candour::page
