#include "candour/vault/vault.h"

#include <doctest/doctest.h>

#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/testing/shared.h"
#include "candour/vault/sqlite.h"
#include "candour/vault/vault_testing.h"

using namespace candour;
using namespace candour::vault;
using namespace candour::vault::testing;

TEST_CASE("A vault gives back the rows that it was given, in the order of their keys") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  const LoadResult result = load(vault, Scope::kWholeSlice, {kThree[2], kThree[0], kThree[1]});
  CHECK(result.added == 3);
  CHECK(result.changed + result.unchanged + result.removed + result.quarantined == 0);
  CHECK(rows_of(vault) == kThree);
  CHECK(vault.row_count(slice()) == 3);
  CHECK(rows_of(vault, slice("2025-10")).empty());
  CHECK(vault.row_count(slice("2025-10")) == 0);
}

TEST_CASE("A vault on a real disk holds its rows, submitter and pseudonym key after it is opened again") {
  const candour::testing::TemporaryFolder folder;
  base::PosixDisk disk;
  const auto path = folder.path() / "rxx.vault";
  base::SecretBytes pseudonym_key(32);
  {
    Vault vault = make_vault(disk, path);
    load(vault, Scope::kWholeSlice, kThree);
    pseudonym_key = vault.local_pseudonym_key();
  }
  CHECK(disk.list(folder.path()) == std::vector<std::string>{"rxx.vault", "rxx.vault.lock"});
  Vault vault = Vault::open(disk, path, key());
  CHECK(rows_of(vault) == kThree);
  CHECK(vault.submitter() == "RXX");
  CHECK(base::equal_in_constant_time(vault.local_pseudonym_key().view(), pseudonym_key.view()));
  CHECK_FALSE(base::equal_in_constant_time(pseudonym_key.view(), base::SecretBytes(32).view()));
  vault.verify();
}

TEST_CASE("A vault of a newer format is refused by its version") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  make_vault(disk, "/p/v");
  {
    Database database(disk, "/p/v", key(), Expect::kVault, Synchronous::kFull);
    database.run("PRAGMA user_version = 5");
  }
  CHECK(code_of([&] { static_cast<void>(Vault::open(disk, "/p/v", key())); }) == "CND-1502");
}

TEST_CASE("A vault is neither made over another, nor opened by a wrong key, nor by two at once") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  CHECK(code_of([&] { static_cast<void>(Vault::open(disk, "/p/v", key())); }) == "CND-1002");
  CHECK_FALSE(disk.exists("/p/v.lock"));
  {
    Vault vault = make_vault(disk, "/p/v");
    CHECK(code_of([&] { static_cast<void>(Vault::open(disk, "/p/v", key())); }) == "CND-1503");
  }
  CHECK(code_of([&] { make_vault(disk, "/p/v"); }) == "CND-1005");
  CHECK(code_of([&] { static_cast<void>(Vault::open(disk, "/p/v", key(2))); }) == "CND-1501");
  // A refused opening lets the lock go and harms nothing.
  CHECK(Vault::open(disk, "/p/v", key()).submitter() == "RXX");
}

TEST_CASE("A file that is no vault is refused and left as it was") {
  for (const std::string& content : {std::string(), std::string("x"), std::string(8192, 'x')}) {
    base::SimulatedDisk disk;
    disk.make_folder("/p");
    disk.store_new("/p/v", content);
    CHECK(code_of([&] { static_cast<void>(Vault::open(disk, "/p/v", key())); }) == "CND-1501");
    CHECK(base::load_text(disk, "/p/v") == content);
  }
}

TEST_CASE("The records of a person and of a pathway are found in every period") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  load(vault, Scope::kWholeSlice, kThree);
  load(vault, Scope::kWholeSlice, {kThree[0], kThree[1]}, slice("2025-08"));
  const auto find = [&](Of of, const std::string& value) {
    std::vector<std::pair<std::string, Row>> found;
    vault.records_of(clock_stops(), slice(""), of, base::Identifiable<std::string>(value),
                     [&](const Slice& in, const table::IdentifiableChunk& chunk) {
                       std::vector<Row> rows;
                       read(chunk, rows);
                       for (const Row& row : rows) found.emplace_back(in.period, row);
                     });
    return found;
  };
  using Found = std::vector<std::pair<std::string, Row>>;
  CHECK(find(Of::kPerson, "9990000018") ==
        Found{{"2025-08", kThree[0]}, {"2025-09", kThree[0]}, {"2025-09", kThree[2]}});
  CHECK(find(Of::kPathway, "P3") == Found{{"2025-09", kThree[2]}});
  CHECK(find(Of::kPerson, "P3").empty());
}

TEST_CASE(
    "A collection that grew by a field goes on with its vault; one that changed type or key is refused") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  load(vault, Scope::kWholeSlice, kThree);
  const auto begin_code = [&](const collection::Table& table) {
    return code_of([&] { static_cast<void>(vault.begin_load(table, slice(), Scope::kPart)); });
  };
  collection::Table table = clock_stops();

  SUBCASE("a field more") {
    table.fields.push_back(field("ward", collection::FieldType::kText));
    {
      RowCursor before = vault.rows(table, slice());
      table::IdentifiableChunk chunk{table::Chunk(table.row_schema())};
      REQUIRE(before.next(chunk));
      CHECK(chunk.reveal().rows() == 3);
      CHECK(chunk.reveal().column(5).is_null(0));
    }
    table::Chunk made(table.row_schema());
    append(made, kThree[0]);
    made.column(5).append_text("W1");
    const table::IdentifiableChunk chunk{std::move(made)};
    {
      Load running = vault.begin_load(table, slice(), Scope::kPart);
      running.begin_file("b.csv", 1);
      static_cast<void>(running.put(chunk, 0, 2));
      running.end_file("11");
      CHECK(running.commit().changed == 1);
    }
    // The collection as it was before reads what it knows; a row that it replaces has no ward any more.
    CHECK(rows_of(vault) == kThree);
    CHECK(load(vault, Scope::kPart, {kThree[0]}).changed == 1);
    CHECK(load(vault, Scope::kPart, {kThree[0]}).unchanged == 1);
  }
  SUBCASE("another type") {
    table.fields[4].type = collection::FieldType::kText;
    CHECK(begin_code(table) == "CND-1504");
    CHECK(code_of([&] { static_cast<void>(vault.rows(table, slice())); }) == "CND-1504");
  }
  SUBCASE("a key with a field less") {
    table.key = {1};
    CHECK(begin_code(table) == "CND-1504");
  }
  SUBCASE("a key with a field more") {
    table.key = {1, 2, 4};
    CHECK(begin_code(table) == "CND-1504");
  }
  SUBCASE("a key with a field that the vault does not have") {
    table.fields.push_back(field("ward", collection::FieldType::kText));
    table.key = {1, 2, 5};
    CHECK(begin_code(table) == "CND-1504");
  }
  SUBCASE("a key in another order") {
    table.key = {2, 1};
    CHECK(begin_code(table) == "CND-1504");
  }
  CHECK(rows_of(vault).size() == 3);
}

TEST_CASE(
    "A disk that fails under a load leaves the slice as it was or whole, and the vault is opened again") {
  const std::vector<Row> before = {kThree[0]};
  std::uint64_t as_before = 0;
  std::uint64_t whole = 0;
  std::string code;
  for (std::uint64_t nth = 1; code != "none"; ++nth) {
    base::SimulatedDisk disk;
    disk.make_folder("/p");
    make_vault(disk, "/p/v");
    std::uint64_t operations = 0;
    {
      Vault vault = Vault::open(disk, "/p/v", key());
      load(vault, Scope::kWholeSlice, before);
      disk.fail_once_at(nth);
      code = code_of([&] { load(vault, Scope::kWholeSlice, kThree); });
      if (code != "none") {
        // The kernel may have dropped what it could not write: nothing is tried again.
        CHECK(code == "CND-1003");
        operations = disk.operations();
        CHECK(code_of([&] { load(vault, Scope::kWholeSlice, kThree); }) == "CND-1003");
        CHECK(code_of([&] { rows_of(vault); }) == "CND-1003");
      }
    }
    if (code != "none") CHECK(disk.operations() == operations);
    base::SeededRandom random(nth, "full");
    if (nth % 2 == 0) disk.restart(random);
    Vault vault = Vault::open(disk, "/p/v", key());
    const std::vector<Row> rows = rows_of(vault);
    if (code == "none") CHECK(rows == kThree);
    CHECK((rows == before || rows == kThree));
    ++(rows == before ? as_before : whole);
    load(vault, Scope::kWholeSlice, kThree);
    CHECK(rows_of(vault) == kThree);
  }
  CHECK(as_before > 10);
  CHECK(whole < as_before);
}

TEST_CASE("A log that an earlier vault of the same name left behind is not read into a new one") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  std::string log;
  {
    Vault vault = make_vault(disk, "/p/v");
    load(vault, Scope::kWholeSlice, kThree);
    log = base::load_text(disk, "/p/v-wal");
  }
  disk.remove("/p/v");
  disk.store_new("/p/v-wal", log);
  make_vault(disk, "/p/v");
  CHECK(rows_of(Vault::open(disk, "/p/v", key())).empty());
}

TEST_CASE("A file cut off while it was made is no hindrance to making the vault") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  for (const char* leftover : {"/p/v.making", "/p/v.making-wal", "/p/v-wal", "/p/v-journal"}) {
    disk.store_new(leftover, std::string(5000, 'x'));
  }
  Vault vault = make_vault(disk, "/p/v");
  load(vault, Scope::kWholeSlice, kThree);
  CHECK(rows_of(vault) == kThree);
  CHECK_FALSE(disk.exists("/p/v.making"));
}

TEST_CASE("More rows than a chunk holds come back whole") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  Vault vault = make_vault(disk, "/p/v");
  std::vector<Row> rows;
  for (int i = 0; i < 5000; ++i) rows.push_back({"9990000018", "P" + std::to_string(10000 + i), i, "n", i});
  load(vault, Scope::kWholeSlice, rows);
  CHECK(rows_of(vault) == rows);
  std::size_t found = 0;
  vault.records_of(
      clock_stops(), slice(), Of::kPerson, base::Identifiable<std::string>("9990000018"),
      [&](const Slice&, const table::IdentifiableChunk& chunk) { found += chunk.reveal().rows(); });
  CHECK(found == rows.size());
}
