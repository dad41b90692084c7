// Power goes at every operation while slices are made, replaced, erased and swept, and again while all is
// asked for anew: what was acknowledged is there with the same commit, each submission is committed once, a
// slice has the rows of its newest submission, and what was erased or has expired is nowhere.
#include <doctest/doctest.h>

#include "candour/base/simulated_disk.h"
#include "candour/lake/lake_testing.h"
#include "candour/testing/crash.h"

using namespace candour;
using namespace candour::lake;
using namespace candour::lake::testing;
using base::SimulatedDisk;

namespace {

constexpr const char* kFolder = "/lake/waiting-rows";

struct Sent {
  std::string name;
  Submission submission;
  std::vector<std::string> rows;
};

/// What is sent in a life: two to four submissions of two slices, each on the one before.
std::vector<Sent> sent_in(std::uint64_t life) {
  base::SeededRandom random(life, "sent");
  std::vector<Sent> sent;
  std::map<Slice, std::string> held;
  std::map<Slice, std::uint32_t> revisions;
  const std::uint64_t count = 2 + random.below(3);
  for (std::uint64_t i = 0; i < count; ++i) {
    const Slice slice = random.below(3) == 0 ? kOctober : kSeptember;
    const std::string name = "life " + std::to_string(life) + ", " + std::to_string(i);
    Sent one{name, submission_of(name, slice, ++revisions[slice], held[slice]), {}};
    one.submission.tags = {{"order", i % 2 == 0 ? "old" : "new"}};
    held[slice] = name;
    const std::uint64_t rows = random.below(4);
    for (std::uint64_t row = 0; row < rows; ++row) {
      one.rows.push_back("p" + std::to_string(row) + ":" + std::to_string(i));
    }
    sent.push_back(std::move(one));
  }
  return sent;
}

struct Known {
  std::map<std::string, Commit> acknowledged;
  bool is_erased = false;
  bool may_expire = false;  ///< the erasure of the old order has begun
  bool is_expired = false;
};

/// Whether all of the old order is erased in this life.
bool has_expiry(std::uint64_t life) { return life % 3 == 1; }

bool is_old(const Submission& submission) { return submission.tags.at("order") == "old"; }

bool is_of_erased(const std::string& row) { return row.starts_with("p1:"); }

/// Lives of a lake on disks that lose power. One scratch folder serves them all.
class Hub {
 public:
  /// All of a life from its beginning, as a hub does that starts again: what is there already is found.
  void run(SimulatedDisk& disk, Known& known, std::uint64_t life) {
    base::SystemRandom random;
    Table table = Table::create({disk, random, scratch_.path()}, kFolder, "rows", columns(), 1'764'000'000);
    for (const Sent& sent : sent_in(life)) {
      const Commit commit = replace(table, sent.submission, sent.rows);
      const auto [told, is_new] = known.acknowledged.emplace(sent.name, commit);
      if (!is_new && !(told->second == commit)) has_changed_ = true;
    }
    if (life % 2 == 0) {
      table.erase({{}, "pathway", {"p1"}, 1'764'500'000});
      known.is_erased = true;
    }
    if (has_expiry(life)) {
      known.may_expire = true;
      table.erase_tagged("order", "old", 1'764'600'000);
      known.is_expired = true;
    }
    table.sweep();
  }

  /// Whether what is on the disk is what may be there: `is_whole` when all has been run through.
  bool is_good(SimulatedDisk& disk, const Known& known, std::uint64_t life, bool is_whole) {
    if (has_changed_) return false;
    base::SystemRandom random;
    if (!disk.exists(std::filesystem::path(kFolder) / "_delta_log/00000000000000000000.json")) {
      return known.acknowledged.empty() && !is_whole;
    }
    Table table = Table::open({disk, random, scratch_.path()}, kFolder);
    const Snapshot newest = table.snapshot();
    std::uint64_t committed = 0;
    std::map<Slice, const Sent*> last;
    const std::vector<Sent> all = sent_in(life);
    for (const Sent& sent : all) {
      const auto found = table.find(sent.submission.identity);
      const auto told = known.acknowledged.find(sent.name);
      if (told != known.acknowledged.end() && found != told->second) return false;
      if (!found && is_whole) return false;
      if (!found) continue;
      if (found->version != ++committed) return false;
      last[sent.submission.slice] = &sent;
    }
    for (const auto& [slice, file] : newest.slices) {
      if (!last.contains(slice)) return false;
    }
    for (const auto& [slice, sent] : last) {
      const bool may_be_gone = known.may_expire && is_old(sent->submission);
      if (known.is_expired && may_be_gone && newest.slices.contains(slice)) return false;
      if (may_be_gone && !newest.slices.contains(slice)) continue;
      if (!newest.slices.contains(slice)) return false;
      if (newest.slices.at(slice).submission != sent->submission.identity) return false;
      std::vector<std::string> kept = sent->rows;
      std::erase_if(kept, is_of_erased);
      const std::vector<std::string> rows = rows_in(table, newest, slice);
      if (rows != kept && (known.is_erased || rows != sent->rows)) return false;
    }
    return (!known.is_erased && !known.is_expired) || is_erased_everywhere(table, newest.version, known);
  }

 private:
  static bool is_erased_everywhere(Table& table, std::uint64_t newest, const Known& known) {
    for (std::uint64_t version = 1; version <= newest; ++version) {
      const Snapshot snapshot = table.snapshot(version);
      for (const auto& [slice, file] : snapshot.slices) {
        try {
          for (const std::string& row : rows_in(table, snapshot, slice)) {
            if (known.is_erased && is_of_erased(row)) return false;
          }
          if (known.is_expired && file.tags.at("order") == "old") return false;
        } catch (const base::Error& error) {
          if (error.code() != base::ErrorCode("CND-2307")) throw;
        }
      }
    }
    return true;
  }

  TemporaryFolder scratch_;
  bool has_changed_ = false;  ///< a retry gave another commit than the first time
};

bool holds(Hub& hub, SimulatedDisk& disk, Known known, std::uint64_t life, std::uint64_t seed) {
  base::SeededRandom random(seed, "again");
  try {
    if (!hub.is_good(disk, known, life, false)) return false;
    try {
      disk.crash_after(random.below(80));
      hub.run(disk, known, life);
    } catch (const base::CrashNow&) {
    }
    disk.restart(random);
    if (!hub.is_good(disk, known, life, false)) return false;
    hub.run(disk, known, life);
    return hub.is_good(disk, known, life, true);
  } catch (const base::Error&) {
    return false;
  }
}

/// Life `first` and those after it, until there are so many points.
candour::testing::CrashReport run(SimulatedDisk::Sync sync, std::uint64_t points, std::uint64_t seeds = 1,
                                  std::uint64_t first = 1) {
  Hub hub;
  return candour::testing::run_lives<Known>(
      sync, {.points = points, .seeds = seeds},
      [&](SimulatedDisk& disk, Known& known, std::uint64_t life) { hub.run(disk, known, life + first - 1); },
      [&](SimulatedDisk& disk, const Known& known, std::uint64_t life, std::uint64_t seed) {
        return holds(hub, disk, known, life + first - 1, seed);
      });
}

}  // namespace

TEST_CASE("whatever operation power goes at, commits stay what they were and each submission is there once") {
  REQUIRE(has_expiry(1) != has_expiry(2));
  for (const std::uint64_t life : {1U, 2U}) {
    const auto report = run(SimulatedDisk::Sync::kHonest, 1, 1, life);
    INFO("from life ", life, " on: ", report.first_failure);
    CHECK(report.failures == 0);
    CHECK(report.crashes > 30);
  }
}

TEST_SUITE("slow") {
  TEST_CASE("power goes as often as CANDOUR_CRASH_POINTS says, and no commit is lost or made twice" *
            doctest::skip(candour::testing::crash_points_asked_for() == 0)) {
    const auto report = run(SimulatedDisk::Sync::kHonest, candour::testing::crash_points_asked_for(), 2);
    const auto control = run(SimulatedDisk::Sync::kIgnored, 100, 2);
    candour::testing::print_report("lake", report);
    candour::testing::print_report("lake, control: acknowledged before it is synced", control);
    INFO(report.first_failure);
    CHECK(report.failures == 0);
    CHECK(control.failures > 0);
  }
}
