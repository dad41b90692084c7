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

TEST_CASE("what is shown cannot act on a screen, is UTF-8, and ends") {
  CHECK(shown("café", 10) == "café");
  CHECK(shown("a\x1b[2J\r\n\x7f", 20) == "a?[2J???");
  CHECK(shown("\xC2\x9B"
              "1m",
              20) == "?1m");
  CHECK(shown("a\xE2\x80\xAE"
              "b",
              20) == "a?b");
  CHECK(shown("a\xE2\x81\xA6"
              "b",
              20) == "a?b");
  CHECK(shown("\xE9t\xE9", 20) == "?t?");
  CHECK(shown("\xED\xA0\x80", 20) == "???");
  CHECK(shown("\xF5\x80\x80\x80", 20) == "????");
  CHECK(shown("\xE2\x82", 20) == "??");
  CHECK(shown("abcdef", 6) == "abcdef");
  CHECK(shown("abcdefg", 6) == "abcdef…");
}

}  // namespace
}  // namespace candour::intake
