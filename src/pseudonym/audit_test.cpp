#include "candour/pseudonym/audit.h"

#include <doctest/doctest.h>

#include "candour/pseudonym/batch.h"
#include "candour/pseudonym/pseudonym_testing.h"
#include "candour/testing/code_of.h"

namespace candour::pseudonym {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;
using Kind = AuditFinding::Kind;

// A batch of five patients, its record, and the slice that it was made for.
struct Kept {
  Kept() : identifiers(identifiers_of(5)) {
    for (const char* key : {"row 0", "row 1", "row 2", "row 3", "row 4"}) keys.emplace_back(key);
    auto plans = plan_batches(identifiers.size(), base::Bytes(kPlanSeedBytes, 4));
    plan = std::move(plans[0]);
    batch = make_batch(plan, identifiers, federation.purpose(), kNow, *federation.charter, key_of(kProvider));
    record = record_of(plan, batch.leaf, identifiers, keys);
  }
  [[nodiscard]] std::vector<AuditFinding> audit() const {
    return audit_batch(record, batch.statement, batch.leaf, [&](const RowKey& key, const Identifier& number) {
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if (key.reveal() == keys[i].reveal()) return number.reveal() == identifiers[i].reveal();
      }
      return false;
    });
  }
  // The first place of a real row from `from` on.
  [[nodiscard]] std::uint32_t real_place(std::uint32_t from = 0) const {
    while (!record.rows[from]) ++from;
    return from;
  }

  Federation federation;
  std::vector<Identifier> identifiers;
  std::vector<RowKey> keys;
  BatchPlan plan;
  BlindedBatch batch;
  BatchRecord record;
};

TEST_CASE("a batch of the submission's own patients has no finding, also from its record's bytes") {
  Kept kept;
  CHECK(kept.audit().empty());
  kept.record = parse_batch_record(write_batch_record(kept.record));
  CHECK(kept.record.rows.size() == 256);
  CHECK(kept.audit().empty());
}

TEST_CASE("a hidden guess is found: it has no row, or the points do not come out") {
  Kept kept;
  // A sixth number is asked for in the place of padding, and its record says so.
  std::uint32_t padding = 0;
  while (kept.record.rows[padding]) ++padding;
  auto guess = identifiers_of(6);
  kept.plan.places[padding] = 5;
  kept.batch = make_batch(kept.plan, guess, kept.federation.purpose(), kNow, *kept.federation.charter,
                          key_of(kProvider));
  kept.record.leaf = kept.batch.leaf;
  CHECK(kept.audit() == std::vector<AuditFinding>{{Kind::kPoints, std::nullopt}});
  kept.record.rows[padding].emplace(BatchRecord::Row{RowKey("row 9"), Identifier(guess[5].reveal())});
  CHECK(kept.audit() == std::vector<AuditFinding>{{Kind::kNoRow, padding}});
  kept.record.rows[padding].emplace(BatchRecord::Row{RowKey("row 0"), Identifier(guess[5].reveal())});
  CHECK(kept.audit() == std::vector<AuditFinding>{{Kind::kNoRow, padding}});
}

TEST_CASE("a record with another number, seed, size, leaf or a number twice is found, by its place alone") {
  Kept seed;
  seed.record.seed.span()[0] ^= 1;
  CHECK(seed.audit() == std::vector<AuditFinding>{{Kind::kPoints, std::nullopt}});
  Kept leaf;
  leaf.record.leaf[0] ^= 1;
  CHECK(leaf.audit() == std::vector<AuditFinding>{{Kind::kOtherBatch, std::nullopt}});
  Kept size;
  size.batch.statement.size = 512;
  CHECK(size.audit() == std::vector<AuditFinding>{{Kind::kSize, std::nullopt}});
  Kept twice;
  const std::uint32_t first = twice.real_place(), second = twice.real_place(first + 1);
  const BatchRecord::Row& row = *twice.record.rows[first];
  twice.record.rows[second].emplace(
      BatchRecord::Row{RowKey(row.key.reveal()), Identifier(row.number.reveal())});
  CHECK(twice.audit() == std::vector<AuditFinding>{{Kind::kPoints, std::nullopt}, {Kind::kTwice, second}});
}

TEST_CASE("a record that was cut, lengthened or changed in its form is refused") {
  const Kept kept;
  const std::string good = write_batch_record(kept.record).reveal();
  const auto code = [](std::string bytes) {
    return code_of([&] { (void)parse_batch_record(base::Identifiable<std::string>(std::move(bytes))); });
  };
  REQUIRE(code(good) == "none");
  for (std::size_t size = 0; size < good.size(); ++size) REQUIRE(code(good.substr(0, size)) == "CND-2140");
  CHECK(code(good + "x") == "CND-2140");
  std::string changed = good;
  changed[0] = 'C';
  CHECK(code(changed) == "CND-2140");
  changed = good;
  changed[23 + 64 + 3] = 1;  // 257 places
  CHECK(code(changed) == "CND-2140");
  changed = good;
  changed[good.find('\1', 23 + 64 + 4)] = 2;
  CHECK(code(changed) == "CND-2140");
  changed = good;
  changed[good.find("99900000")] = 'x';
  CHECK(code(changed) == "CND-2140");
}

}  // namespace
}  // namespace candour::pseudonym
