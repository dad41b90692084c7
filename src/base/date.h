// Days and moments. A Date is a day of the proleptic Gregorian calendar, with no time zone; a DateTime is a
// local date and minute as a publication announces it ("13 November 2025, 09:30").
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace candour::base {

/// A calendar day, held as days since 1970-01-01. Years 0001 to 9999.
class Date {
 public:
  constexpr Date() = default;
  constexpr explicit Date(std::int32_t days_since_1970) : days_(days_since_1970) {}
  /// The day, or nothing where there is no such day (31 February, month 13, year 0).
  [[nodiscard]] static std::optional<Date> of(int year, int month, int day);
  /// Exactly "2025-09-30"; nothing for any other form or a day that does not exist.
  [[nodiscard]] static std::optional<Date> parse_iso(std::string_view text);

  [[nodiscard]] constexpr std::int32_t days_since_1970() const { return days_; }
  [[nodiscard]] int year() const;
  [[nodiscard]] int month() const;             ///< 1 to 12
  [[nodiscard]] int day() const;               ///< 1 to 31
  [[nodiscard]] std::string iso() const;       ///< "2025-09-30"
  [[nodiscard]] std::string in_words() const;  ///< "30 September 2025"
  [[nodiscard]] constexpr Date plus_days(std::int32_t days) const { return Date(days_ + days); }
  friend constexpr auto operator<=>(Date, Date) = default;

 private:
  std::int32_t days_ = 0;
};

/// Days from `from` to `to`; negative where `to` is earlier.
[[nodiscard]] constexpr std::int32_t days_between(Date from, Date to) {
  return to.days_since_1970() - from.days_since_1970();
}
/// The name of a month, "September" for 9.
[[nodiscard]] std::string_view month_name(int month);
/// Whole years of age on `at` of somebody born on `born` (29 February: a year older on 1 March of a
/// common year, the rule of the Family Law Reform Act 1969 s.9 as applied to leaplings); negative before
/// birth.
[[nodiscard]] int age_in_years(Date born, Date at);

/// A local day and minute, "2025-11-13T09:30".
struct DateTime {
  Date date;
  int minute_of_day = 0;  ///< 0 to 1439
  [[nodiscard]] static std::optional<DateTime> parse_iso(std::string_view text);
  [[nodiscard]] std::string iso() const;       ///< "2025-11-13T09:30"
  [[nodiscard]] std::string in_words() const;  ///< "13 November 2025, 09:30"
  friend auto operator<=>(const DateTime&, const DateTime&) = default;
};

/// A moment in UTC to the second, as RFC 3339 writes it: "2025-11-13T09:30:00Z". Years 0001 to 9999.
[[nodiscard]] std::string utc_text(std::int64_t unix_seconds);
/// The day of a moment, in UTC.
[[nodiscard]] Date utc_day(std::int64_t unix_seconds);
/// Exactly that form, in seconds since 1970-01-01T00:00:00Z; nothing for any other, or where there is no such
/// moment (a leap second neither).
[[nodiscard]] std::optional<std::int64_t> parse_utc(std::string_view text);

}  // namespace candour::base
