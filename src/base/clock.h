// Clock: the only way to the time, so that tests and the simulator decide what time it is.
#pragma once

#include <cstdint>

#include "candour/base/date.h"

namespace candour::base {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Seconds since 1970-01-01T00:00:00Z.
  [[nodiscard]] virtual std::int64_t now_unix_seconds() const = 0;
  /// Nanoseconds that never go back; for durations only.
  [[nodiscard]] virtual std::int64_t monotonic_ns() const = 0;
  /// The day in UTC.
  [[nodiscard]] Date today() const;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_unix_seconds() const override;
  [[nodiscard]] std::int64_t monotonic_ns() const override;
};

/// A clock that stands where it was put.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(std::int64_t unix_seconds) : unix_seconds_(unix_seconds) {}
  [[nodiscard]] std::int64_t now_unix_seconds() const override { return unix_seconds_; }
  [[nodiscard]] std::int64_t monotonic_ns() const override { return unix_seconds_ * 1'000'000'000; }

 private:
  std::int64_t unix_seconds_;
};

}  // namespace candour::base
