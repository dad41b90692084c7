#include "candour/base/clock.h"

#include <doctest/doctest.h>

namespace candour::base {
namespace {

TEST_CASE("today is the day in UTC, before 1970 too") {
  CHECK(FixedClock(0).today().iso() == "1970-01-01");
  CHECK(FixedClock(86'399).today().iso() == "1970-01-01");
  CHECK(FixedClock(86'400).today().iso() == "1970-01-02");
  CHECK(FixedClock(-1).today().iso() == "1969-12-31");
  CHECK(FixedClock(-86'400).today().iso() == "1969-12-31");
  CHECK(FixedClock(-86'401).today().iso() == "1969-12-30");
  CHECK(FixedClock(1'763'026'200).today().iso() == "2025-11-13");
}

TEST_CASE("the system's clock is past the writing of this test, and its monotonic one does not go back") {
  const SystemClock clock;
  CHECK(clock.today() >= *Date::of(2025, 1, 1));
  const std::int64_t before = clock.monotonic_ns();
  CHECK(clock.monotonic_ns() >= before);
}

}  // namespace
}  // namespace candour::base
