#include <doctest/doctest.h>

#include "candour/collection/collection_testing.h"

namespace candour::collection {
namespace {

TEST_CASE("a period is named, and has its first and last day") {
  struct Case {
    const char* text;
    PeriodKind kind;
    const char* first;
    const char* last;
    const char* words;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"2025-09-30", PeriodKind::kDay, "2025-09-30", "2025-09-30", "30 September 2025"},
           {"2025-09", PeriodKind::kMonth, "2025-09-01", "2025-09-30", "September 2025"},
           {"2024-02", PeriodKind::kMonth, "2024-02-01", "2024-02-29", "February 2024"},
           {"2025-02", PeriodKind::kMonth, "2025-02-01", "2025-02-28", "February 2025"},
           {"2025-12", PeriodKind::kMonth, "2025-12-01", "2025-12-31", "December 2025"},
           {"9999-12", PeriodKind::kMonth, "9999-12-01", "9999-12-31", "December 9999"},
           {"2025/26-Q1", PeriodKind::kQuarter, "2025-04-01", "2025-06-30", "April to June 2025"},
           {"2025/26-Q2", PeriodKind::kQuarter, "2025-07-01", "2025-09-30", "July to September 2025"},
           {"2025/26-Q3", PeriodKind::kQuarter, "2025-10-01", "2025-12-31", "October to December 2025"},
           {"2025/26-Q4", PeriodKind::kQuarter, "2026-01-01", "2026-03-31", "January to March 2026"},
           {"2023/24-Q4", PeriodKind::kQuarter, "2024-01-01", "2024-03-31", "January to March 2024"},
           {"1999/00-Q4", PeriodKind::kQuarter, "2000-01-01", "2000-03-31", "January to March 2000"},
       }) {
    CAPTURE(one.text);
    const Period period = parse_period(one.text, one.kind);
    CHECK(period.name == one.text);
    CHECK(period.first_day.iso() == one.first);
    CHECK(period.last_day.iso() == one.last);
    CHECK(period_in_words(period) == one.words);
  }
}

TEST_CASE("what is no period of the table's kind is refused") {
  const auto refused = [](std::string_view text, PeriodKind kind) {
    return code_of([&] { static_cast<void>(parse_period(text, kind)); }) == "CND-1014";
  };
  for (const char* text : {"2025-9", "2025-13", "2025-00", "2025-09-01", "2025/26-Q3", "2025", "25-09",
                           "2025-09-", " 2025-09", "2025-09 ", "September 2025", "", "0000-01"}) {
    CAPTURE(text);
    CHECK(refused(text, PeriodKind::kMonth));
  }
  // 2025-Q3 is July to September to one reader and October to December to another.
  for (const char* text : {"2025-Q3", "2025/26-Q0", "2025/26-Q5", "2025/26-q3", "2025/26Q3", "2025-26-Q3",
                           "2025/26", "2025/26-Q33", "2025/27-Q3", "2025/25-Q3", "2025/2026-Q3", "2025-03",
                           "0000/01-Q1", "9999/00-Q1", "Q3 2025/26"}) {
    CAPTURE(text);
    CHECK(refused(text, PeriodKind::kQuarter));
  }
  for (const char* text : {"2025-09", "2025-02-29", "20250930"}) {
    CAPTURE(text);
    CHECK(refused(text, PeriodKind::kDay));
  }
}

TEST_CASE("a period may be sent from its first day on, and not before") {
  const auto refused_on = [](std::string_view period, PeriodKind kind, std::string_view today) {
    return code_of([&] { require_begun(parse_period(period, kind), *base::Date::parse_iso(today)); });
  };
  CHECK(refused_on("2025-09", PeriodKind::kMonth, "2025-08-31") == "CND-1112");
  for (const char* today : {"2025-09-01", "2025-09-15", "2025-09-30", "2025-10-01", "2030-01-01"}) {
    CAPTURE(today);
    CHECK(refused_on("2025-09", PeriodKind::kMonth, today) == "");
  }
  CHECK(refused_on("2025-09-30", PeriodKind::kDay, "2025-09-29") == "CND-1112");
  CHECK(refused_on("2025-09-30", PeriodKind::kDay, "2025-09-30") == "");
  CHECK(refused_on("2025/26-Q4", PeriodKind::kQuarter, "2025-12-31") == "CND-1112");
  CHECK(refused_on("2025/26-Q4", PeriodKind::kQuarter, "2026-01-01") == "");
}

TEST_CASE("steps read the period as one row of two dates") {
  const table::Relation relation = period_relation(parse_period("2025-09", PeriodKind::kMonth));
  REQUIRE(relation.rows() == 1);
  CHECK(relation.schema == period_schema());
  CHECK(relation.chunks[0].column(0).date(0).iso() == "2025-09-01");
  CHECK(relation.chunks[0].column(1).date(0).iso() == "2025-09-30");
}

}  // namespace
}  // namespace candour::collection
