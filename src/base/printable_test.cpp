#include "candour/base/printable.h"

#include <doctest/doctest.h>

#include <string_view>

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

TEST_CASE("well-formed UTF-8 is what RFC 3629 says") {
  struct Case {
    const char* what;
    std::string_view bytes;
    bool good;
  };
  const Case cases[] = {
      {"nothing", "", true},
      {"ASCII", "Waiting list", true},
      {"first of two bytes", "\xC2\x80", true},
      {"last of two bytes", "\xDF\xBF", true},
      {"first of three bytes", "\xE0\xA0\x80", true},
      {"below the surrogates", "\xED\x9F\xBF", true},
      {"above the surrogates", "\xEE\x80\x80", true},
      {"last of three bytes", "\xEF\xBF\xBF", true},
      {"first of four bytes", "\xF0\x90\x80\x80", true},
      {"last code point", "\xF4\x8F\xBF\xBF", true},
      {"overlong of two", "\xC0\x80", false},
      {"overlong of two, last", "\xC1\xBF", false},
      {"overlong of three", "\xE0\x9F\xBF", false},
      {"overlong of four", "\xF0\x8F\xBF\xBF", false},
      {"a surrogate", "\xED\xA0\x80", false},
      {"over U+10FFFF", "\xF4\x90\x80\x80", false},
      {"a lead byte that cannot be", "\xF5\x80\x80\x80", false},
      {"a tail alone", "\x80", false},
      {"cut off", "ab\xE2\x82", false},
      {"a third byte that is no tail", "\xE2\x82\x41", false},
      {"a fourth byte that is no tail", "\xF0\x9F\x98\x28", false},
      {"good, then bad", "12345678\xC3\xA9\xFF", false},
  };
  for (const Case& example : cases) {
    CAPTURE(example.what);
    CHECK(is_utf8(example.bytes) == example.good);
  }
}

}  // namespace
}  // namespace candour::base
