#include "candour/base/printable.h"

#include <doctest/doctest.h>

namespace candour::base {
namespace {

TEST_CASE("what is shown cannot act on a screen, is UTF-8, and ends") {
  CHECK(printable("café", 10) == "café");
  CHECK(printable("a\x1b[2J\r\n\x7f", 20) == "a?[2J???");
  CHECK(printable("\xC2\x9B"
                  "1m",
                  20) == "?1m");
  CHECK(printable("a\xE2\x80\xAE"
                  "b",
                  20) == "a?b");
  CHECK(printable("a\xE2\x81\xA6"
                  "b",
                  20) == "a?b");
  CHECK(printable("\xE9t\xE9", 20) == "?t?");
  CHECK(printable("\xED\xA0\x80", 20) == "???");
  CHECK(printable("\xF5\x80\x80\x80", 20) == "????");
  CHECK(printable("\xE2\x82", 20) == "??");
  CHECK(printable("abcdef", 6) == "abcdef");
  CHECK(printable("abcdefg", 6) == "abcdef…");
}

}  // namespace
}  // namespace candour::base
