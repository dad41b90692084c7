#include "candour/page/html.h"

#include <doctest/doctest.h>

namespace candour::page {
namespace {

TEST_CASE("Escaping leaves nothing that HTML or XML would act on") {
  CHECK(escape_html("a < b & \"c\" > 'd'") == "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;");
  CHECK(escape_html("–€😀") == "–€😀");
  CHECK(escape_html("a\tb\nc\rd") == "a\tb\nc\rd");
  CHECK(Html::from_text("<b>").text() == "&lt;b&gt;");
}

TEST_CASE("Control characters and bytes that are not UTF-8 become the replacement character") {
  CHECK(escape_html(std::string_view("a\0b", 3)) == "a\uFFFDb");
  CHECK(escape_html("\x1b[31m\x7f") == "\uFFFD[31m\uFFFD");
  struct Case {
    std::string_view bytes;
    std::size_t replaced;
  };
  // Alone, cut short, longer than needed, a surrogate, past U+10FFFF.
  const Case cases[] = {{"\x80", 1},         {"\xC3", 1},         {"\xC0\xAF", 2},
                        {"\xE0\x80\xAF", 3}, {"\xED\xA0\x80", 3}, {"\xF4\x90\x80\x80", 4},
                        {"\xE2\x82", 2},     {"\xFF", 1}};
  for (const Case& one : cases) {
    std::string expected;
    for (std::size_t at = 0; at < one.replaced; ++at) expected += "\uFFFD";
    CHECK(escape_html(one.bytes) == expected);
  }
}

TEST_CASE("An address is safe when it leads somewhere and does nothing") {
  for (const char* address :
       {"", "tables/a.csv", "../index.html#top", "/a?b=c:d", "#main", "https://example.org/",
        "HTTP://example.org", "mailto:a@example.org", "?a", "a/b:c", "//example.org/a"}) {
    CAPTURE(address);
    CHECK(is_safe_address(address));
  }
  for (const char* address : {"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)",
                              "java\tscript:x", "java\nscript:x", "\x01javascript:x", "data:text/html,x",
                              "vbscript:x", "file:///etc", "a b", "\\\\host\\a", ":x"}) {
    CAPTURE(address);
    CHECK_FALSE(is_safe_address(address));
  }
}

TEST_CASE("An address that a page may load from names neither host nor scheme") {
  CHECK(is_relative_address("charts/a.svg"));
  CHECK(is_relative_address("/charts/a.svg"));
  CHECK_FALSE(is_relative_address("https://example.org/a.svg"));
  CHECK_FALSE(is_relative_address("//example.org/a.svg"));
  CHECK_FALSE(is_relative_address("/\\example.org/a.svg"));
  CHECK_FALSE(is_relative_address("data:image/svg+xml,x"));
}

}  // namespace
}  // namespace candour::page
