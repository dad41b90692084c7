#include "candour/measure/counts.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "candour/base/json.h"
#include "candour/base/simulated_disk.h"
#include "candour/measure/measure_testing.h"
#include "candour/testing/code_of.h"

namespace candour::measure {
namespace {

using candour::testing::code_of;
using measure::testing::Cell;
using measure::testing::counts_of;
using measure::testing::csv_of;
using measure::testing::Pathway;
using measure::testing::september;
using measure::testing::waiting_list;
using measure::testing::waits;

const base::Date kFirst = base::Date::of(2025, 9, 1).value();
const base::Date kLast = base::Date::of(2025, 9, 30).value();

std::string combined_csv(const std::vector<Counts>& counts) {
  return csv_of(combine_counts(waiting_list(), waits(), september(), counts));
}

Counts load(const base::Disk& disk) {
  return load_counts(disk, "counts", waiting_list(), waits(), september());
}

std::unique_ptr<base::SimulatedDisk> disk_with(const Counts& counts) {
  auto disk = std::make_unique<base::SimulatedDisk>();
  store_counts(*disk, "counts", counts);
  return disk;
}

void replace(base::Disk& disk, const std::filesystem::path& path, std::string_view text) {
  disk.remove(path);
  disk.store_new(path, text);
}

TEST_CASE("a local step counts the pathways that stop in the period, by published function and week band") {
  const Counts counts =
      counts_of("R1H", {{"100", 7},
                        {"100", 0, kFirst},
                        {"100", 8, kLast},
                        {"100", std::nullopt},
                        {"330", 728},
                        {"330", 729},
                        {"330", 3000},
                        {"102", 14},  // transplants and breast surgery: both published as X05
                        {"103", 14},
                        {"100", 5, kFirst.plus_days(-1)},  // of other returns
                        {"100", 5, kLast.plus_days(1)}});
  CHECK(counts.rows == 11);
  CHECK(csv_of(counts.relation) ==
        "submitter,treatment_function,week,treatments\n"
        "R1H,C_100,,1\n"
        "R1H,C_100,0,2\n"
        "R1H,C_100,1,1\n"
        "R1H,C_330,103,1\n"
        "R1H,C_330,104,2\n"
        "R1H,X05,1,2\n");
}

TEST_CASE("counts come back from their folder as they were stored") {
  const Counts stored = counts_of("R1H", {{"100", 7}, {"330", std::nullopt}});
  const auto disk = disk_with(stored);
  const Counts loaded = load(*disk);
  CHECK(loaded.collection == "rtt-waiting-list");
  CHECK(loaded.collection_sha256 == base::to_hex(waiting_list().digest));
  CHECK(loaded.measure == "waits");
  CHECK(loaded.submitter == "R1H");
  CHECK(loaded.period == "2025-09");
  CHECK(loaded.rows == 2);
  CHECK_FALSE(loaded.nil);
  CHECK(loaded.salt == stored.salt);
  CHECK(loaded.counts_sha256 == stored.counts_sha256);
  CHECK(csv_of(loaded.relation) == csv_of(stored.relation));
}

TEST_CASE("the manifest names what the counts are of, and the digest of counts.csv") {
  const auto disk = disk_with(counts_of("R1H", {{"100", 7}}));
  const base::Json manifest = base::parse_json(base::load_text(*disk, "counts/manifest.json"));
  CHECK(*manifest.find("format")->text() == "candour-counts-1");
  CHECK(*manifest.find("rows")->integer() == 1);
  CHECK(*manifest.find("nil_return")->boolean() == false);
  CHECK(*manifest.find("counts_sha256")->text() ==
        base::to_hex(base::sha256(base::as_bytes(base::load_text(*disk, "counts/counts.csv")))));
  CHECK(manifest.find("salt")->text()->size() == 32);
}

TEST_CASE("the same pathways in another order give the same counts file, and another salt only by chance") {
  std::vector<Pathway> pathways;
  for (int i = 0; i < 300; ++i) pathways.push_back({i % 3 == 0 ? "330" : "100", i * 5 % 800});
  const Counts one = counts_of("R1H", pathways);
  std::reverse(pathways.begin(), pathways.end());
  const Counts other = counts_of("R1H", pathways, 2);
  CHECK(one.counts_sha256 == other.counts_sha256);
  CHECK(csv_of(one.relation) == csv_of(other.relation));
  CHECK(one.salt != other.salt);
  CHECK(one.salt == counts_of("R1H", {}).salt);  // of the random source alone
}

TEST_CASE("a nil return is counts without a count") {
  Counts nil = counts_of("NVL", {});
  nil.nil = true;
  const auto disk = disk_with(nil);
  const Counts loaded = load(*disk);
  CHECK(loaded.nil);
  CHECK(loaded.rows == 0);
  CHECK(loaded.relation.rows() == 0);
  CHECK(base::load_text(*disk, "counts/counts.csv") == "submitter,treatment_function,week,treatments\n");
}

TEST_CASE("a measure that counts people is refused in counts mode") {
  collection::Measure people = waits();
  people.unit = collection::Unit::kPerson;
  const table::Relation rows = measure::testing::minimised({});
  table::RelationSource source(rows);
  base::SeededRandom random(1, "");
  CHECK(code_of([&] { (void)compute_counts(waiting_list(), people, "R1H", september(), source, random); }) ==
        "CND-1604");
}

TEST_CASE("counts of something else are refused") {
  const Counts right = counts_of("R1H", {{"100", 7}});
  const struct {
    const char* what;
    void (*change)(Counts&);
  } changes[] = {
      {"another collection", [](Counts& c) { c.collection = "diagnostics"; }},
      {"the collection as it was before a change", [](Counts& c) { c.collection_sha256[0] ^= 1; }},
      {"another measure", [](Counts& c) { c.measure = "starts"; }},
      {"another period", [](Counts& c) { c.period = "2025-08"; }},
      {"another digest of counts.csv", [](Counts& c) { c.counts_sha256[0] ^= 1; }},
      {"a submitter that is not its rows'", [](Counts& c) { c.submitter = "RTH"; }},
      {"no salt", [](Counts& c) { c.salt = ""; }},
      {"a short salt", [](Counts& c) { c.salt = "00"; }},
      {"a salt that is no number", [](Counts& c) { c.salt = std::string(32, 'x'); }},
      {"a nil return with counts", [](Counts& c) { c.nil = true; }},
      {"more rows than can be counted", [](Counts& c) { c.rows = 1'000'000'000'001; }},
      {"more refusals than can be counted", [](Counts& c) { c.rows_refused = 1'000'000'000'001; }},
      {"a nil return with refusals",
       [](Counts& c) {
         c = counts_of("R1H", {});
         c.nil = true;
         c.rows_refused = 1;
       }},
  };
  CHECK(code_of([&] { (void)load(*disk_with(right)); }) == "none");
  for (const auto& change : changes) {
    CAPTURE(change.what);
    Counts counts = right;
    change.change(counts);
    CHECK(code_of([&] { (void)load(*disk_with(counts)); }) == "CND-1605");
  }
}

/// How counts with these rows below the header are refused: the code, then the fields but the path.
std::string refusal_of(std::string_view rows) {
  Counts counts = counts_of("R1H", {});
  const std::string csv = "submitter,treatment_function,week,treatments\n" + std::string(rows);
  counts.counts_sha256 = base::to_hex(base::sha256(base::as_bytes(csv)));
  const auto disk = disk_with(counts);
  replace(*disk, "counts/counts.csv", csv);
  try {
    (void)load(*disk);
  } catch (const base::Error& error) {
    std::string text(error.code().view());
    for (const base::Error::Field& field : error.fields()) {
      if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
        text += " " + std::string(field.name) + "=" + std::to_string(*number);
      } else if (const auto* label = std::get_if<std::string>(&field.value)) {
        text += " " + std::string(field.name) + "=" + *label;
      } else if (std::get<std::filesystem::path>(field.value) != "counts/counts.csv") {
        text += " another path";
      }
    }
    return text;
  }
  return "none";
}

TEST_CASE("counts that are none are refused with who sent them and where they stand") {
  CHECK(refusal_of("R1H,C_100,0,0\nR1H,C_100,1,1000000000000\n") == "none");
  CHECK(refusal_of("R1H,C_100,0,1\nR1H,C_100,1,-1\n") == "CND-1605 submitter=R1H line=3 column=treatments");
  CHECK(refusal_of("R1H,C_100,0,-9223372036854775808\n") ==
        "CND-1605 submitter=R1H line=2 column=treatments");
  const std::string too_many = " column=treatments at_most=1000000000000";
  CHECK(refusal_of("R1H,C_100,0,1000000000001\n") == "CND-1605 submitter=R1H line=2" + too_many);
  // Two that are no 64-bit integer together, and many that are each within the limit.
  CHECK(refusal_of("R1H,C_100,0,9223372036854775807\nR1H,C_100,1,9223372036854775807\n") ==
        "CND-1605 submitter=R1H line=2" + too_many);
  CHECK(refusal_of("R1H,C_100,0,1000000000000\nR1H,C_100,1,0\nR1H,C_100,2,1\n") ==
        "CND-1605 submitter=R1H line=4" + too_many);
}

TEST_CASE(
    "a group that stands twice is refused, also one that is absent, and one below a text of two lines") {
  CHECK(refusal_of("R1H,C_100,0,1\nR1H,C_330,0,1\nR1H,C_100,0,2\n") == "CND-1605 submitter=R1H line=4");
  CHECK(refusal_of("R1H,C_100,,1\nR1H,C_100,,1\n") == "CND-1605 submitter=R1H line=3");
  CHECK(refusal_of("R1H,\"C\n1\",0,1\nR1H,C_100,0,1\nR1H,C_100,0,1\n") == "CND-1605 submitter=R1H line=5");
  CHECK(refusal_of("R1H,C_1,,1\nR1H,C_1,1,1\nR1H,C_11,1,1\nR1H,C_11,,1\n") == "none");
}

TEST_CASE("a count that is no number is refused with its file and submitter") {
  const std::string refusal = refusal_of("R1H,C_100,0,many\n");
  CAPTURE(refusal);
  CHECK(refusal.starts_with("CND-1110"));
  CHECK(refusal.ends_with("submitter=R1H"));
}

TEST_CASE("a local step that gives a group twice is refused where it runs") {
  collection::Measure twice = waits();
  twice.local = sql::check_select(
      "SELECT submitter, treatment_function, CAST(NULL AS BIGINT) AS week, CAST(1 AS BIGINT) AS treatments "
      "FROM rows",
      {{"rows", waiting_list().table("clock_stops").local_schema()}}, sql::Reals::kRefused,
      base::Label("local"));
  const table::Relation rows = measure::testing::minimised({{"100", 1}, {"100", 2}});
  table::RelationSource source(rows);
  base::SeededRandom random(1, "");
  CHECK(code_of([&] { (void)compute_counts(waiting_list(), twice, "R1H", september(), source, random); }) ==
        "CND-1605");
}

TEST_CASE("a counts file that was edited is refused") {
  const auto disk = disk_with(counts_of("R1H", {{"100", 7}}));
  std::string csv = base::load_text(*disk, "counts/counts.csv");
  csv[csv.size() - 2] = '2';
  replace(*disk, "counts/counts.csv", csv);
  CHECK(code_of([&] { (void)load(*disk); }) == "CND-1605");
  disk->remove("counts/counts.csv");
  CHECK(code_of([&] { (void)load(*disk); }) == "CND-1002");
}

TEST_CASE("a manifest that is cut off, empty or of another format is refused") {
  const auto disk = disk_with(counts_of("R1H", {{"100", 7}}));
  const std::string manifest = base::load_text(*disk, "counts/manifest.json");
  replace(*disk, "counts/manifest.json", manifest.substr(0, manifest.size() / 2));
  CHECK(code_of([&] { (void)load(*disk); }) == "CND-1008");
  for (const char* text : {"{}", "[]", "null", R"({"format": 1})", R"({"format": "candour-counts-2"})"}) {
    CAPTURE(text);
    replace(*disk, "counts/manifest.json", text);
    CHECK(code_of([&] { (void)load(*disk); }) == "CND-1605");
  }
  for (const char* key : {"collection", "collection_sha256", "measure", "submitter", "period", "rows",
                          "rows_refused", "nil_return", "counts_sha256", "salt"}) {
    CAPTURE(key);
    std::string without = manifest;
    without.replace(without.find(std::string("\"") + key + '"'), 2, "\"_");
    replace(*disk, "counts/manifest.json", without);
    CHECK(code_of([&] { (void)load(*disk); }) == "CND-1605");
  }
}

TEST_CASE("counts are stored once") {
  const Counts counts = counts_of("R1H", {{"100", 7}});
  const auto disk = disk_with(counts);
  CHECK(code_of([&] { store_counts(*disk, "counts", counts_of("R1H", {{"100", 8}})); }) == "CND-1005");
  CHECK(csv_of(load(*disk).relation) == csv_of(counts.relation));
}

TEST_CASE("counts whose manifest was never written are made again") {
  const auto disk = disk_with(counts_of("R1H", {{"100", 7}}));
  disk->remove("counts/manifest.json");
  const Counts again = counts_of("R1H", {{"100", 700}}, 2);
  store_counts(*disk, "counts", again);
  CHECK(csv_of(load(*disk).relation) == csv_of(again.relation));
}

TEST_CASE("combining gives each submitter its functions and their total") {
  const std::string csv =
      combined_csv({counts_of("RTH", {{"330", 8}, {"100", std::nullopt}}), counts_of("R1H", {{"100", 0}})});
  const auto line = [&](std::string_view start) {
    const std::size_t at = csv.find(start);
    return at == std::string::npos ? std::string("none") : csv.substr(at, csv.find('\n', at) - at);
  };
  std::string zeros;
  for (int i = 0; i < 103; ++i) zeros += ",0";
  CHECK(line("R1H,C_100,") == "R1H,C_100,1,0" + zeros + ",0,1,1,,too-few,,too-few,0,0,0");
  CHECK(line("RTH,C_999,") == "RTH,C_999,0,1" + zeros + ",1,2,1,,too-few,,too-few,0,0,0");
  CHECK(line("R1H,C_330,") == "none");  // the frame of a release adds what has no treatments
}

TEST_CASE("two counts of one submitter are refused") {
  const std::vector<Counts> counts = {counts_of("R1H", {{"100", 7}}), counts_of("RTH", {}),
                                      counts_of("R1H", {{"330", 7}})};
  CHECK(code_of([&] { (void)combined_csv(counts); }) == "CND-1606");
}

TEST_CASE("no counts combine to nothing") {
  CHECK(combine_counts(waiting_list(), waits(), september(), {}).rows() == 0);
}

/// Random pathways: few functions and waits, so that bands hold several.
std::vector<Pathway> random_pathways(base::Random& random, std::uint64_t most) {
  const char* functions[] = {"100", "330", "102", "103"};
  std::vector<Pathway> pathways(random.below(most + 1));
  for (Pathway& pathway : pathways) {
    pathway.function = functions[random.below(4)];
    if (random.below(10) != 0) pathway.wait_days = static_cast<std::int32_t>(random.below(800));
    pathway.stop = kFirst.plus_days(static_cast<std::int32_t>(random.below(34)) - 2);
  }
  return pathways;
}

/// Counts of several providers under one submitter's name: what one provider with all the rows would have.
Counts under_one_name(const std::vector<Counts>& parts) {
  std::vector<Cell> cells;
  for (const Counts& part : parts) {
    for (const table::Chunk& chunk : part.relation.chunks) {
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        cells.push_back(
            {std::string(chunk.column(1).text(row)),
             chunk.column(2).is_null(row) ? std::optional<std::int64_t>() : chunk.column(2).integer(row),
             chunk.column(3).integer(row)});
      }
    }
  }
  return measure::testing::counts_of_cells("ALL", cells);
}

// Seeds instead of RapidCheck: each run starts several engines, and 20 ms for each buys few cases.
TEST_CASE("counts of parts combine to what the whole combines to") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    CAPTURE(seed);
    base::SeededRandom random(seed, "parts");
    std::vector<Counts> parts;
    std::vector<Pathway> whole;
    const std::uint64_t count = 1 + random.below(4);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::vector<Pathway> part = random_pathways(random, 100);
      whole.insert(whole.end(), part.begin(), part.end());
      parts.push_back(counts_of("P" + std::to_string(i), part));
    }
    CHECK(combined_csv({under_one_name(parts)}) == combined_csv({counts_of("ALL", whole)}));
  }
}

TEST_CASE("what one submitter's rows combine to does not depend on the others'") {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    CAPTURE(seed);
    base::SeededRandom random(seed, "others");
    const Counts one = counts_of("A01", random_pathways(random, 60));
    const Counts other = counts_of("B01", random_pathways(random, 60));
    CHECK(combined_csv({other, one}).starts_with(combined_csv({one})));  // sorted by submitter
  }
}

}  // namespace
}  // namespace candour::measure
