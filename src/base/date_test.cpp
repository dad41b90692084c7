#include "candour/base/date.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace candour::base {
namespace {

Date day(std::string_view iso) { return Date::parse_iso(iso).value(); }

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_of(int month, int year) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

TEST_CASE("every day of the years 1 to 9999 has its place, its form, and comes back from it") {
  // A calendar counted day by day, beside the one under test.
  Date expected = day("0001-01-01");
  CHECK(expected.days_since_1970() == -719'162);
  std::string wrong;
  for (int year = 1; year <= 9999; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int of_month = 1; of_month <= days_of(month, year); ++of_month) {
        const auto made = Date::of(year, month, of_month);
        const bool holds = made == expected && made->year() == year && made->month() == month &&
                           made->day() == of_month && Date::parse_iso(made->iso()) == made;
        if (!holds && wrong.empty()) wrong = expected.iso();
        expected = expected.plus_days(1);
      }
    }
  }
  CHECK(wrong == "");
  CHECK(expected.days_since_1970() == 2'932'897);
  CHECK(day("1970-01-01").days_since_1970() == 0);
}

TEST_CASE("days that do not exist are no dates") {
  const int absent[][3] = {{2025, 2, 29}, {1900, 2, 29}, {2100, 2, 29}, {2025, 2, 31}, {2025, 4, 31},
                           {2025, 13, 1}, {2025, 0, 1},  {2025, 1, 0},  {2025, 1, 32}, {0, 1, 1},
                           {10000, 1, 1}, {-1, 1, 1},    {2025, -1, 1}, {2025, 1, -1}, {2025, 257, 1}};
  for (const auto& [year, month, of_month] : absent) CHECK(!Date::of(year, month, of_month));
  CHECK(Date::of(2000, 2, 29));
  CHECK(Date::of(2024, 2, 29));
}

TEST_CASE("only the exact ISO form is a date") {
  for (const char* text : {"", "2025-9-30", "2025-09-3", "2025/09/30", "20250930", "30/09/2025",
                           " 2025-09-30", "2025-09-30 ", "2025-09-30T00:00", "+025-09-30", "-025-09-30",
                           "2025-+9-30", "2025-09- 1", "2025-02-29", "0000-01-01", "2O25-09-30"}) {
    CAPTURE(text);
    CHECK(!Date::parse_iso(text));
  }
  CHECK(!Date::parse_iso(std::string_view("2025-09-3\0", 10)));
}

TEST_CASE("a date has words, neighbours and an order") {
  CHECK(day("2025-09-30").in_words() == "30 September 2025");
  CHECK(day("2024-02-28").plus_days(1).iso() == "2024-02-29");
  CHECK(day("2025-03-01").plus_days(-1).iso() == "2025-02-28");
  CHECK(days_between(day("2025-01-01"), day("2026-01-01")) == 365);
  CHECK(days_between(day("2025-01-02"), day("2025-01-01")) == -1);
  CHECK(day("2025-01-31") < day("2025-02-01"));
}

TEST_CASE("age counts birthdays, and a leapling's in a common year is 1 March") {
  struct Case {
    const char* born;
    const char* at;
    int years;
  };
  const Case cases[] = {
      {"1980-06-15", "2025-06-14", 44}, {"1980-06-15", "2025-06-15", 45}, {"1980-06-15", "1980-06-15", 0},
      {"1980-06-15", "1981-06-14", 0},  {"2004-02-29", "2025-02-28", 20}, {"2004-02-29", "2025-03-01", 21},
      {"2004-02-29", "2024-02-28", 19}, {"2004-02-29", "2024-02-29", 20}, {"2000-12-31", "2025-01-01", 24},
      {"2025-06-15", "2025-06-14", -1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.born);
    CAPTURE(c.at);
    CHECK(age_in_years(day(c.born), day(c.at)) == c.years);
  }
}

TEST_CASE("age never falls as time goes, and grows by one at most from a day to the next") {
  CHECK(rc::check([] {
    const Date born(*rc::gen::inRange(-30'000, 20'000));
    const Date at = born.plus_days(*rc::gen::inRange(0, 40'000));
    const int grown = age_in_years(born, at.plus_days(1)) - age_in_years(born, at);
    return grown == 0 || grown == 1;
  }));
}

TEST_CASE("a local minute comes back from its form, and no other form is one") {
  CHECK(rc::check([] {
    const DateTime moment{Date(*rc::gen::inRange(-719'162, 2'932'897)), *rc::gen::inRange(0, 1440)};
    return DateTime::parse_iso(moment.iso()) == moment;
  }));
  const auto moment = DateTime::parse_iso("2025-11-13T09:30");
  REQUIRE(moment);
  CHECK(moment->minute_of_day == 570);
  CHECK(moment->in_words() == "13 November 2025, 09:30");
  for (const char* text : {"2025-11-13", "2025-11-13 09:30", "2025-11-13T9:30", "2025-11-13T24:00",
                           "2025-11-13T09:60", "2025-11-13T09:30Z", "2025-11-31T09:30", "2025-11-13T09-30"}) {
    CAPTURE(text);
    CHECK(!DateTime::parse_iso(text));
  }
}

TEST_CASE("a moment in UTC is read and written in one form") {
  CHECK(utc_text(0) == "1970-01-01T00:00:00Z");
  CHECK(utc_text(-1) == "1969-12-31T23:59:59Z");
  CHECK(utc_day(-1).iso() == "1969-12-31");
  CHECK(utc_day(86'399).iso() == "1970-01-01");
  CHECK(utc_text(1'767'139'200) == "2025-12-31T00:00:00Z");
  for (const std::int64_t moment :
       {std::int64_t{-1}, std::int64_t{0}, std::int64_t{951'827'696}, std::int64_t{4'102'444'799}}) {
    CHECK(parse_utc(utc_text(moment)) == moment);
  }
  for (const std::string_view wrong :
       {"2025-12-31T00:00:00", "2025-12-31T00:00:60Z", "2025-12-31T24:00:00Z", "2025-12-31 00:00:00Z",
        "2025-02-30T00:00:00Z", "2025-12-31T00:00:00+00:00", "2025-12-31T00:00:00.0Z", ""}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_utc(wrong));
  }
}

}  // namespace
}  // namespace candour::base
