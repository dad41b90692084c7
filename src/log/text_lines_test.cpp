#include "candour/log/text_lines.h"

#include <doctest/doctest.h>

namespace candour::log {
namespace {

TEST_CASE("a line ends with LF, and what has none is left") {
  TextLines lines("one\n\ntwo");
  CHECK(lines.next() == "one");
  CHECK(lines.next() == "");
  CHECK_FALSE(lines.next());
  CHECK(lines.rest() == "two");
}

TEST_CASE("a number has one spelling") {
  CHECK(parse_decimal("0") == 0);
  CHECK(parse_decimal("20852163") == 20852163);
  CHECK(parse_decimal("9223372036854775807") == kSizeAtMost);
  for (const std::string_view text :
       {"", "00", "01", "-1", "+1", " 1", "1 ", "1e3", "0x1", "1\n", "9223372036854775808",
        "18446744073709551616", "99999999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_decimal(text));
  }
}

TEST_CASE("a path ends with an empty line, and is read as it was written") {
  const Path path = {empty_root(), leaf_hash({})};
  const std::string text = write_path(path) + "\nrest";
  TextLines lines(text);
  CHECK(parse_path(lines) == path);
  CHECK(lines.rest() == "rest");
  const std::string hashes = write_path(path);
  TextLines without_end(hashes);
  CHECK_FALSE(parse_path(without_end));
  TextLines wrong("AAAA\n\n");
  CHECK_FALSE(parse_path(wrong));
}

}  // namespace
}  // namespace candour::log
