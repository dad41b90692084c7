// Any bytes as a TOML document: read, or refused with CND-1009 and a line that it has. Of what is read every
// key is asked for as every type, which gives a value or CND-1010.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "candour/base/error.h"
#include "candour/base/toml.h"

using namespace candour::base;

namespace {

template <typename Call>
void expect_refusal_at_most(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    CANDOUR_CHECK(error.code().view() == "CND-1010");
  }
}

void ask_for_everything(const TomlTable& table) {
  for (const std::string& key : table.keys()) {
    CANDOUR_CHECK(table.has(key));
    CANDOUR_CHECK(table.line_of(key) >= 1);
    expect_refusal_at_most([&] { static_cast<void>(table.text(key)); });
    expect_refusal_at_most([&] { static_cast<void>(table.integer(key)); });
    expect_refusal_at_most([&] { static_cast<void>(table.number_or(key, 0)); });
    expect_refusal_at_most([&] { static_cast<void>(table.flag_or(key, false)); });
    expect_refusal_at_most([&] { static_cast<void>(table.texts(key)); });
    expect_refusal_at_most([&] { static_cast<void>(table.integers(key)); });
    expect_refusal_at_most([&] {
      for (const TomlTable& one : table.tables(key)) ask_for_everything(one);
    });
    if (table.is_table(key)) ask_for_everything(table.table(key));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const TomlTable table = TomlTable::parse(text, "fuzz.toml");
    ask_for_everything(table);
    table.finish();  // nothing is left that nobody asked for
  } catch (const Error& error) {
    CANDOUR_CHECK(error.code().view() == "CND-1009");
    const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
    for (const Error::Field& field : error.fields()) {
      const auto* number = std::get_if<std::int64_t>(&field.value);
      if (field.name == "line") CANDOUR_CHECK(number != nullptr && *number >= 1 && *number <= lines);
    }
  }
  return 0;
}
