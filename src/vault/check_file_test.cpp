#include "candour/vault/check_file.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "candour/base/error.h"
#include "candour/vault/vault_testing.h"

namespace candour::vault {
namespace {

using testing::code_of;

IdentifiableText text_of(std::string text) { return IdentifiableText(std::move(text)); }

std::vector<std::uint64_t> numbers_of(std::string text) {
  std::vector<std::uint64_t> numbers;
  visit_check_file(text_of(std::move(text)), "a.dat",
                   [&](std::string_view digits, std::uint64_t) { numbers.push_back(nhs_number_of(digits)); });
  return numbers;
}

/// The line that an error names, or 0.
std::int64_t line_of(const auto& action) {
  try {
    action();
  } catch (const base::Error& error) {
    for (const base::Error::Field& field : error.fields()) {
      if (field.name == "line") return std::get<std::int64_t>(field.value);
    }
  }
  return 0;
}

TEST_CASE("a check file is named as the service's guide asks: mailbox, day, and which of the month it is") {
  // The example of the UK Renal Registry's page 1426226600, with the ending that it is saved under.
  const auto day = base::Date::of(2020, 6, 3).value();
  CHECK(check_file_name("8HQ50OT001", day, 1) == "8HQ50OT001-030620-0001.dat");
  CHECK(check_file_name("X26HC036", base::Date::of(2026, 11, 28).value(), 9999) ==
        "X26HC036-281126-9999.dat");
}

TEST_CASE("a check file has a number a line, each with a comma and a line feed") {
  // The first three of the same page's example.
  const std::vector<std::uint64_t> numbers = {9000543664, 9000956406, 9000617017};
  CHECK(write_check_file(numbers).reveal() == "9000543664,\n9000956406,\n9000617017,\n");
  CHECK(write_check_file(std::vector<std::uint64_t>{18}).reveal() == "0000000018,\n");
  CHECK(write_check_file({}).reveal().empty());
}

TEST_CASE("what was written is read back, whatever the numbers") {
  CHECK(rc::check("written and read", [] {
    const auto numbers =
        *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, 10'000'000'000));
    RC_ASSERT(numbers_of(write_check_file(numbers).reveal()) == numbers);
  }));
}

TEST_CASE("a line of another form is refused by its number, and no line before or after it is at fault") {
  const std::string good = "9990000018,\n";
  CHECK(numbers_of(good + good).size() == 2);  // the control
  for (const char* bad :
       {"9990000026\n", "9990000026,\r\n", "9990000026 ,\n", " 9990000026,\n", "999000002,\n",
        "99900000260,\n", "\n", ",\n", "999 000 0026,\n", "9990000026,", "9990000026",
        "\xef\xbb\xbf"
        "9990000026,\n",
        "+990000026,\n", "\"9990000026\",\n"}) {
    CAPTURE(bad);
    CHECK(code_of([&] { numbers_of(good + bad); }) == "CND-2603");
    CHECK(line_of([&] { numbers_of(good + bad); }) == 2);
    CHECK(code_of([&] { numbers_of(bad + good); }) == "CND-2603");
  }
}

TEST_CASE("the service's answer to a file that it could not use is told apart") {
  CHECK(code_of([] { numbers_of("The file contains one or more invalid NHS Numbers. \n"); }) == "CND-2606");
  CHECK(code_of([] { numbers_of("The file contains one or more invalid NHS Numbers.\r\n"); }) == "CND-2606");
}

TEST_CASE("a mailbox is capital letters and digits, so that its name does nothing in a path") {
  for (const char* good : {"8HQ50OT001", "X26HC036", "0ARHC002"}) CHECK_NOTHROW(require_mailbox(good));
  for (const char* bad :
       {"", "X26", "x26hc036", "../../etc", "X26 HC036", "X26HC036-1", "8HQ50OT0018HQ50OT0012"}) {
    CAPTURE(bad);
    CHECK(code_of([&] { require_mailbox(bad); }) == "CND-2602");
  }
}

TEST_CASE("a practice's list is read ascending, and may be empty") {
  const IdentifiableNumbers list = read_type1_list(text_of("9990000026\n9990000018\n"), "list");
  CHECK(list.reveal().values == std::vector<std::uint64_t>{9990000018, 9990000026});
  CHECK(read_type1_list(text_of(""), "list").reveal().values.empty());
}

TEST_CASE("a practice's list is refused by its line where one is no valid number, or stands again") {
  const std::string good = "9990000018\n9990000026\n";
  for (const char* bad : {"9990000017\n", "1111111111\n", "9990000042", "9990000042,\n", "999 000 0042\n",
                          "\n", "9990000042\r\n", "9990000018\n", "9990000026\n"}) {
    CAPTURE(bad);
    CHECK(code_of([&] { static_cast<void>(read_type1_list(text_of(good + bad), "list")); }) == "CND-2612");
    CHECK(line_of([&] { static_cast<void>(read_type1_list(text_of(good + bad), "list")); }) == 3);
  }
}

}  // namespace
}  // namespace candour::vault
