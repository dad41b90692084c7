// A provider's vault with a slice and a batch of it: honest, and with a guess hidden in it in every way that
// a provider has.
#include "candour/node/batch_rows.h"

#include <doctest/doctest.h>

#include <optional>

#include "candour/base/simulated_disk.h"
#include "candour/pseudonym/batch.h"
#include "candour/pseudonym/pseudonym_testing.h"
#include "candour/vault/vault_testing.h"

namespace candour::node {
namespace {

using pseudonym::AuditFinding;
using pseudonym::BatchRecord;
using Kind = AuditFinding::Kind;

constexpr std::int64_t kLoadedAt = 1'760'000'000;  // as vault_testing.h loads
constexpr const char* kGuess = "9990000042";

struct Provider {
  Provider() {
    disk.make_folder("/p");
    vault.emplace(vault::testing::make_vault(disk, "/p/v"));
    vault::testing::load(*vault, vault::Scope::kWholeSlice, vault::testing::kThree);
    persons.emplace(table.person, 3);
    vault::RowCursor cursor = vault->rows(table, slice);
    table::IdentifiableChunk rows{table::Chunk(table.row_schema())};
    while (cursor.next(rows)) persons->add(rows);
    persons->finish();
    for (const pseudonym::Identifier& one : persons->identifiers()) identifiers.emplace_back(one.reveal());
    keys = row_keys(*vault, table, slice, *persons);
    plan =
        std::move(pseudonym::plan_batches(identifiers.size(), base::Bytes(pseudonym::kPlanSeedBytes, 4))[0]);
  }

  /// Asks for the plan's batch and keeps what `record` says of it.
  [[nodiscard]] BatchAudit audit(const BatchRecord& record, std::int64_t made = kLoadedAt + 60) {
    vault->keep_batch({batch.leaf, slice, made}, pseudonym::write_batch_record(record));
    return audit_kept_batch(*vault, table, {batch.leaf, slice, made}, batch.statement, random);
  }
  BatchRecord make_batch() {
    batch =
        pseudonym::make_batch(plan, identifiers, federation.purpose(), pseudonym::testing::kNow,
                              *federation.charter, pseudonym::testing::key_of(pseudonym::testing::kProvider));
    return pseudonym::record_of(plan, batch.leaf, identifiers, keys);
  }
  /// Puts the guess into a place of padding; gives the place.
  std::uint32_t smuggle() {
    std::uint32_t place = 0;
    while (plan.places[place] != pseudonym::BatchPlan::kPadding) ++place;
    plan.places[place] = static_cast<std::uint32_t>(identifiers.size());
    identifiers.emplace_back(kGuess);
    keys.emplace_back("2:P910:2024-10-04");
    return place;
  }

  base::SimulatedDisk disk;
  base::SeededRandom random{1, "audit"};
  pseudonym::testing::Federation federation;
  collection::Table table = vault::testing::clock_stops();
  vault::Slice slice = vault::testing::slice();
  std::optional<vault::Vault> vault;
  std::optional<Persons> persons;
  std::vector<pseudonym::Identifier> identifiers;
  std::vector<pseudonym::RowKey> keys;
  pseudonym::BatchPlan plan;
  pseudonym::BlindedBatch batch;
};

TEST_CASE("a batch of a slice's own people has no finding, and names one row of each") {
  Provider provider;
  REQUIRE(provider.keys.size() == 2);  // three rows, two people
  CHECK(provider.keys[0].reveal() == "2:P110:2024-10-04");
  const BatchAudit audit = provider.audit(provider.make_batch());
  CHECK(audit.findings.empty());
  CHECK(audit.people == 2);
  CHECK(audit.places == 256);
  CHECK(audit.replaced == 0);
}

TEST_CASE("a guess that its record owns up to is of no row") {
  Provider provider;
  const std::uint32_t place = provider.smuggle();
  CHECK(provider.audit(provider.make_batch()).findings == std::vector<AuditFinding>{{Kind::kNoRow, place}});
}

TEST_CASE("a guess under the key of somebody else's row is of no row") {
  Provider provider;
  const std::uint32_t place = provider.smuggle();
  provider.keys.back() = pseudonym::RowKey(provider.keys.front().reveal());
  CHECK(provider.audit(provider.make_batch()).findings == std::vector<AuditFinding>{{Kind::kNoRow, place}});
}

TEST_CASE("a guess that its record hides as padding, or as one of the people, gives other points") {
  Provider provider;
  const std::uint32_t place = provider.smuggle();
  BatchRecord record = provider.make_batch();
  record.rows[place].reset();
  CHECK(provider.audit(record).findings == std::vector<AuditFinding>{{Kind::kPoints, std::nullopt}});
}

TEST_CASE("rows that were replaced after the batch are counted apart, and other findings stay") {
  Provider provider;
  const BatchRecord record = provider.make_batch();
  vault::testing::load(*provider.vault, vault::Scope::kWholeSlice, {vault::testing::kThree[1]});
  CHECK(provider.audit(record, kLoadedAt - 1).replaced == 1);
  // The control: what was loaded before the batch was made replaced nothing.
  CHECK(audit_kept_batch(*provider.vault, provider.table, {provider.batch.leaf, provider.slice, kLoadedAt},
                         provider.batch.statement, provider.random)
            .findings.size() == 1);
}

}  // namespace
}  // namespace candour::node
