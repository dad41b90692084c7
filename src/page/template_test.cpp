#include "candour/page/template.h"

#include <doctest/doctest.h>

#include <thread>

#include "candour/base/error.h"
#include "candour/page/assets.h"

namespace candour::page {
namespace {

// The code of the error that filling gives, or "" and the text in `filled`.
std::string code_of(std::string_view text, const Values& values, std::string* filled = nullptr) {
  try {
    const Html html = fill_text("test", text, values);
    if (filled != nullptr) *filled = html.text();
    return "";
  } catch (const base::Error& error) {
    return std::string(error.code().view());
  }
}

std::string filled(std::string_view text, const Values& values) {
  return fill_text("test", text, values).text();
}

TEST_CASE("A text is escaped for the place where it stands") {
  const Values values = Values().set("X", "<b onclick=\"a\">&'");
  CHECK(filled("<p>{{X}}</p>", values) == "<p>&lt;b onclick=&quot;a&quot;&gt;&amp;&#39;</p>");
  CHECK(filled("<p title=\"{{X}}\">a</p>", values).find("<b") == std::string::npos);
  CHECK(filled("<a href=\"{{X}}\">a</a>", Values().set("X", "javascript:alert(1)")).find("javascript") ==
        std::string::npos);
  CHECK(filled("<a href=\"{{X}}\">a</a>", Values().set("X", "tables/a.csv#b")) ==
        "<a href=\"tables/a.csv#b\">a</a>");
}

TEST_CASE("Html stands as it is, and only where the template says so") {
  const Values values = Values().set("X", Html::unescaped("<b>1</b>"));
  CHECK(filled("<p>{{X:x-html}}</p>", values) == "<p><b>1</b></p>");
  CHECK(code_of("<p>{{X}}</p>", values) == "CND-1952");
  CHECK(code_of("<p>{{X:x-html}}</p>", Values().set("X", "<script>")) == "CND-1952");
}

TEST_CASE("A name that nobody set is an error that names it") {
  CHECK(code_of("{{X}}", Values()) == "CND-1952");
  CHECK(code_of("{{#X}}a{{/X}}", Values()) == "CND-1952");
  CHECK(code_of("{{#X}}{{Y}}{{/X}}", Values().set("X", Values::List{Values()})) == "CND-1952");
  CHECK(code_of("{{#X}}a{{/X}}", Values().set("X", "a text is no section")) == "CND-1952");
  CHECK(code_of("{{X}}", Values().set("X", Section::kShown)) == "CND-1952");
  try {
    static_cast<void>(fill_text("the-template", "{{THE_NAME}}", Values()));
    FAIL("no error");
  } catch (const base::Error& error) {
    const std::string all = base::describe(error);
    CHECK(all.find("the-template") != std::string::npos);
    CHECK(all.find("THE_NAME") != std::string::npos);
  }
}

TEST_CASE("An empty text is a value") { CHECK(filled("a{{X}}b", Values().set("X", "")) == "ab"); }

TEST_CASE("Lists repeat, sections show and hide, names are looked up outwards") {
  Values values;
  values.set("OUTER", "o");
  values.set("LIST", Values::List{Values().set("X", "1"), Values().set("X", "2").set("OUTER", "i")});
  values.set("NONE", Values::List{});
  values.set("SHOWN", Section::kShown);
  values.set("HIDDEN", Section::kHidden);
  CHECK(filled("{{#LIST}}{{X}}{{OUTER}};{{/LIST}}", values) == "1o;2i;");
  CHECK(filled("a{{#NONE}}{{MISSING}}{{/NONE}}b", values) == "ab");
  CHECK(filled("{{#SHOWN}}{{OUTER}}{{/SHOWN}}{{#HIDDEN}}{{MISSING}}{{/HIDDEN}}", values) == "o");
}

TEST_CASE("An optional text comes with its section") {
  const std::string_view text = "{{#HAS_X}}({{X}}){{/HAS_X}}";
  CHECK(filled(text, Values().set_optional("X", "a")) == "(a)");
  CHECK(filled(text, Values().set_optional("X", "")).empty());
}

TEST_CASE("Modifiers, includes and own delimiters are refused") {
  const Values values = Values().set("X", "a");
  for (const char* text :
       {"{{X:none}}", "{{X:h}}", "{{X:x-other}}", "{{>X}}", "{{=<< >>=}}", "{{%AUTOESCAPE}}", "{{x}}", "{{X",
        "{{}}", "{{ X }}", "<p title=\"{{X:x-html}}\">", "{{X}}{{X:x-html}}"}) {
    CAPTURE(text);
    CHECK(code_of(text, values) == "CND-1951");
  }
  CHECK(code_of("{{#X}}", Values().set("X", Section::kShown)) == "CND-1951");
  CHECK(code_of("{{! a comment }}b", values).empty());
}

TEST_CASE("Two templates of one name are not taken for each other") {
  CHECK(filled("a", Values()) == "a");
  CHECK(filled("b", Values()) == "b");
}

TEST_CASE("A template that is not there is an error") {
  try {
    static_cast<void>(fill("no-such-template", Values()));
    FAIL("no error");
  } catch (const base::Error& error) {
    CHECK(error.code().view() == "CND-1950");
  }
}

TEST_CASE("No template of ours has a script, an inline style, an event or another host") {
  CHECK(templates().size() >= 9);
  for (const Asset& asset : templates()) {
    CAPTURE(asset.name);
    for (const char* forbidden : {"<script", "<style", " style=", " onclick", " onload", "://"}) {
      CHECK(asset.text.find(forbidden) == std::string_view::npos);
    }
  }
}

TEST_CASE("The style sheet is there and names no other host") {
  const std::string_view style = style_sheet();
  CHECK(style.size() > 10'000);
  CHECK(style.size() <= 61'440);
  CHECK(style.find("candour-headline") != std::string_view::npos);
  for (const char* forbidden : {"@font-face", "@import", "assets.nhs.uk", "url(http", "url(//"}) {
    CHECK(style.find(forbidden) == std::string_view::npos);
  }
}

TEST_CASE("Threads may fill templates at the same time") {
  std::vector<std::jthread> threads;
  std::vector<std::string> results(4);
  for (std::size_t at = 0; at < results.size(); ++at) {
    threads.emplace_back([&results, at] {
      for (int round = 0; round < 200; ++round) {
        results[at] = filled("<p>{{X}}</p>", Values().set("X", std::to_string(at)));
      }
    });
  }
  threads.clear();
  for (std::size_t at = 0; at < results.size(); ++at)
    CHECK(results[at] == "<p>" + std::to_string(at) + "</p>");
}

}  // namespace
}  // namespace candour::page
