// What lies on the disk: nothing that can be read, and nothing that can be changed unnoticed.
#include <doctest/doctest.h>

#include <set>

#include "candour/base/error.h"
#include "candour/base/random.h"
#include "candour/base/simulated_disk.h"
#include "candour/vault/vault_testing.h"

using namespace candour;
using namespace candour::vault;
using namespace candour::vault::testing;

namespace {

const std::vector<std::string> kPlanted = {"9990000018", "Zebedee Quill", "PATHWAY-77",  "clock_stops",
                                           "waiting",    "RXX",           "planted.csv", "CREATE TABLE"};

void load_planted(Vault& vault) {
  std::vector<Row> rows;
  for (int i = 0; i < 300; ++i)
    rows.push_back({"9990000018", "PATHWAY-77" + std::to_string(i), i, "Zebedee Quill", i});
  const collection::Table table = clock_stops();
  const table::IdentifiableChunk chunk = chunk_of(rows);
  Load running = vault.begin_load(table, slice(), Scope::kWholeSlice);
  running.begin_file("planted.csv", 1);
  for (std::size_t i = 0; i < rows.size(); ++i) static_cast<void>(running.put(chunk, i, i));
  running.quarantine(999, "9990000018,Zebedee Quill", R"([{"rule":"Zebedee Quill"}])");
  running.end_file("00");
  static_cast<void>(running.commit());
}

bool holds_any(std::string_view bytes) {
  for (const std::string& planted : kPlanted) {
    if (bytes.find(planted) != std::string_view::npos) return true;
  }
  return false;
}

// Opens, reads everything and verifies; says whether any of it failed with CND-1501.
bool finds_damage(base::Disk& disk) {
  try {
    const Vault vault = Vault::open(disk, "/p/v", key());
    static_cast<void>(rows_of(vault));
    vault.verify();
  } catch (const base::Error& error) {
    return error.code() == base::ErrorCode("CND-1501");
  }
  return false;
}

}  // namespace

TEST_CASE("No file of a vault has a word that can be read, while it is loaded or after") {
  base::SimulatedDisk disk;
  disk.make_folder("/p");
  const auto scan = [&](std::uint64_t least_bytes) {
    std::uint64_t bytes = 0;
    for (const std::string& name : disk.list("/p")) {
      const std::string content = base::load_text(disk, "/p/" + name);
      CHECK_MESSAGE(!holds_any(content), name);
      bytes += content.size();
    }
    CHECK(bytes > least_bytes);
  };
  {
    Vault vault = make_vault(disk, "/p/v");
    load_planted(vault);
    CHECK(disk.exists("/p/v-wal"));
    scan(40'000);
  }
  CHECK_FALSE(disk.exists("/p/v-wal"));
  scan(40'000);
  // The search itself finds what can be read.
  CHECK(holds_any("xx Zebedee Quill xx"));
}

TEST_CASE("A vault begins with random bytes, others in each vault of the same key") {
  std::set<std::string> beginnings;
  for (int i = 0; i < 4; ++i) {
    base::SimulatedDisk disk;
    disk.make_folder("/p");
    make_vault(disk, "/p/v");
    beginnings.insert(base::load_text(disk, "/p/v").substr(0, 16));
  }
  CHECK(beginnings.size() == 4);
  for (const std::string& beginning : beginnings) CHECK(beginning.find("SQLite") == std::string::npos);
}

TEST_CASE("A bit that flips anywhere in a vault is found, and so is a file cut short") {
  base::SimulatedDisk whole;
  whole.make_folder("/p");
  {
    Vault vault = make_vault(whole, "/p/v");
    load_planted(vault);
    // Free pages stay behind, which nothing reads but verify().
    std::vector<Row> many;
    for (int i = 0; i < 1000; ++i) many.push_back({"9990000026", "P" + std::to_string(i), 1, "n", 1});
    load(vault, Scope::kWholeSlice, many, slice("2025-08"));
    load(vault, Scope::kWholeSlice, {}, slice("2025-08"));
  }
  const std::string content = base::load_text(whole, "/p/v");
  CHECK_FALSE(finds_damage(whole));
  base::SeededRandom random(7, "bit flips");
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i < 250; ++i) {
    base::SimulatedDisk disk;
    disk.make_folder("/p");
    std::string damaged = content;
    // The first fifty are the header's bytes, one after another.
    const std::uint64_t at = i < 50 ? 2 * i : random.below(content.size());
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random.below(8)));
    disk.store_new("/p/v", damaged);
    const bool is_found = finds_damage(disk);
    CHECK_MESSAGE(is_found, at);
    if (is_found) ++found;
  }
  CHECK(found == 250);
  for (const std::size_t size :
       {content.size() - 4096, content.size() - 1, std::size_t{4096}, std::size_t{100}}) {
    base::SimulatedDisk disk;
    disk.make_folder("/p");
    disk.store_new("/p/v", content.substr(0, size));
    CHECK_MESSAGE(finds_damage(disk), size);
  }
}
