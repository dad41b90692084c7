#include "candour/page/markdown.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "candour/base/error.h"
#include "candour/testing/shared.h"

namespace candour::page {
namespace {

std::string html(std::string_view markdown, int shift = 0) { return render_markdown(markdown, shift).text(); }

TEST_CASE("Markdown becomes HTML with the classes of the style sheet") {
  CHECK(html("a *b* **c** `d<`") == "<p>a <em>b</em> <strong>c</strong> <code>d&lt;</code></p>\n");
  CHECK(html("- a\n- b") == "<ul class=\"nhsuk-list nhsuk-list--bullet\">\n<li>a</li>\n<li>b</li>\n</ul>\n");
  CHECK(html("3. a").starts_with("<ol class=\"nhsuk-list nhsuk-list--number\" start=\"3\">"));
  CHECK(html("[a](b.html)") == "<p><a class=\"nhsuk-link\" href=\"b.html\">a</a></p>\n");
  CHECK(html("```\na<b\n```") == "<pre class=\"candour-code\" tabindex=\"0\"><code>a&lt;b\n</code></pre>\n");
  CHECK(html("![a *b*](c.svg)") == "<p><img class=\"nhsuk-image__img\" src=\"c.svg\" alt=\"a b\"></p>\n");
  const std::string table = html("|a|b|\n|---|--:|\n|1|2|\n");
  CHECK(table.find("<th scope=\"col\" class=\"nhsuk-table__header nhsuk-table__header--numeric\">b</th>") !=
        std::string::npos);
  CHECK(table.find("<td class=\"nhsuk-table__cell nhsuk-table__cell--numeric\">2</td>") != std::string::npos);
}

TEST_CASE("Headings are moved down and none goes below h6") {
  CHECK(html("# a") == "<h1 class=\"nhsuk-heading-xl\">a</h1>\n");
  CHECK(html("# a", 1) == "<h2 class=\"nhsuk-heading-l\">a</h2>\n");
  CHECK(html("### a", 2) == "<h5 class=\"nhsuk-heading-xs\">a</h5>\n");
  CHECK(html("##### a", 5) == "<h6 class=\"nhsuk-heading-xxs\">a</h6>\n");
}

TEST_CASE("Raw HTML is shown and never acts") {
  CHECK(html("<script>alert(1)</script>").find("<script") == std::string::npos);
  CHECK(html("a <img src=x onerror=alert(1)> b") == "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>\n");
  CHECK(html("```\" onclick=\"x\na\n```").find("onclick") == std::string::npos);
}

TEST_CASE("A link whose address could act loses it") {
  for (const char* markdown :
       {"[a](javascript:alert(1))", "[a](JAVASCRIPT:alert(1))", "[a](javascript&#58;alert(1))",
        "[a](javascript&colon;alert(1))", "[a](&#106;avascript:alert(1))", "<javascript:alert(1)>",
        "[a](data:text/html;base64,x)", "[a](\\\\host\\a)"}) {
    CAPTURE(markdown);
    CHECK(html(markdown).find("href") == std::string::npos);
  }
  CHECK(html("[a](b?c=1&amp;d=2)").find("href=\"b?c=1&amp;d=2\"") != std::string::npos);
  CHECK(html("[a](b?c=1&d=2)").find("href=\"b?c=1&amp;d=2\"") != std::string::npos);
  CHECK(html("[a](b\"onclick=x)").find("\"onclick") == std::string::npos);
}

TEST_CASE("An image is loaded from this site or not at all") {
  CHECK(html("![a](https://example.org/a.png)") == "<p><span>a</span></p>\n");
  CHECK(html("![a](//example.org/a.png)") == "<p><span>a</span></p>\n");
  CHECK(html("![a](data:image/png;base64,x)") == "<p><span>a</span></p>\n");
}

TEST_CASE("A text past the limit is refused") {
  CHECK_THROWS_AS(html(std::string((std::size_t{1} << 20) + 1, 'a')), base::Error);
}

TEST_CASE("No naughty string becomes a tag or an attribute") {
  const std::optional<std::filesystem::path> path = testing::shared_file("bad-input/blns/blns.txt");
  if (!path) return;
  std::ifstream file(*path);
  REQUIRE(file.good());
  std::string line;
  while (std::getline(file, line)) {
    CAPTURE(line);
    const std::string out = html(line);
    CHECK(out.find("<script") == std::string::npos);
    CHECK(out.find("<iframe") == std::string::npos);
    CHECK(out.find("href=\"javascript") == std::string::npos);
    // Every tag is one of ours: what follows '<' is a name that this module writes.
    for (std::size_t at = out.find('<'); at != std::string::npos; at = out.find('<', at + 1)) {
      const std::string_view rest = std::string_view(out).substr(at + 1 + (out[at + 1] == '/' ? 1 : 0), 10);
      const bool ours = rest.starts_with("p>") || rest.starts_with("h") || rest.starts_with("ul") ||
                        rest.starts_with("ol") || rest.starts_with("li") || rest.starts_with("a ") ||
                        rest.starts_with("a>") || rest.starts_with("em") || rest.starts_with("strong") ||
                        rest.starts_with("code") || rest.starts_with("pre") || rest.starts_with("span") ||
                        rest.starts_with("blockquote") || rest.starts_with("img ") || rest.starts_with("br");
      CHECK(ours);
    }
  }
}

}  // namespace
}  // namespace candour::page
