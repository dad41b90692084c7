// What a load does to a slice: duplicates, whole slices and parts, nil returns, quarantine.
#include <doctest/doctest.h>

#include <algorithm>

#include "candour/base/simulated_disk.h"
#include "candour/vault/vault_testing.h"

using namespace candour;
using namespace candour::vault;
using namespace candour::vault::testing;

namespace {

std::vector<std::uint64_t> quarantined_lines(const Vault& vault, const Slice& of = slice()) {
  std::vector<std::uint64_t> lines;
  vault.visit_quarantine(of, [&](const QuarantinedRow& row) { lines.push_back(row.line); });
  return lines;
}

}  // namespace

TEST_CASE("A row whose key this load has put already is a duplicate, and the first one stays") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  load(vault, Scope::kWholeSlice, {kThree[0]});

  const collection::Table table = clock_stops();
  std::vector<Row> rows = {kThree[0], kThree[1], kThree[0], kThree[1]};
  rows[2].name = "Another";
  const table::IdentifiableChunk chunk = chunk_of(rows);
  Load running = vault.begin_load(table, slice(), Scope::kWholeSlice);
  running.begin_file("a.csv", 1);
  CHECK(running.put(chunk, 0, 2) == std::nullopt);  // stood before: no duplicate
  CHECK(running.put(chunk, 2, 4) == RowPlace{0, 2});
  running.end_file("00");
  running.begin_file("b.csv", 1);
  CHECK(running.put(chunk, 1, 3) == std::nullopt);
  CHECK(running.put(chunk, 0, 8) == RowPlace{0, 2});
  CHECK(running.put(chunk, 3, 9) == RowPlace{1, 3});
  running.end_file("11");
  const LoadResult result = running.commit();
  CHECK(result.added == 1);
  CHECK(result.unchanged == 1);
  CHECK(rows_of(vault) == std::vector<Row>{kThree[0], kThree[1]});
}

TEST_CASE("A whole slice replaces what the slice held and counts what it did; other slices stay") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  load(vault, Scope::kWholeSlice, kThree);
  load(vault, Scope::kWholeSlice, kThree, slice("2025-08"));

  Row changed = kThree[1];
  changed.visits = 0;
  const Row added = {"9990000034", "P9", 20000, "Eve", 1};
  const LoadResult result = load(vault, Scope::kWholeSlice, {kThree[0], changed, added}, slice(), "b.csv");
  CHECK(result.added == 1);
  CHECK(result.changed == 1);
  CHECK(result.unchanged == 1);
  CHECK(result.removed == 1);
  CHECK(rows_of(vault) == std::vector<Row>{kThree[0], changed, added});
  CHECK(rows_of(vault, slice("2025-08")) == kThree);
  REQUIRE(vault.files(slice()).size() == 1);
  CHECK(vault.files(slice())[0].name == "b.csv");
  CHECK(vault.files(slice())[0].loaded_at_unix_seconds == 1'760'000'000);
  CHECK(vault.files(slice("2025-08"))[0].name == "a.csv");
  const std::vector<std::pair<std::string, std::uint64_t>> periods = {{"2025-08", 3}, {"2025-09", 3}};
  CHECK(vault.periods(slice()) == periods);
}

TEST_CASE("The same file again, of which nothing changed, was loaded when it was the first time") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  const collection::Table table = clock_stops();
  const auto loaded_at = [&](std::int64_t now, const std::vector<Row>& rows, const std::string& sha256) {
    Load running = vault.begin_load(table, slice(), Scope::kWholeSlice);
    running.begin_file("a.csv", now);
    const table::IdentifiableChunk chunk = chunk_of(rows);
    for (std::size_t i = 0; i < rows.size(); ++i) static_cast<void>(running.put(chunk, i, i + 2));
    running.end_file(sha256);
    static_cast<void>(running.commit());
    REQUIRE(vault.files(slice()).size() == 1);
    return vault.files(slice())[0].loaded_at_unix_seconds;
  };
  CHECK(loaded_at(100, kThree, "00") == 100);
  CHECK(loaded_at(200, kThree, "00") == 100);
  // The controls: another file with the same rows, and the same name with other rows.
  CHECK(loaded_at(300, kThree, "11") == 300);
  CHECK(loaded_at(400, {kThree[0]}, "22") == 400);
  // A changed mapping makes other rows of the same file.
  CHECK(loaded_at(500, kThree, "22") == 500);
}

TEST_CASE("A part adds and replaces by key and removes nothing") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  load(vault, Scope::kWholeSlice, kThree);
  Row changed = kThree[1];
  changed.name.clear();
  const LoadResult result = load(vault, Scope::kPart, {changed}, slice(), "b.csv");
  CHECK(result.changed == 1);
  CHECK(result.removed == 0);
  CHECK(rows_of(vault) == std::vector<Row>{kThree[0], changed, kThree[2]});
  CHECK(vault.files(slice()).size() == 2);
}

TEST_CASE("Each value of a row that differs makes the row changed") {
  for (int field = 0; field < 3; ++field) {
    base::SimulatedDisk disk;
    disk.make_folder("/p");
    Vault vault = make_vault(disk, "/p/v");
    load(vault, Scope::kWholeSlice, {kThree[0]});
    Row row = kThree[0];
    if (field == 0) row.person = "9990000034";
    if (field == 1) row.name.clear();
    if (field == 2) row.visits = -1;
    CHECK(load(vault, Scope::kWholeSlice, {row}).changed == 1);
    CHECK(rows_of(vault) == std::vector<Row>{row});
  }
}

TEST_CASE("A key's field without a value is a key like any other") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  const std::vector<Row> rows = {{"9990000018", "P1", -1, "Ann", 3}, {"9990000018", "P1", 5, "Ann", 3}};
  CHECK(load(vault, Scope::kWholeSlice, {rows[0], rows[1], rows[0]}).added == 2);
  CHECK(load(vault, Scope::kWholeSlice, rows).unchanged == 2);
  std::vector<Row> held = rows_of(vault);
  std::sort(held.begin(), held.end(), [](const Row& a, const Row& b) { return a.stop < b.stop; });
  CHECK(held == rows);
}

TEST_CASE("A load that is not committed leaves the vault as it was") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  const collection::Table table = clock_stops();
  const auto abandon = [&] {
    Load running = vault.begin_load(table, slice(), Scope::kWholeSlice);
    running.begin_file("a.csv", 1);
    static_cast<void>(running.put(chunk_of({kThree[1]}), 0, 2));
    running.quarantine(3, "record", "[]");
  };
  abandon();
  CHECK(vault.periods(slice()).empty());
  CHECK(rows_of(vault).empty());
  load(vault, Scope::kWholeSlice, {kThree[0]});
  abandon();
  CHECK(rows_of(vault) == std::vector<Row>{kThree[0]});
  CHECK(quarantined_lines(vault).empty());
  CHECK(vault.files(slice()).size() == 1);
}

TEST_CASE("A nil return is remembered until rows come") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  const collection::Table table = clock_stops();
  CHECK_FALSE(vault.is_nil_return(slice()));
  load(vault, Scope::kWholeSlice, kThree);
  CHECK_FALSE(vault.is_nil_return(slice()));
  {
    Load nil = vault.begin_load(table, slice(), Scope::kWholeSlice);
    nil.begin_file("nil.csv", 1);
    nil.end_file("00");
    nil.declare_nil();
    CHECK(nil.commit().removed == 3);
  }
  CHECK(vault.is_nil_return(slice()));
  const std::vector<std::pair<std::string, std::uint64_t>> periods = {{"2025-09", 0}};
  CHECK(vault.periods(slice()) == periods);
  load(vault, Scope::kPart, kThree);
  CHECK_FALSE(vault.is_nil_return(slice()));
}

TEST_CASE("A refused row waits in quarantine as it stood") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  const collection::Table table = clock_stops();
  const std::string record("9990000018,\xff\0,x", 15);
  Load running = vault.begin_load(table, slice(), Scope::kWholeSlice);
  running.begin_file("a.csv", 1);
  running.quarantine(7, record, R"([{"rule":"encoding"}])");
  running.quarantine(4, "", "[]");
  running.end_file("00");
  CHECK(running.commit().quarantined == 2);
  std::size_t seen = 0;
  vault.visit_quarantine(slice(), [&](const QuarantinedRow& row) {
    if (seen++ == 0) {
      CHECK(row.line == 4);
      CHECK(row.record.reveal().empty());
      return;
    }
    CHECK(row.file == "a.csv");
    CHECK(row.line == 7);
    CHECK(row.record.reveal() == record);
    CHECK(row.problems.reveal() == R"([{"rule":"encoding"}])");
  });
  CHECK(seen == 2);
  CHECK(quarantined_lines(vault, slice("2025-08")).empty());
}

TEST_CASE("A corrected file empties the quarantine of what it corrects") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  const collection::Table table = clock_stops();
  const Row keyless = {"9990000018", "P4", -1, "Ann", 3};
  const auto load_with_refused = [&](Scope scope, const std::string& file, const std::vector<Row>& accepted,
                                     const std::vector<Row>& refused) {
    Load running = vault.begin_load(table, slice(), scope);
    running.begin_file(file, 1);
    const table::IdentifiableChunk good = chunk_of(accepted);
    const table::IdentifiableChunk bad = chunk_of(refused);
    for (std::size_t i = 0; i < accepted.size(); ++i) static_cast<void>(running.put(good, i, 100 + i));
    for (std::size_t i = 0; i < refused.size(); ++i) {
      running.quarantine(i + 2, "record", "[]", bad, i);
    }
    running.end_file(std::string(64, file[0]));
    return running.commit().quarantined;
  };
  // Lines 2, 3, 4 and 5; the row of line 5 repeats an accepted one, which must not empty it at once.
  CHECK(load_with_refused(Scope::kWholeSlice, "a.csv", {kThree[0]},
                          {kThree[1], kThree[2], keyless, kThree[0]}) == 4);

  SUBCASE("by an accepted row with the key") {
    CHECK(load_with_refused(Scope::kPart, "b.csv", {kThree[1]}, {}) == 3);
    CHECK(quarantined_lines(vault) == std::vector<std::uint64_t>{3, 4, 5});
    CHECK(load_with_refused(Scope::kPart, "c.csv", {kThree[0]}, {}) == 2);
    CHECK(quarantined_lines(vault) == std::vector<std::uint64_t>{3, 4});
  }
  SUBCASE("by the row that is refused again, so that it does not stand twice") {
    CHECK(load_with_refused(Scope::kPart, "b.csv", {}, {kThree[2]}) == 4);
    CHECK(quarantined_lines(vault) == std::vector<std::uint64_t>{2, 4, 5, 2});
  }
  SUBCASE("by the same file once more") {
    CHECK(load_with_refused(Scope::kPart, "a.csv", {}, {keyless}) == 1);
    CHECK(quarantined_lines(vault) == std::vector<std::uint64_t>{2});
  }
  SUBCASE("not by a part of another slice") {
    load(vault, Scope::kPart, kThree, slice("2025-08"), "b.csv");
    CHECK(quarantined_lines(vault).size() == 4);
  }
  SUBCASE("by any whole slice") {
    CHECK(load_with_refused(Scope::kWholeSlice, "b.csv", {kThree[0]}, {kThree[1]}) == 1);
    CHECK(quarantined_lines(vault) == std::vector<std::uint64_t>{2});
  }
}
