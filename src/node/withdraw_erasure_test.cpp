#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "candour/lake/kept_rows.h"
#include "candour/node/withdrawals.h"
#include "candour/node/withdrawals_testing.h"
#include "candour/testing/shared.h"

namespace candour::node {
namespace {

using namespace testing;  // NOLINT: the tests' own words
namespace visits = submission::testing;

std::size_t suppressed(const ErasingHub& hub) {
  return suppressed_pseudonyms(hub.disk, hub.folder / "lake").size();
}

std::int64_t seconds_of(base::Date day) { return day.days_since_1970() * std::int64_t{86'400}; }

/// When the rows of what was taken at a time have to go.
std::int64_t due_of(std::int64_t taken) {
  return seconds_of(statement::week_of(taken + kWithdrawnSeconds).plus_days(7));
}

/// What a process is ended with in the middle of something.
struct Killed {};

/// A hub with one table of visits, whose rows are of people.
struct Lake {
  explicit Lake(const std::vector<std::string>& people) {
    collection.tables.front().period = collection::PeriodKind::kMonth;
    add(collection, people);
    hub.entered.clear();
    provider.order(kPerson);
    sealing_key = hub.sealing_keys->current();
  }
  /// Has the table of a collection too, with two months of these people.
  void add(const collection::Collection& one, const std::vector<std::string>& people) {
    tables.push_back(std::make_unique<LakeTable>(lake::Table::Surroundings{disk, random, scratch.path()},
                                                 clock, folder.path() / "lake", one, one.tables.front()));
    stored.push_back({one.name, "visits", lake_folder(folder.path() / "lake", one.name, "visits")});
    for (const char* period : {"2025-09", "2025-10"}) store(people, period, *tables.back());
  }
  /// A second table, and a batch of before midnight on Sunday that comes on Monday, and one on Wednesday.
  void two_batches_of_a_week() {
    other = collection;
    other.name = "other-visits";
    add(other, {kPerson, kOther});
    const base::Date monday = statement::week_of(clock.now).plus_days(7);
    clock.now = seconds_of(monday) - 600;
    hub.is_up = false;
    CHECK(code_of([&] { (void)hub.send(provider); }) == "CND-1904");
    hub.is_up = true;
    clock.now += 1200;
    (void)hub.withdrawals->take(federation.peer(), hub.sent);
    clock.now += 2 * 86'400;
    (void)hub.send(provider);
    hub.entered.clear();
  }
  std::size_t failures() const { return hub.events("erasure.failed"); }
  void erase_due() { hub.withdrawals->erase_due({disk, random, scratch.path()}, stored); }
  /// The log's statements of what went: the table's collection, and the list behind the commitment.
  std::vector<std::pair<std::string, std::string>> erasures() {
    std::vector<std::pair<std::string, std::string>> found;
    for (const std::string& entry : hub.entered) {
      const auto said =
          statement::parse_erasure(statement::verified_payload(entry, "erasure", hub.hub_key.public_key()));
      const auto list = hub.folder / "erasures" / (base::to_hex(said.header.id) + ".files");
      found.emplace_back(said.collection, base::load_text(disk, list, 10'000).substr(32));
    }
    return found;
  }
  void store(const std::vector<std::string>& people, const std::string& period) {
    store(people, period, *tables.front());
  }
  void store(const std::vector<std::string>& people, const std::string& period, LakeTable& into) {
    statement::Submission manifest = visits::manifest_draft();
    manifest.period = period;
    table::Relation relation{lake_schema(collection.tables.front()), {}};
    for (const std::string& digits : people) {
      table::Chunk row(relation.schema);
      row.column(0).append_text(hub.pseudonym_of(digits));
      row.column(1).append_text("R1H");
      row.column(2).append_text(digits);
      row.column(3).append_integer(1);
      relation.append_row(row, 0);
    }
    table::RelationSource source(relation);
    (void)into.store(manifest, base::sha256(base::as_bytes(period)), 0, source);
  }
  /// How many rows of the newest version are of this person, as others would read the lake.
  std::size_t rows_of(std::string_view digits, std::size_t of = 0) {
    std::size_t found = 0;
    lake::Table table = lake::Table::open({disk, random, scratch.path()}, stored.at(of).folder);
    const lake::Snapshot now = table.snapshot();
    const auto rows = table.rows(now);
    table::Chunk chunk(rows->schema());
    while (rows->next(chunk)) {
      for (std::size_t row = 0; row < chunk.rows(); ++row)
        found += chunk.column(2).text(row) == digits ? 1 : 0;
    }
    return found;
  }
  /// Whether a version before can still be read.
  bool can_read(std::uint64_t version) {
    lake::Table table = lake::Table::open({disk, random, scratch.path()},
                                          lake_folder(folder.path() / "lake", collection.name, "visits"));
    return code_of([&] {
             const auto rows = table.rows(table.snapshot(version));
             table::Chunk chunk(rows->schema());
             while (rows->next(chunk)) {
             }
           }) == "none";
  }

  candour::testing::TemporaryFolder folder, scratch;
  base::PosixDisk disk;
  base::SystemRandom random;
  guardians::MovingClock clock;
  ErasureFederation federation;
  ErasingProvider provider{federation, clock};
  collection::Collection collection = visits::visits(), other;
  ErasingHub hub{federation, clock, disk, folder.path()};
  std::vector<std::unique_ptr<LakeTable>> tables;
  std::vector<StoredTable> stored;  ///< the same
  std::string sealing_key;
};

}  // namespace

TEST_CASE("rows are deleted from every version after the week in which 28 days end, and others stay") {
  Lake lake({kPerson, kOther});
  (void)lake.hub.send(lake.provider);
  lake.clock.now = due_of(lake.clock.now) - 1;
  lake.erase_due();
  CHECK(lake.rows_of(kPerson) == 2);  // shown nowhere, and not deleted yet
  lake.clock.now += 1;
  lake.erase_due();
  CHECK(lake.rows_of(kPerson) == 0);
  CHECK(lake.rows_of(kOther) == 2);
  CHECK_FALSE(lake.can_read(1));
  CHECK_FALSE(lake.can_read(2));
  CHECK(suppressed(lake.hub) == 0);
  CHECK(lake.hub.has(kPerson));  // the tombstone stays
  const std::string last = lake.hub.entered.back();
  const auto erasure =
      statement::parse_erasure(statement::verified_payload(last, "erasure", lake.hub.hub_key.public_key()));
  CHECK(erasure.what == statement::ErasureGround::kOrder);
  CHECK(erasure.instruction == lake.federation.erasure.id());
  CHECK(erasure.table == "visits");
  CHECK(erasure.first_version == 1);
  CHECK(erasure.last_version == 2);
  const std::size_t entries = lake.hub.entered.size();
  lake.erase_due();
  CHECK(lake.hub.entered.size() == entries);
}

TEST_CASE("answers and entries are the same to the byte, whether the hub held anything or not") {
  Lake holds({kPerson, kOther}), lacks({kOther, kOther});
  for (Lake* one : {&holds, &lacks}) (void)one->hub.send(one->provider);
  // The two hubs' sealing keys were drawn alike, so that all that the provider sent is the same too.
  REQUIRE(holds.sealing_key == lacks.sealing_key);
  REQUIRE(holds.hub.sent == lacks.hub.sent);
  CHECK(holds.hub.receipt == lacks.hub.receipt);
  for (Lake* one : {&holds, &lacks}) {
    one->clock.now = due_of(one->clock.now);
    one->erase_due();
    // The next submission is numbered as if nothing had been deleted.
    one->store({kOther}, "2025-11");
  }
  CHECK(holds.rows_of(kPerson) == 0);
  REQUIRE(holds.hub.entered.size() == 3);
  CHECK(holds.hub.entered == lacks.hub.entered);
  const auto next = base::sha256(base::as_bytes("2025-11"));
  CHECK(holds.tables[0]->find(next)->version == 3);
  CHECK(lacks.tables[0]->find(next)->version == 3);
  CHECK(holds.tables[0]->snapshot().version > lacks.tables[0]->snapshot().version);  // the control
}

TEST_CASE("the batches of one week are said once of each table, whatever the hub was killed at") {
  Lake lake({kPerson, kOther});
  lake.two_batches_of_a_week();
  const std::int64_t taken = lake.clock.now;
  lake.clock.now += 5 * 86'400;
  (void)lake.hub.send(lake.provider);  // of the week after
  lake.hub.entered.clear();
  // The first is 28 days old, and the second is not: neither goes before the week is over.
  lake.clock.now = taken + kWithdrawnSeconds - 86'400;
  lake.erase_due();
  CHECK(lake.erasures().empty());
  lake.clock.now = due_of(taken);
  lake.hub.before_entering = [&] {
    if (lake.hub.entered.size() == 1) throw Killed();
  };
  CHECK_THROWS_AS(lake.erase_due(), Killed);
  CHECK(lake.rows_of(kPerson, 0) + lake.rows_of(kPerson, 1) == 0);  // all tables before the first statement
  lake.hub.before_entering = [] {};
  lake.hub.restart();
  lake.clock.now = due_of(lake.clock.now - kWithdrawnSeconds);  // a week later: the third is due too
  lake.erase_due();
  lake.hub.restart();
  lake.erase_due();
  const auto said = lake.erasures();
  const auto times = [&](const std::string& collection, std::ptrdiff_t batches) {
    return std::ranges::count_if(said, [&](const auto& one) {
      return one.first == collection && std::ranges::count(one.second, '\n') == batches;
    });
  };
  CHECK(said.size() == 4);
  for (const std::string& collection : {lake.collection.name, lake.other.name}) {
    CHECK(times(collection, 2) == 1);
    CHECK(times(collection, 1) == 1);
  }
  CHECK(suppressed(lake.hub) == 0);
}

TEST_CASE("a table that is damaged keeps no other from being gone through, and the pseudonyms stay for it") {
  Lake lake({kPerson, kOther});
  lake.two_batches_of_a_week();
  lake.clock.now = due_of(lake.clock.now);
  const auto hidden = lake.stored[0].folder / "data.away";
  std::filesystem::rename(lake.stored[0].folder / "data", hidden);
  std::filesystem::create_directory(lake.stored[0].folder / "data");
  for (int i = 0; i < 2; ++i) lake.erase_due();
  CHECK(lake.rows_of(kPerson, 1) == 0);
  REQUIRE(lake.erasures().size() == 1);
  CHECK(lake.erasures()[0].first == lake.other.name);
  CHECK(suppressed(lake.hub) > 0);
  CHECK(lake.failures() == 2);
  std::filesystem::remove_all(lake.stored[0].folder / "data");
  std::filesystem::rename(hidden, lake.stored[0].folder / "data");
  lake.erase_due();
  CHECK(lake.rows_of(kPerson, 0) == 0);
  CHECK(lake.erasures().size() == 2);
  CHECK(suppressed(lake.hub) == 0);
}

TEST_CASE("rows of a suppressed pseudonym pass nobody who reads, and all others do") {
  Lake lake({kPerson, kOther, kPerson});
  const auto seen = [&] {
    lake::Table table =
        lake::Table::open({lake.disk, lake.random, lake.scratch.path()},
                          lake_folder(lake.folder.path() / "lake", lake.collection.name, "visits"));
    const auto rows = table.rows(table.snapshot());
    const auto hidden = suppressed_pseudonyms(lake.disk, lake.folder.path() / "lake");
    lake::KeptRows kept(*rows, 0, hidden);
    table::Chunk chunk(kept.schema());
    std::string digits;
    while (kept.next(chunk)) {
      for (std::size_t row = 0; row < chunk.rows(); ++row)
        digits.append(chunk.column(2).text(row)).append(" ");
    }
    return digits;
  };
  const std::string p = std::string(kPerson) + " ", o = std::string(kOther) + " ";
  CHECK(seen() == p + o + p + p + o + p);
  (void)lake.hub.send(lake.provider);
  CHECK(seen() == o + o);
}

}  // namespace candour::node
