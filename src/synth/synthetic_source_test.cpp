#include <doctest/doctest.h>

#include <set>

#include "candour/base/sha256.h"
#include "candour/synth/people.h"
#include "candour/synth/synth_testing.h"
#include "candour/testing/code_of.h"

namespace candour::synth {
namespace {

using candour::testing::code_of;
using synth::testing::Columns;
using synth::testing::expansion;
using synth::testing::MadeFile;
using synth::testing::make_file;
using synth::testing::publication;
using synth::testing::rows_of;
using synth::testing::september;
using synth::testing::sorted_rows;
using synth::testing::SortedRows;
using synth::testing::SourceRow;
using synth::testing::waiting_list;

const Columns kColumns;

/// A provider with enough rows to have everything in it, made once.
const MadeFile& large() {
  static const MadeFile file = make_file("RBV");
  return file;
}

const SortedRows& large_rows() {
  static const SortedRows rows = sorted_rows(large());
  return rows;
}

std::uint64_t rows_asked_for(const std::string& submitter) {
  std::uint64_t rows = 0;
  for (const Group& group : expansion().groups.at(submitter)) rows += group.rows;
  return rows;
}

TEST_CASE("the same seed gives the same bytes, another seed other bytes, and so does another submitter") {
  CHECK((make_file("ACG31").text == make_file("ACG31").text));
  CHECK((make_file("ACG31").text != make_file("ACG31", {2, 10}).text));
  Expansion same_groups;
  same_groups.columns = expansion().columns;
  same_groups.groups["A"] = same_groups.groups["B"] = expansion().groups.at("ACG31");
  CHECK((make_file("A", {}, same_groups).text != make_file("B", {}, same_groups).text));
}

TEST_CASE("a file does not depend on how large the pieces are in which it is read") {
  const std::string whole = make_file("ACG31").text;
  for (const std::size_t piece_bytes : {1U, 7U, 4096U}) {
    CAPTURE(piece_bytes);
    CHECK((make_file("ACG31", {}, expansion(), piece_bytes).text == whole));
  }
}

TEST_CASE("a submitter's file is the same whichever others there are") {
  Expansion alone;
  alone.columns = expansion().columns;
  alone.groups["ACG31"] = expansion().groups.at("ACG31");
  CHECK((make_file("ACG31", {}, alone).text == make_file("ACG31").text));
}

TEST_CASE("what the release must give again is never a source: derived figures blanked give the same bytes") {
  const std::set<std::string> kept = {"submitter", "submitter_name", "treatment_function", "unknown_start"};
  table::Relation blanked{publication().schema, {}};
  for (const table::Chunk& chunk : publication().chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      const bool total = chunk.column(2).text(row) == "C_999";
      table::Chunk one(blanked.schema);
      for (std::size_t i = 0; i < blanked.schema.size(); ++i) {
        const std::string& name = blanked.schema.columns()[i].name;
        const bool band = name.starts_with("weeks_") && !name.ends_with("plus");
        if (kept.contains(name) ? !(total && name == "unknown_start") : (band && !total)) {
          one.column(i).append_from(chunk.column(i), row);
        } else {
          one.column(i).append_null();
        }
      }
      blanked.append_row(one, 0);
    }
  }
  const Expansion of_blanked = expand(waiting_list(), blanked);
  CHECK(of_blanked.groups.size() == expansion().groups.size());
  for (const char* submitter : {"ACG31", "R5J3Z", "RP4", "NVL"}) {
    CAPTURE(submitter);
    CHECK((make_file(submitter, {}, of_blanked).text == make_file(submitter).text));
  }
}

TEST_CASE("a submitter without pathways gets a header only, and one that is not in the publication too") {
  for (const char* submitter : {"NVL", "H4Y7F", "R99"}) {
    CAPTURE(submitter);
    const MadeFile file = make_file(submitter);
    const std::vector<SourceRow> rows = rows_of(file.text);
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().fields.front() == "NHS NUMBER");
    CHECK(rows.front().fields.size() == 22);
    CHECK(file.made.rows == 0);
    CHECK(file.made.decoys == 0);
    CHECK(file.made.planted.empty());
  }
}

TEST_CASE("the good rows of a file are exactly those that the publication asks for") {
  for (const char* submitter : {"RBV", "ACG31", "R5J3Z", "RP4"}) {
    CAPTURE(submitter);
    const MadeFile file = make_file(submitter);
    const SortedRows rows = sorted_rows(file);
    std::map<std::vector<std::string>, std::uint64_t> asked;  // function, first and last day of the wait
    for (const Group& group : expansion().groups.at(submitter)) {
      asked[{group.values[2], group.values[3], group.values[4]}] += group.rows;
    }
    std::map<std::vector<std::string>, std::uint64_t> found;
    for (const SourceRow& row : rows.good) {
      const std::string& function = kColumns.of(row, "treatment_function");
      const auto start = kColumns.day(row, "clock_start");
      if (!start) {
        ++found[{function, "", ""}];
        continue;
      }
      const int days = base::days_between(*start, *kColumns.day(row, "clock_stop"));
      for (const auto& [group, count] : asked) {
        if (group[0] == function && !group[1].empty() && std::stoi(group[1]) <= days &&
            days <= std::stoi(group[2])) {
          ++found[group];
        }
      }
    }
    CHECK(found == asked);
    CHECK(file.made.rows == rows.good.size());
    CHECK(file.made.decoys == rows.decoys.size());
    CHECK(file.made.rows == rows_asked_for(submitter));
  }
}

TEST_CASE("the first two rows of each group take the ends of its days") {
  std::map<std::vector<std::string>, std::set<int>> waits;
  for (const SourceRow& row : large_rows().good) {
    const auto start = kColumns.day(row, "clock_start");
    if (!start) continue;
    const int days = base::days_between(*start, *kColumns.day(row, "clock_stop"));
    waits[{kColumns.of(row, "treatment_function")}].insert(days);
  }
  std::size_t looked_at = 0;
  for (const Group& group : expansion().groups.at("RBV")) {
    if (group.values[3].empty()) continue;
    ++looked_at;
    CAPTURE(group.values[2]);
    CAPTURE(group.values[3]);
    CHECK(waits[{group.values[2]}].contains(std::stoi(group.values[3])));
    if (group.rows > 1) CHECK(waits[{group.values[2]}].contains(std::stoi(group.values[4])));
  }
  CHECK(looked_at > 50);
}

TEST_CASE("the first and the last day of the period occur in every file of two rows") {
  for (const char* submitter : {"RBV", "ACG31", "R5J3Z"}) {
    CAPTURE(submitter);
    const SortedRows rows = sorted_rows(make_file(submitter));
    REQUIRE(rows.good.size() >= 2);
    std::set<base::Date> stops;
    for (const SourceRow& row : rows.good) stops.insert(*kColumns.day(row, "clock_stop"));
    CHECK(*stops.begin() == september().first_day);
    CHECK(*stops.rbegin() == september().last_day);
  }
}

TEST_CASE(
    "decoys stop the day before or the day after the period, and differ from the good rows in nothing else") {
  std::map<base::Date, std::size_t> stops;
  for (const SourceRow& row : large_rows().decoys) ++stops[*kColumns.day(row, "clock_stop")];
  REQUIRE(stops.size() == 2);
  CHECK(stops.begin()->first == september().first_day.plus_days(-1));
  CHECK(stops.rbegin()->first == september().last_day.plus_days(1));
  CHECK(stops.begin()->second == stops.rbegin()->second);
  CHECK(large_rows().decoys.size() == 2 * (large_rows().good.size() / 200));
  CHECK(sorted_rows(make_file("R5J3Z")).decoys.empty());  // fewer than 50 rows
}

TEST_CASE("a file has the delimiter of the source mapping, also where an error makes a field too many") {
  collection::Collection semicolons = waiting_list();
  semicolons.sources.front().delimiter = ';';
  semicolons.sources.front().columns.front().title = "NHS;NUMBER, AS TRACED";
  SyntheticSource source(semicolons, expansion(), "RRJ", september(), {});
  std::string text;
  std::vector<std::uint8_t> piece(1 << 16);
  while (const std::size_t got = source.read(piece)) {
    text.append(reinterpret_cast<const char*>(piece.data()), got);
  }
  base::MemorySource bytes(text);
  table::CsvReader reader(bytes, {';'});
  table::CsvRecord record;
  std::map<std::size_t, std::size_t> sizes;
  REQUIRE(reader.next(record));
  CHECK(record.fields.front().bytes == "NHS;NUMBER, AS TRACED");
  while (reader.next(record)) {
    if (record.fault == table::CsvFault::kNone) ++sizes[record.fields.size()];
  }
  REQUIRE(sizes.size() == 3);
  CHECK(sizes.begin()->first == 21);
  CHECK(sizes.rbegin()->first == 23);
}

TEST_CASE("every NHS number is valid, begins with 999 and is no filler; one in ten is written with spaces") {
  std::size_t numbers = 0;
  std::size_t spaced = 0;
  for (const auto* rows : {&large_rows().good, &large_rows().decoys}) {
    for (const SourceRow& row : *rows) {
      const std::string number = kColumns.number(row);
      if (number.empty()) continue;  // withheld
      ++numbers;
      spaced += kColumns.of(row, "nhs_number") == number ? 0 : 1;
      CHECK(number.size() == 10);
      CHECK(number.starts_with("999"));
      CHECK(collection::nhs_number_check_digit_holds(number));
      CHECK_FALSE(collection::nhs_number_is_filler(number));
    }
  }
  CHECK(spaced > numbers / 12);
  CHECK(spaced < numbers / 8);
}

TEST_CASE(
    "a person keeps number, birth date and postcode over pathways and providers, and some have several") {
  std::map<std::string, std::set<std::string>> identities;  // by number
  std::map<std::string, std::set<std::string>> providers;
  std::map<std::string, std::set<std::string>> pathways;
  std::map<std::string, std::set<std::string>> local_identifiers;  // by provider and number
  for (const char* submitter : {"RBV", "REN", "RRJ"}) {
    for (const SourceRow& row : sorted_rows(make_file(submitter)).good) {
      const std::string number = kColumns.number(row);
      if (number.empty()) continue;
      identities[number].insert(kColumns.of(row, "birth_date") + " " + kColumns.of(row, "postcode"));
      providers[number].insert(submitter);
      pathways[number].insert(kColumns.of(row, "pathway_id"));
      local_identifiers[submitter + number].insert(kColumns.of(row, "local_patient_id"));
    }
  }
  const auto with_several = [](const auto& sets) {
    return std::count_if(sets.begin(), sets.end(), [](const auto& one) { return one.second.size() > 1; });
  };
  CHECK(with_several(identities) == 0);
  CHECK(with_several(local_identifiers) == 0);
  CHECK(with_several(providers) > 0);
  CHECK(with_several(pathways) > static_cast<std::ptrdiff_t>(pathways.size() / 10));
}

TEST_CASE("no two rows of a file have one pathway identifier") {
  std::set<std::string> pathways;
  for (const auto* rows : {&large_rows().good, &large_rows().decoys}) {
    for (const SourceRow& row : *rows) pathways.insert(kColumns.of(row, "pathway_id"));
  }
  CHECK(pathways.size() == large_rows().good.size() + large_rows().decoys.size());
}

TEST_CASE("some identities are withheld, and then nothing identifies") {
  std::size_t withheld = 0;
  for (const SourceRow& row : large_rows().good) {
    if (kColumns.of(row, "withheld_reason").empty()) continue;
    ++withheld;
    for (const char* field : {"nhs_number", "local_patient_id", "birth_date", "postcode"}) {
      CHECK(kColumns.of(row, field).empty());
    }
  }
  CHECK(withheld > 0);
  CHECK(withheld < large_rows().good.size() / 100);
}

TEST_CASE("the look-up has the digest that the collection pins, and no postcode twice") {
  const std::string lookup = postcode_lookup();
  CHECK(base::sha256(base::as_bytes(lookup)) == waiting_list().references.at("lsoa").sha256);
  CHECK(lookup.starts_with("postcode,lsoa\nZZ1 0AA,E01900000\nZZ1 0AJ,E01900000\n"));
  CHECK(lookup.ends_with("\nZZ20 9ZS,E01904999\n"));
  std::set<std::string> postcodes;
  for (std::uint64_t i = 0; i < kPostcodes; ++i) postcodes.insert(synthetic_postcode(i));
  CHECK(postcodes.size() == kPostcodes);
}

TEST_CASE("all 700,000 people of a seed have numbers of their own") {
  const People people(7, september().first_day);
  std::vector<std::string> numbers;
  for (std::uint64_t i = 0; i < kPeople; ++i) numbers.push_back(people.person(i).nhs_number);
  std::sort(numbers.begin(), numbers.end());
  CHECK(std::adjacent_find(numbers.begin(), numbers.end()) == numbers.end());
  CHECK(numbers.back() < "9999999999");
  CHECK(people.person(0).birth_date <= september().first_day.plus_days(-5 * 365));
}

TEST_CASE("a collection without expand.sql, and groups that make no rows, are refused") {
  collection::Collection without = waiting_list();
  without.expand.reset();
  CHECK(code_of([&] { (void)expand(without, publication()); }) == "CND-1801");
  without = waiting_list();
  without.synth.reset();
  CHECK(code_of([&] { (void)expand(without, publication()); }) == "CND-1801");

  Expansion renamed = expansion();
  renamed.columns[3] = "wait_start";
  CHECK(code_of([&] { (void)make_file("ACG31", {}, renamed); }) == "CND-1804");

  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"8", "7"}, {"x", "9"}, {"-1", "9"}, {"0", "50001"}, {"1.5", "9"}}) {
    CAPTURE(from);
    Expansion odd;
    odd.columns = expansion().columns;
    odd.groups["A"] = {{3, {"A", "3", "100", from, to}}};
    CHECK(code_of([&] { (void)make_file("A", {}, odd); }) == "CND-1805");
  }

  const auto expanded_by = [&](const char* sql) {
    collection::Collection changed = waiting_list();
    changed.expand = sql::check_select(sql, {{"published", publication().schema}}, sql::Reals::kRefused,
                                       base::Label("expand"));
    return code_of([&] { (void)expand(changed, publication()); });
  };
  CHECK(expanded_by("SELECT submitter, 1 AS pathways FROM published") == "none");
  CHECK(expanded_by("SELECT submitter, 0 AS pathways FROM published") == "CND-1805");
  CHECK(expanded_by("SELECT submitter, -1 AS pathways FROM published") == "CND-1805");
  CHECK(expanded_by("SELECT submitter, CAST(NULL AS BIGINT) AS pathways FROM published") == "CND-1805");
  CHECK(expanded_by("SELECT CAST(NULL AS VARCHAR) AS submitter, 1 AS pathways FROM published") == "CND-1805");
}

}  // namespace
}  // namespace candour::synth
