// A period of a table: a day, a month or a quarter, by its name ("2025-09-30", "2025-09", "2025-Q3").
#pragma once

#include <string>
#include <string_view>

#include "candour/base/date.h"
#include "candour/table/chunk.h"

namespace candour::collection {

enum class PeriodKind { kDay, kMonth, kQuarter };

struct Period {
  std::string name;
  base::Date first_day;
  base::Date last_day;
};

/// Errors: CND-1014 (not a period of that kind).
[[nodiscard]] Period parse_period(std::string_view text, PeriodKind kind);
/// "September 2025", "30 September 2025", "July to September 2025".
[[nodiscard]] std::string period_in_words(const Period& period);
/// The one-row relation `period` that steps read: first_day, last_day (dates).
[[nodiscard]] table::Schema period_schema();
[[nodiscard]] table::Relation period_relation(const Period& period);

}  // namespace candour::collection
