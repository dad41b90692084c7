#include "candour/minimise/minimise.h"

#include <optional>

#include "candour/base/error.h"
#include "candour/minimise/minimise_testing.h"

namespace candour::minimise {
namespace {

using namespace testing;  // NOLINT: the tests' own words

struct Row {
  std::string postcode = "M1 1AA";
  std::string pathway = "P1";
  std::optional<base::Date> birth = base::Date::of(1961, 7, 4);
  std::optional<base::Date> death = base::Date::of(2024, 2, 29);
};

void append_row(const Row& row, table::Chunk& chunk) {
  const auto date = [](table::Column& column, const std::optional<base::Date>& day) {
    if (day) {
      column.append_date(*day);
    } else {
      column.append_null();
    }
  };
  const auto text = [](table::Column& column, const std::string& value) {
    if (value.empty()) {
      column.append_null();
    } else {
      column.append_text(value);
    }
  };
  chunk.column(kNumber).append_text("9434765919");
  chunk.column(kLocalId).append_text("LOCAL1");
  date(chunk.column(kBirth), row.birth);
  date(chunk.column(kMonth), row.death);
  text(chunk.column(kPostcode), row.postcode);
  text(chunk.column(kPathway), row.pathway);
  chunk.column(kFunction).append_text("100");
  chunk.column(kStop).append_date(*base::Date::of(2025, 9, 15));
}

// What is left of one row: age band, month, area, pathway, function, stop.
std::vector<std::string> minimised(const Row& row, const collection::Table& table = make_table(),
                                   const base::SecretBytes& key = make_key(),
                                   const std::vector<std::string>* only = nullptr) {
  static const Lookups lookups = make_lookups();
  table::Chunk rows(table.row_schema());
  append_row(row, rows);
  const Minimiser minimiser(table, september(), lookups, key, only);
  table::Chunk out(table.minimised_schema());
  minimiser.minimise(table::IdentifiableChunk(std::move(rows)), out);
  REQUIRE(out.rows() == 1);
  return row_texts(out, 0);
}

TEST_CASE("what is left of a row is what its fields declare, in their order") {
  // HMAC-SHA-256 under 00 01 … 1f of "stops\npathway_id\nP1", computed with Python's hmac.
  CHECK(minimised({}) == std::vector<std::string>{"40-64", "2024-02", "E01001001",
                                                  "7181d3eea667dd59e3f355f3174988fb", "100", "2025-09-15"});
  const collection::Table table = make_table();
  const table::Schema schema = table.minimised_schema();
  CHECK(!schema.find("nhs_number"));
  CHECK(!schema.find("local_patient_id"));
}

TEST_CASE("of a field that an order does not list nothing is left, whatever its rule") {
  const std::vector<std::string> all = minimised({});
  const table::Schema schema = make_table().minimised_schema();
  REQUIRE(schema.size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::vector<std::string> only{schema.columns()[i].name};
    CAPTURE(only.front());
    std::vector<std::string> expected(all.size(), "∅");
    expected[i] = all[i];
    CHECK(minimised({}, make_table(), make_key(), &only) == expected);
  }
}

TEST_CASE("ages fall into their bands on the day that the rule names") {
  struct Case {
    int year, month, day;
    std::string band;
  };
  const Case cases[] = {
      {2025, 9, 30, "0-17"},  {2007, 10, 1, "0-17"},  {2007, 9, 30, "18-39"}, {1985, 10, 1, "18-39"},
      {1985, 9, 30, "40-64"}, {1960, 9, 30, "65-79"}, {1945, 10, 1, "65-79"}, {1945, 9, 30, "80+"},
      {1904, 2, 29, "80+"},   {2025, 10, 1, "∅"},
  };
  for (const Case& at : cases) {
    CAPTURE(at.band);
    CHECK(minimised({.birth = base::Date::of(at.year, at.month, at.day)})[0] == at.band);
  }
  collection::Table at_start = make_table();
  at_start.fields[kBirth].minimise = collection::ToAgeBand{collection::ToAgeBand::At::kPeriodStart, {0, 18}};
  CHECK(minimised({.birth = base::Date::of(2007, 9, 30)}, at_start)[0] == "0-17");
  CHECK(minimised({.birth = base::Date::of(2007, 9, 1)}, at_start)[0] == "18+");
}

TEST_CASE("what is not known stays unknown and is no error") {
  CHECK(minimised({.postcode = "", .pathway = "", .birth = {}, .death = {}}) ==
        std::vector<std::string>{"∅", "∅", "∅", "∅", "100", "2025-09-15"});
  CHECK(minimised({.postcode = "ZZ99 3VZ"})[2] == "∅");
}

TEST_CASE("a local pseudonym links a provider's own rows and nothing else") {
  const std::string pseudonym = minimised({})[3];
  CHECK(pseudonym.size() == 32);
  CHECK(minimised({.birth = {}})[3] == pseudonym);
  CHECK(minimised({.pathway = "P2"})[3] != pseudonym);
  CHECK(minimised({}, make_table(), make_key(1))[3] != pseudonym);
  collection::Table other = make_table();
  other.name = "starts";
  CHECK(minimised({}, other)[3] != pseudonym);
  other = make_table();
  other.fields[kPathway].name = "referral_id";
  CHECK(minimised({}, other)[3] != pseudonym);
}

TEST_CASE("a chunk of many rows is minimised row by row, and the output is cleared first") {
  const collection::Table table = make_table();
  const Lookups lookups = make_lookups();
  const base::SecretBytes key = make_key();
  const Minimiser minimiser(table, september(), lookups, key);
  table::Chunk out(table.minimised_schema());
  for (int pass = 0; pass < 2; ++pass) {
    table::Chunk rows(table.row_schema());
    for (int i = 0; i < 100; ++i) append_row({.postcode = "M" + std::to_string(i % 25) + " 1AA"}, rows);
    minimiser.minimise(table::IdentifiableChunk(std::move(rows)), out);
    REQUIRE(out.rows() == 100);
    CHECK(row_texts(out, 7)[2] == "E01001007");
    CHECK(row_texts(out, 22)[2] == "∅");
  }
}

TEST_CASE("a look-up that was not given is named") {
  const collection::Table table = make_table();
  const Lookups none;
  const base::SecretBytes key = make_key();
  try {
    const Minimiser minimiser(table, september(), none, key);
    FAIL("it was not needed");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode("CND-1603"));
    CHECK(base::describe(error).find("lsoa") != std::string::npos);
  }
  const std::vector<std::string> others{"age_band"};
  CHECK_NOTHROW(Minimiser(table, september(), none, key, &others));
}

}  // namespace
}  // namespace candour::minimise
