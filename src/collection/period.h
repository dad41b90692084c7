// A period of a table: a day, a month or a quarter of the financial year, by its name ("2025-09-30",
// "2025-09", "2025/26-Q2").
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

/// A quarter is named with its financial year, which begins in April: 2025/26-Q2 is July to September 2025.
/// The form 2025-Q2, which others read as April to June, is none. Errors: CND-1014 (not a period of that
/// kind).
[[nodiscard]] Period parse_period(std::string_view text, PeriodKind kind);
/// Refuses a period that has not begun: nothing can have happened in it yet. One that has begun and not ended
/// is right, for what is sent daily. `today` is the day in UTC. Errors: CND-1112.
void require_begun(const Period& period, base::Date today);
/// "September 2025", "30 September 2025", "July to September 2025".
[[nodiscard]] std::string period_in_words(const Period& period);
/// The one-row relation `period` that steps read: first_day, last_day (dates).
[[nodiscard]] table::Schema period_schema();
[[nodiscard]] table::Relation period_relation(const Period& period);

}  // namespace candour::collection
