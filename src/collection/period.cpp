#include "candour/collection/period.h"

#include <utility>

#include "candour/base/error.h"

namespace candour::collection {
namespace {

// The day before the first day of the month after `month`.
base::Date last_day_of(int year, int month) {
  const int next_year = month == 12 ? year + 1 : year;
  const auto next = base::Date::of(next_year, month == 12 ? 1 : month + 1, 1);
  return next ? next->plus_days(-1)
              : *base::Date::of(year, month, 31);  // December 9999 has no month after it
}

std::optional<Period> parse_month(std::string_view text) {
  const auto first = base::Date::parse_iso(std::string(text) + "-01");
  if (text.size() != 7 || !first) return std::nullopt;
  return Period{std::string(text), *first, last_day_of(first->year(), first->month())};
}

// "2025/26-Q4": the second year is there so that nobody takes the name for that of a calendar quarter.
std::optional<Period> parse_quarter(std::string_view text) {
  constexpr std::size_t kQuarter = 9;  // of the digit
  if (text.size() != kQuarter + 1 || text[4] != '/' || text.substr(7, 2) != "-Q") return std::nullopt;
  if (text[kQuarter] < '1' || text[kQuarter] > '4') return std::nullopt;
  const auto april = base::Date::parse_iso(std::string(text.substr(0, 4)) + "-04-01");
  if (!april) return std::nullopt;
  const auto next_april = base::Date::of(april->year() + 1, 4, 1);
  if (!next_april || next_april->iso().substr(2, 2) != text.substr(5, 2)) return std::nullopt;
  const int months = 3 * (text[kQuarter] - '1');
  const int first_month = (3 + months) % 12 + 1;
  const int year = first_month == 1 ? next_april->year() : april->year();
  return Period{std::string(text), *base::Date::of(year, first_month, 1), last_day_of(year, first_month + 2)};
}

std::optional<Period> parse_day(std::string_view text) {
  const auto day = base::Date::parse_iso(text);
  if (!day) return std::nullopt;
  return Period{std::string(text), *day, *day};
}

std::string month_in_words(base::Date day) {
  return std::string(base::month_name(day.month())) + " " + day.iso().substr(0, 4);
}

}  // namespace

Period parse_period(std::string_view text, PeriodKind kind) {
  std::optional<Period> period;
  switch (kind) {
    case PeriodKind::kDay:
      period = parse_day(text);
      break;
    case PeriodKind::kMonth:
      period = parse_month(text);
      break;
    case PeriodKind::kQuarter:
      period = parse_quarter(text);
      break;
  }
  if (period) return *std::move(period);
  throw base::Error("CND-1014", "This is not a period of the kind that the table has.")
      .with("period", base::Label(text))
      .with("expected", base::Label(kind == PeriodKind::kDay     ? "2025-09-30"
                                    : kind == PeriodKind::kMonth ? "2025-09"
                                                                 : "2025/26-Q2"));
}

void require_begun(const Period& period, base::Date today) {
  if (period.first_day <= today) return;
  throw base::Error("CND-1112", "The period has not begun yet.")
      .with("period", base::Label(period.name))
      .with("first_day", base::Label(period.first_day.iso()))
      .with("today", base::Label(today.iso()));
}

std::string period_in_words(const Period& period) {
  if (period.first_day == period.last_day) return period.first_day.in_words();
  if (period.first_day.month() == period.last_day.month()) return month_in_words(period.first_day);
  return std::string(base::month_name(period.first_day.month())) + " to " + month_in_words(period.last_day);
}

table::Schema period_schema() {
  return table::Schema({{"first_day", table::Type::kDate}, {"last_day", table::Type::kDate}});
}

table::Relation period_relation(const Period& period) {
  table::Relation relation{period_schema(), {}};
  table::Chunk& chunk = relation.chunks.emplace_back(relation.schema);
  chunk.column(0).append_date(period.first_day);
  chunk.column(1).append_date(period.last_day);
  return relation;
}

}  // namespace candour::collection
