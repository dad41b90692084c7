// The subset for row checks: one expression, and what people may try to make it more than one.
#include <doctest/doctest.h>

#include "candour/sql/sql_testing.h"
#include "candour/sql/subset.h"

namespace candour::sql {
namespace {

using table::Type;

const base::Label kPlace("check test");
const table::Schema kRow({{"provider", Type::kText},
                          {"clock_start", Type::kDate},
                          {"clock_stop", Type::kDate},
                          {"n", Type::kInteger},
                          {"flag", Type::kBoolean},
                          {"Provider Code", Type::kText}});

struct Case {
  std::string text;
  std::string code;  // "" where it is accepted
};

std::string checked_expression(const std::string& text) {
  return code_of([&] { static_cast<void>(check_expressions({text}, kRow, {kPlace})); });
}

TEST_CASE("a row check is one boolean expression over the row") {
  const Case cases[] = {
      {"clock_start <= clock_stop", ""},
      {"clock_start <= clock_stop -- a comment", ""},
      {"clock_start <> DATE '1900-01-01'", ""},
      {"flag", ""},
      {"\"Provider Code\" = provider", ""},
      {"provider IN ('RA1', 'RB1') OR n IS NULL", ""},
      {"CASE WHEN n > 3 THEN flag ELSE TRUE END", ""},
      {"days_between(clock_start, clock_stop) <= 3650", ""},
      {"n > 1.5", ""},
      {"", "CND-1401"},
      {"1=1) FROM secret --", "CND-1401"},
      {"flag) OR (flag", "CND-1401"},
      {"flag), (flag", "CND-1401"},
      {"flag;", "CND-1402"},
      {"flag; DROP TABLE rows", "CND-1402"},
      {"flag /*", "CND-1401"},
      {"flag, flag", "CND-1402"},
      {"flag AS x", "CND-1401"},
      {"flag FROM rows", "CND-1401"},
      {"SELECT flag FROM rows", "CND-1402"},
      {"(SELECT TRUE)", "CND-1402"},
      {"EXISTS (SELECT 1)", "CND-1402"},
      {"n IN (SELECT 1)", "CND-1402"},
      {"COUNT(*) > 1", "CND-1402"},
      {"SUM(n) > 1", "CND-1402"},
      {"COUNT(*) OVER (PARTITION BY n) = 1", "CND-1402"},
      {"CAST(provider AS BIGINT) > 1", "CND-1402"},
      {"n / 2 > 1", "CND-1402"},
      {"clock_stop <= current_date", "CND-1403"},
      {"nhs_number = 'x'", "CND-1403"},
      {"candour_rows.flag", "CND-1403"},
      {"n", "CND-1404"},
      {"n + 1", "CND-1404"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.text);
    CHECK(checked_expression(one.text) == one.code);
  }
}

}  // namespace
}  // namespace candour::sql
