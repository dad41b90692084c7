#include "candour/intake/words.h"

#include <doctest/doctest.h>

namespace candour::intake {
namespace {

TEST_CASE("counts agree with their nouns") {
  CHECK(counted(0, "row", "rows") == "0 rows");
  CHECK(counted(1, "row", "rows") == "1 row");
  CHECK(counted(1'276'491, "row", "rows") == "1,276,491 rows");
}

TEST_CASE("shares are rounded down, so that 100.0 % is said only of all") {
  CHECK(percent(999'999, 1'000'000) == "99.9 %");
  CHECK(percent(1'000'000, 1'000'000) == "100.0 %");
  CHECK(percent(1, 3) == "33.3 %");
  CHECK(percent(0, 3) == "0.0 %");
  CHECK(percent(0, 0) == "–");
  CHECK(percent(~std::uint64_t{0}, ~std::uint64_t{0}) == "100.0 %");
}

TEST_CASE("a text is trimmed of spaces and of nothing else") {
  CHECK(trimmed("  a b ") == "a b");
  CHECK(trimmed("\ta ") == "\ta");
  CHECK(trimmed("   ").empty());
}

}  // namespace
}  // namespace candour::intake
