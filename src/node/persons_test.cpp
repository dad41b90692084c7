#include "candour/node/persons.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <set>

namespace candour::node {
namespace {

/// Rows of one column, the numbers of those who have one.
table::IdentifiableChunk rows_of(const std::vector<std::optional<std::string>>& numbers) {
  table::Chunk chunk(table::Schema({{"nhs_number", table::Type::kText}}));
  for (const auto& number : numbers) {
    if (number) {
      chunk.column(0).append_text(*number);
    } else {
      chunk.column(0).append_null();
    }
  }
  return table::IdentifiableChunk(std::move(chunk));
}

TEST_CASE("each person of a slice stands once, and each row knows whose it is") {
  Persons persons(0, 5);
  persons.add(rows_of({"9990000018", std::nullopt, "9990000026"}));
  persons.add(rows_of({"9990000018", "0000000000"}));
  persons.finish();
  REQUIRE(persons.identifiers().size() == 3);
  CHECK(persons.rows() == 5);
  CHECK(persons.identifier_of(0) == persons.identifier_of(3));
  CHECK_FALSE(persons.identifier_of(1));
  CHECK(persons.identifier_of(4) == 0);  // a leading zero is a digit as any other
  CHECK(persons.identifier_of(2) == 2);
}

TEST_CASE("a table without people has rows that are nobody's") {
  Persons persons(std::nullopt, 2);
  persons.add(rows_of({"9990000018", "9990000026"}));
  persons.finish();
  CHECK(persons.identifiers().empty());
  CHECK_FALSE(persons.identifier_of(0));
}

TEST_CASE("people and rows of any slice belong together") {
  CHECK(rc::check([](const std::vector<std::uint8_t>& whose) {
    Persons persons(0, whose.size());
    std::set<std::uint8_t> distinct;
    std::vector<std::optional<std::string>> numbers;
    for (const std::uint8_t who : whose) {
      std::string digits = std::to_string(9'990'000'000 + std::uint64_t{who});
      numbers.push_back(who == 0 ? std::nullopt : std::optional(digits));
      if (who != 0) distinct.insert(who);
    }
    persons.add(rows_of(numbers));
    persons.finish();
    RC_ASSERT(persons.identifiers().size() == distinct.size());
    for (std::size_t row = 0; row < whose.size(); ++row) {
      const auto place = persons.identifier_of(row);
      RC_ASSERT(place.has_value() == (whose[row] != 0));
      if (place) {
        RC_ASSERT(*place ==
                  static_cast<std::size_t>(std::distance(distinct.begin(), distinct.find(whose[row]))));
      }
    }
  }));
}

}  // namespace
}  // namespace candour::node
