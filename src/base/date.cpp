#include "candour/base/date.h"

#include <array>
#include <chrono>

#include "candour/base/error.h"

namespace candour::base {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

std::chrono::year_month_day calendar(Date date) {
  return std::chrono::sys_days(std::chrono::days(date.days_since_1970()));
}

// Digits alone: strtol and its kin take a sign, spaces and a locale.
std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// Dates are written once a row: by hand this takes a tenth of what a format string takes.
void put_digits(std::string& text, std::size_t at, std::size_t width, int value) {
  for (std::size_t i = width; i-- > 0; value /= 10) text[at + i] = static_cast<char>('0' + value % 10);
}

std::string clock_time(std::string_view before, int minute_of_day) {
  std::string text = std::string(before) + "00:00";
  put_digits(text, before.size(), 2, minute_of_day / 60);
  put_digits(text, before.size() + 3, 2, minute_of_day % 60);
  return text;
}

}  // namespace

std::optional<Date> Date::of(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const std::chrono::year_month_day wanted{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
  if (!wanted.ok()) return std::nullopt;
  return Date(static_cast<std::int32_t>(std::chrono::sys_days(wanted).time_since_epoch().count()));
}

std::optional<Date> Date::parse_iso(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(5, 2));
  const auto day = digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  return of(*year, *month, *day);
}

int Date::year() const { return static_cast<int>(calendar(*this).year()); }
int Date::month() const { return static_cast<int>(static_cast<unsigned>(calendar(*this).month())); }
int Date::day() const { return static_cast<int>(static_cast<unsigned>(calendar(*this).day())); }

std::string Date::iso() const {
  const auto date = calendar(*this);
  std::string text = "0000-00-00";
  put_digits(text, 0, 4, static_cast<int>(date.year()));
  put_digits(text, 5, 2, static_cast<int>(static_cast<unsigned>(date.month())));
  put_digits(text, 8, 2, static_cast<int>(static_cast<unsigned>(date.day())));
  return text;
}

std::string Date::in_words() const {
  return std::to_string(day()) + " " + std::string(month_name(month())) + " " + std::to_string(year());
}

std::string_view month_name(int month) {
  constexpr std::array<std::string_view, 12> kNames = {"January",   "February", "March",    "April",
                                                       "May",       "June",     "July",     "August",
                                                       "September", "October",  "November", "December"};
  CANDOUR_CHECK(month >= 1 && month <= 12);
  return kNames[static_cast<std::size_t>(month - 1)];
}

int age_in_years(Date born, Date at) {
  const auto birth = calendar(born);
  const auto now = calendar(at);
  const int years = static_cast<int>(now.year()) - static_cast<int>(birth.year());
  // Month and day are compared as they are written: in a common year 28 February comes before a birthday on
  // the 29th and 1 March after it, which is the rule for leaplings.
  const bool before_birthday =
      std::chrono::month_day(now.month(), now.day()) < std::chrono::month_day(birth.month(), birth.day());
  return years - (before_birthday ? 1 : 0);
}

std::optional<DateTime> DateTime::parse_iso(std::string_view text) {
  if (text.size() != 16 || text[10] != 'T' || text[13] != ':') return std::nullopt;
  const auto date = Date::parse_iso(text.substr(0, 10));
  const auto hour = digits(text.substr(11, 2));
  const auto minute = digits(text.substr(14, 2));
  if (!date || !hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  return DateTime{*date, *hour * 60 + *minute};
}

std::string DateTime::iso() const { return date.iso() + clock_time("T", minute_of_day); }

std::string DateTime::in_words() const { return date.in_words() + clock_time(", ", minute_of_day); }

Date utc_day(std::int64_t unix_seconds) {
  const std::int64_t days =
      unix_seconds >= 0 ? unix_seconds / kDaySeconds : -((-unix_seconds + kDaySeconds - 1) / kDaySeconds);
  return Date(static_cast<std::int32_t>(days));
}

std::string utc_text(std::int64_t unix_seconds) {
  const Date day = utc_day(unix_seconds);
  const auto second_of_day =
      static_cast<int>(unix_seconds - std::int64_t{day.days_since_1970()} * kDaySeconds);
  std::string text = day.iso() + "T00:00:00Z";
  put_digits(text, 11, 2, second_of_day / 3600);
  put_digits(text, 14, 2, second_of_day / 60 % 60);
  put_digits(text, 17, 2, second_of_day % 60);
  return text;
}

std::optional<std::int64_t> parse_utc(std::string_view text) {
  if (text.size() != 20 || text[16] != ':' || text[19] != 'Z') return std::nullopt;
  const auto minute = DateTime::parse_iso(text.substr(0, 16));
  const auto second = digits(text.substr(17, 2));
  if (!minute || !second || *second > 59) return std::nullopt;
  return std::int64_t{minute->date.days_since_1970()} * kDaySeconds + minute->minute_of_day * 60 + *second;
}

}  // namespace candour::base
