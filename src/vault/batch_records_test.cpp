#include <doctest/doctest.h>

#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/vault/vault_format.h"
#include "candour/vault/vault_state.h"
#include "candour/vault/vault_testing.h"

namespace candour::vault {
namespace {

using namespace testing;  // NOLINT: the tests' own words

constexpr const char* kPath = "/p/v";

KeptBatch batch_of(std::uint8_t leaf, std::int64_t made) {
  KeptBatch batch{.leaf = {}, .slice = slice(), .made = made};
  batch.leaf.fill(leaf);
  return batch;
}

base::Identifiable<std::string> record_of(std::string text) {
  return base::Identifiable<std::string>(std::move(text));
}

struct Filled {
  Filled() {
    disk.make_folder("/p");
    vault.emplace(make_vault(disk, kPath));
    load(*vault, Scope::kWholeSlice, kThree);
  }
  void reopen() {
    vault.reset();
    vault.emplace(Vault::open(disk, kPath, key()));
  }
  base::SimulatedDisk disk;
  std::optional<Vault> vault;
};

TEST_CASE("the record of a batch is kept once, byte for byte, and found again by its leaf") {
  Filled filled;
  const std::string bytes("\0record\xff", 8);
  filled.vault->keep_batch(batch_of(2, 200), record_of(bytes));
  filled.vault->keep_batch(batch_of(1, 300), record_of("other"));
  filled.vault->keep_batch(batch_of(2, 999), record_of("a second time"));
  filled.reopen();
  CHECK(filled.vault->batches() == std::vector{batch_of(2, 200), batch_of(1, 300)});
  CHECK(filled.vault->batch(batch_of(2, 0).leaf)->reveal() == bytes);
  CHECK_FALSE(filled.vault->batch(batch_of(3, 0).leaf));
  CHECK(rows_of(*filled.vault) == kThree);
}

TEST_CASE("records are forgotten by age, and the slice keeps its rows") {
  Filled filled;
  for (std::uint8_t leaf = 1; leaf <= 3; ++leaf) {
    filled.vault->keep_batch(batch_of(leaf, leaf * 100), record_of("r"));
  }
  CHECK(filled.vault->forget_batches_before(200) == 1);
  CHECK(filled.vault->batches() == std::vector{batch_of(2, 200), batch_of(3, 300)});
  CHECK(filled.vault->forget_batches_before(1000) == 2);
  CHECK(filled.vault->batches().empty());
  CHECK(rows_of(*filled.vault) == kThree);
}

TEST_CASE("loading a slice anew leaves the records of its batches") {
  Filled filled;
  filled.vault->keep_batch(batch_of(1, 100), record_of("r"));
  load(*filled.vault, Scope::kWholeSlice, {kThree[0]});
  CHECK(filled.vault->batches() == std::vector{batch_of(1, 100)});
}

TEST_CASE("a vault of version 1 is brought to the newest version when it is opened, with all that it holds") {
  Filled filled;
  filled.vault.reset();
  {
    Database database(filled.disk, kPath, key(), Expect::kVault, Synchronous::kFull);
    make_version_1(database);
  }
  filled.reopen();
  CHECK(rows_of(*filled.vault) == kThree);
  CHECK(filled.vault->batches().empty());
  filled.vault->keep_batch(batch_of(1, 100), record_of("r"));
  filled.vault->verify();
  filled.vault.reset();
  Database database(filled.disk, kPath, key(), Expect::kVault, Synchronous::kFull);
  CHECK(database.ask("PRAGMA user_version") == std::to_string(kFormatVersion));
}

TEST_CASE("the text of a key tells every two keys apart, and is short") {
  const collection::Table table = clock_stops();
  const auto text = [&](const Row& row) { return key_text(table, chunk_of({row}), 0).reveal(); };
  CHECK(text({"9990000018", "P1", 20000, "Ann", 3}) == "2:P110:2024-10-04");
  CHECK(text({"9990000018", "P1", -1, "Ann", 3}) == "2:P1-");
  CHECK(text({"", "P110:", 20000, "", -1}) != text({"", "P1", 20000, "", -1}));
  const std::string longest = text({"", std::string(70'000, 'x'), 20000, "", -1});
  CHECK(longest.starts_with("sha256:"));
  CHECK(longest.size() == 7 + 64);
  CHECK(longest != text({"", std::string(70'001, 'x'), 20000, "", -1}));
}

}  // namespace
}  // namespace candour::vault
