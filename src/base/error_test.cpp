#include "candour/base/error.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "candour/base/catalogue.h"
#include "candour/base/identifiable.h"

namespace candour::base {
namespace {

// A value of a row is a text, and no text is a field: only paths, counts and labels are.
template <typename T>
concept CanBeField = requires(T value) { Error("CND-1002", "x").with("field", value); };
static_assert(CanBeField<std::filesystem::path>);
static_assert(CanBeField<int>);
static_assert(CanBeField<Label>);
static_assert(!CanBeField<std::string>);
static_assert(!CanBeField<std::string_view>);
static_assert(!CanBeField<const char*>);
static_assert(!CanBeField<Identifiable<std::string>>);

static_assert(!std::is_copy_constructible_v<Identifiable<std::string>>);
static_assert(!std::is_convertible_v<Identifiable<std::string>, std::string>);
template <typename T>
concept CanBePrinted = requires(std::ostream& out, const T& value) { out << value; };
static_assert(CanBePrinted<std::string>);
static_assert(!CanBePrinted<Identifiable<std::string>>);

std::string remedy_of(std::string_view code) { return std::string(find_page(code)->remedy); }

TEST_CASE("an error is described by what failed, where, and what to do") {
  const Error error = Error("CND-1008", "The text is not JSON.")
                          .with("path", std::filesystem::path("folder/list.csv"))
                          .with("line", 12)
                          .with("column", Label("NHS NUMBER"));
  CHECK(describe(error) ==
        "CND-1008: The text is not JSON.\n"
        "  folder/list.csv, line 12, column NHS NUMBER\n"
        "  " +
            remedy_of("CND-1008") + "  candour explain CND-1008");
  CHECK(std::string(error.what()) == "The text is not JSON.");
  CHECK(error.code() == ErrorCode("CND-1008"));
}

TEST_CASE("an error without a place has two lines, and a path that is not the file has its name") {
  CHECK(describe(Error("CND-1003", "The disk is full or failed.")) ==
        "CND-1003: The disk is full or failed.\n  " + remedy_of("CND-1003") + "  candour explain CND-1003");
  const Error error = Error("CND-1003", "The disk is full or failed.")
                          .with("folder", std::filesystem::path("vault"))
                          .with("errno", -1);
  CHECK(describe(error).find("\n  folder vault, errno -1\n") != std::string::npos);
}

TEST_CASE("control characters of a name never reach the terminal") {
  const Error error = Error("CND-1002", "The file or folder is missing or cannot be read.")
                          .with("path", std::filesystem::path("a\x1b[2J\nb"))
                          .with("column", Label("c\r\x7f"
                                                "d\xc2\x9b\xe2\x80\xae"));
  CHECK(describe(error).find("\n  a?[2J?b, column c??d??\n") != std::string::npos);
}

TEST_CASE("every page of the catalogue has code, title and remedy, in the order of codes") {
  REQUIRE(!catalogue().empty());
  std::string_view before;
  for (const CataloguePage& page : catalogue()) {
    CAPTURE(page.code);
    CHECK(page.code.size() == 8);
    CHECK(page.code > before);
    before = page.code;
    CHECK(!page.title.empty());
    CHECK(!page.remedy.empty());
    CHECK(page.remedy.find('\n') == std::string_view::npos);
    CHECK(find_page(page.code) == &page);
  }
  CHECK(find_page("CND-0000") == nullptr);
  CHECK(find_page("CND-9999") == nullptr);
}

TEST_CASE("the program has each page byte for byte as docs/reference/errors has it") {
  for (const CataloguePage& page : catalogue()) {
    CAPTURE(page.code);
    std::ifstream file("docs/reference/errors/" + std::string(page.code) + ".md");
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    CHECK(text.str() == page.text);
  }
}

TEST_CASE("an identifiable value is wiped when it goes") {
  std::string text(64, 'n');
  const char* memory = text.data();
  std::string copy;
  {
    Identifiable<std::string> value(std::move(text));
    CHECK(value.reveal().size() == 64);
    copy = value.reveal();
    Identifiable<std::string> other;
    other = std::move(value);
    CHECK(other.reveal() == copy);
    wipe(other.reveal());
    CHECK(memory[1] == '\0');
  }
  CHECK(copy == std::string(64, 'n'));
}

}  // namespace
}  // namespace candour::base
