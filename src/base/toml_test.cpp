#include "candour/base/toml.h"

#include <doctest/doctest.h>

#include <functional>

#include "candour/base/error.h"

namespace candour::base {
namespace {

TomlTable parsed(std::string_view text) { return TomlTable::parse(text, "collection.toml"); }

// "CND-1010 line 3 key title", or "none".
std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    std::string text(error.code().view());
    for (const Error::Field& field : error.fields()) {
      if (field.name == "path") continue;
      text += " " + std::string(field.name) + " ";
      if (const auto* number = std::get_if<std::int64_t>(&field.value)) text += std::to_string(*number);
      if (const auto* label = std::get_if<std::string>(&field.value)) text += *label;
    }
    return text;
  }
  return "none";
}

constexpr std::string_view kDocument = R"(title = "Waiting lists"
limit = 18
share = 0.92
open = true
codes = ["A", "B"]
weeks = [18, 52]
[source]
format = "csv"
[[field]]
name = "zeta"
[[field]]
name = "alpha"
)";

TEST_CASE("values come by type, with fallbacks where the key is absent") {
  const TomlTable table = parsed(kDocument);
  CHECK(table.text("title") == "Waiting lists");
  CHECK(table.text_or("subtitle", "none") == "none");
  CHECK(table.integer("limit") == 18);
  CHECK(table.integer_or("other", -1) == -1);
  CHECK(table.number_or("share", 0) == 0.92);
  CHECK(table.number_or("limit", 0) == 18.0);
  CHECK(table.number_or("other", 0.5) == 0.5);
  CHECK(table.flag_or("open", false));
  CHECK(table.flag_or("other", true));
  CHECK(table.texts("codes") == std::vector<std::string>{"A", "B"});
  CHECK(table.texts_or_none("other").empty());
  CHECK(table.integers("weeks") == std::vector<std::int64_t>{18, 52});
  CHECK(table.table("source").text("format") == "csv");
  CHECK(!table.table_if("target"));
  CHECK(table.tables("missing").empty());
  const auto fields = table.tables("field");
  REQUIRE(fields.size() == 2);
  CHECK(fields[0].text("name") == "zeta");
  CHECK(fields[1].text("name") == "alpha");
  CHECK(table.is_text("title"));
  CHECK(!table.is_text("source"));
  CHECK(table.is_table("source"));
  CHECK(!table.is_table("absent"));
  CHECK(table.has("title"));
  CHECK(!table.has("absent"));
  CHECK_NOTHROW(table.finish());
}

TEST_CASE("keys come in the order of the file, and every place has its line") {
  const TomlTable table = parsed(kDocument);
  CHECK(table.keys() ==
        std::vector<std::string>{"title", "limit", "share", "open", "codes", "weeks", "source", "field"});
  CHECK(table.line() == 1);
  CHECK(table.line_of("share") == 3);
  CHECK(table.table("source").line() == 7);
  CHECK(table.table("source").line_of("format") == 8);
  CHECK(table.tables("field")[1].line() == 11);
  CHECK(table.path() == "collection.toml");
}

TEST_CASE("a missing or wrong value is refused with its line and key") {
  const TomlTable table = parsed(kDocument);
  CHECK(refusal([&] { (void)table.text("subtitle"); }) == "CND-1010 line 1 key subtitle");
  CHECK(refusal([&] { (void)table.table("source").text("path"); }) == "CND-1010 line 7 key path");
  CHECK(refusal([&] { (void)table.text("limit"); }) == "CND-1010 line 2 key limit");
  CHECK(refusal([&] { (void)table.text_or("limit", ""); }) == "CND-1010 line 2 key limit");
  CHECK(refusal([&] { (void)table.integer("share"); }) == "CND-1010 line 3 key share");
  CHECK(refusal([&] { (void)table.integer("title"); }) == "CND-1010 line 1 key title");
  CHECK(refusal([&] { (void)table.number_or("open", 0); }) == "CND-1010 line 4 key open");
  CHECK(refusal([&] { (void)table.flag_or("limit", false); }) == "CND-1010 line 2 key limit");
  CHECK(refusal([&] { (void)table.texts("weeks"); }) == "CND-1010 line 6 key weeks");
  CHECK(refusal([&] { (void)table.integers("codes"); }) == "CND-1010 line 5 key codes");
  CHECK(refusal([&] { (void)table.table("title"); }) == "CND-1010 line 1 key title");
  CHECK(refusal([&] { (void)table.table_if("field"); }) == "CND-1010 line 9 key field");
  CHECK(refusal([&] { (void)table.tables("source"); }) == "CND-1010 line 7 key source");
  CHECK(refusal([&] { (void)table.tables("codes"); }) == "CND-1010 line 5 key codes");
}

TEST_CASE("a key that nobody asked for is refused, however deep") {
  const TomlTable table = parsed("known = 1\nmispelt = 2\n[inner]\nknown = 3\nwrong = 4\n");
  CHECK(table.integer("known") == 1);
  CHECK(refusal([&] { table.finish(); }) == "CND-1010 line 2 key mispelt");
  CHECK(table.integer("mispelt") == 2);
  CHECK(refusal([&] { table.finish(); }) == "CND-1010 line 3 key inner");
  CHECK(table.table("inner").integer("known") == 3);
  CHECK(refusal([&] { table.finish(); }) == "CND-1010 line 5 key wrong");
  // Asked through another copy of the same table: it counts all the same.
  CHECK(table.table("inner").integer("wrong") == 4);
  CHECK_NOTHROW(table.finish());
}

TEST_CASE("asking whether a key is there does not make it known") {
  const TomlTable table = parsed("a = 1\n");
  CHECK(table.has("a"));
  CHECK(!table.is_text("a"));
  CHECK(table.keys().size() == 1);
  CHECK(refusal([&] { table.finish(); }) == "CND-1010 line 1 key a");
}

TEST_CASE("what is not TOML is refused with line and column") {
  for (const auto& [text, place] : std::initializer_list<std::pair<const char*, const char*>>{
           {"a = 1\na = 2\n", "CND-1009 line 2"},
           {"a = 1\nb = \n", "CND-1009 line 2"},
           {"a = 1\nb = \"open\n", "CND-1009 line 2"},
           {"[t]\nx = 1\n[t]\n", "CND-1009 line 3"},
           {"a = 1\n\nb = 2025-02-30\n", "CND-1009 line 3"},
           {"a = \"\xff\"\n", "CND-1009 line 1"},
           {"a = 1\nb = 0b\u00e9\n", "CND-1009 line 2"},  // toml++ alone goes on where it must not
           {"a = 1\nb = \u3001\n", "CND-1009 line 2"}}) {
    CAPTURE(text);
    const std::string refused = refusal([&] { (void)parsed(text); });
    CHECK(refused.starts_with(place));
    CHECK(refused.find("column") != std::string::npos);
  }
}

TEST_CASE("a bracket before what is no key is refused with its line; toml++ alone ends the program") {
  for (const auto& [text, place] : std::initializer_list<std::pair<const char*, const char*>>{
           {"[&", "CND-1009 line 1"},
           {"a = 1\n[[[b]]]\n", "CND-1009 line 2"},
           {"a = 1\n[[\x01]]\nb = 2\n[&]\n", "CND-1009 line 2"},
           {"a = \"\"\"\n[&\n\"\"\"\n\n[=", "CND-1009 line 5"}}) {
    CAPTURE(text);
    CHECK(refusal([&] { (void)parsed(text); }) == place);
  }
}

}  // namespace
}  // namespace candour::base
