#include "candour/base/clock.h"

#include <chrono>

namespace candour::base {

Date Clock::today() const {
  constexpr std::int64_t kSecondsOfDay = 86'400;
  const std::int64_t now = now_unix_seconds();
  // Division in C++ goes towards zero; a moment before 1970 belongs to the day that began before it.
  const std::int64_t days = now / kSecondsOfDay - (now % kSecondsOfDay < 0 ? 1 : 0);
  return Date(static_cast<std::int32_t>(days));
}

std::int64_t SystemClock::now_unix_seconds() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::floor<std::chrono::seconds>(since).count();
}

std::int64_t SystemClock::monotonic_ns() const {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

}  // namespace candour::base
