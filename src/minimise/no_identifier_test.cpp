// The law of the privacy line: whatever the rows, no source identifier stands anywhere in what comes out.
// Each identifier is searched for in each output text of its own row, and each output text among all
// identifiers.
#include <string_view>
#include <unordered_set>

#include "candour/base/random.h"
#include "candour/minimise/minimise_testing.h"

namespace candour::minimise {
namespace {

using namespace testing;  // NOLINT: the tests' own words

// What of one source row may not come out, in the forms in which it could.
using Identifiers = std::vector<std::string>;

std::string digits_of(base::Random& random, std::size_t count) {
  std::string digits;
  for (std::size_t i = 0; i < count; ++i) digits += static_cast<char>('0' + random.below(10));
  return digits;
}

void add_date(base::Date day, Identifiers& identifiers) {
  const std::string iso = day.iso();
  identifiers.push_back(iso);
  identifiers.push_back(iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4));
}

// Days of life end before the period, so that a kept clock stop is no birthday by accident.
base::Date day_of_life(base::Random& random) {
  const std::int32_t first = base::Date::of(1905, 1, 1)->days_since_1970();
  const std::int32_t last = base::Date::of(2025, 8, 31)->days_since_1970();
  return base::Date(first +
                    static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(last - first + 1))));
}

Identifiers append_random_row(base::Random& random, table::Chunk& chunk) {
  Identifiers identifiers;
  const std::string number = digits_of(random, 10);
  identifiers.push_back(number);
  identifiers.push_back(number.substr(0, 3) + " " + number.substr(3, 3) + " " + number.substr(6));
  chunk.column(kNumber).append_text(number);
  const std::string local = "LP" + digits_of(random, 1 + random.below(8));
  identifiers.push_back(local);
  chunk.column(kLocalId).append_text(local);
  for (FieldIndex field : {kBirth, kMonth}) {
    const base::Date day = day_of_life(random);
    add_date(day, identifiers);
    chunk.column(field).append_date(day);
  }
  const std::string outward = "M" + std::to_string(random.below(25));
  identifiers.push_back(outward + " 1AA");
  identifiers.push_back(outward + "1AA");
  chunk.column(kPostcode).append_text(outward + " 1AA");
  const std::string pathway = "PW" + digits_of(random, 1 + random.below(18));
  identifiers.push_back(pathway);
  chunk.column(kPathway).append_text(pathway);
  chunk.column(kFunction).append_text(std::to_string(100 + random.below(400)));
  chunk.column(kStop).append_date(
      september().first_day.plus_days(static_cast<std::int32_t>(random.below(30))));
  return identifiers;
}

// Output texts, of `rows` random rows minimised by `table`, in which an identifier was found.
std::size_t leaks_of(const collection::Table& table, std::size_t rows, std::uint64_t seed) {
  base::SeededRandom random(seed, "no identifier");
  const Lookups lookups = make_lookups();
  const base::SecretBytes key = make_key();
  const Minimiser minimiser(table, september(), lookups, key);
  table::IdentifiableChunk in{table::Chunk(table.row_schema())};
  table::Chunk out(table.minimised_schema());
  std::size_t leaks = 0;
  for (std::size_t done = 0; done < rows; done += in.reveal().rows()) {
    in.reveal().clear();
    std::vector<Identifiers> of_rows;
    std::unordered_set<std::string> all;
    while (!in.reveal().full()) {
      of_rows.push_back(append_random_row(random, in.reveal()));
      all.insert(of_rows.back().begin(), of_rows.back().end());
    }
    minimiser.minimise(in, out);
    for (std::size_t row = 0; row < out.rows(); ++row) {
      for (const std::string& text : row_texts(out, row)) {
        bool leaked = all.contains(text);
        for (const std::string& identifier : of_rows[row]) {
          leaked = leaked || text.find(identifier) != std::string::npos;
        }
        leaks += leaked ? 1 : 0;
      }
    }
  }
  return leaks;
}

TEST_CASE("no identifier of 50,000 random rows stands in what is left of them") {
  CHECK(leaks_of(make_table(), 50'000, 1) == 0);
}

TEST_CASE("no identifier of 1,000,000 random rows stands in what is left of them" *
          doctest::test_suite("slow") * doctest::skip()) {
  CHECK(leaks_of(make_table(), 1'000'000, 2) == 0);
}

TEST_CASE("the search finds each field that is wrongly kept") {
  for (FieldIndex field : {kNumber, kLocalId, kBirth, kMonth, kPostcode, kPathway}) {
    CAPTURE(field);
    collection::Table wrong = make_table();
    // A field that did not say it identifies is how a collection could be wrong.
    wrong.fields[field].identifies = false;
    wrong.fields[field].minimise = collection::Keep{};
    CHECK(leaks_of(wrong, table::kChunkRows, 3) == table::kChunkRows);
  }
}

}  // namespace
}  // namespace candour::minimise
