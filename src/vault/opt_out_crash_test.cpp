// Power goes at every operation while a vault of version 2 is brought to version 3, asks who opted out, takes
// answers and lists, and remembers regimes: an answer counts whole or not at all, and a regime that
// remember() acknowledged is there before anything is sent.
#include <doctest/doctest.h>

#include <map>
#include <optional>

#include "candour/base/error.h"
#include "candour/testing/crash.h"
#include "candour/vault/opt_outs.h"
#include "candour/vault/regimes.h"
#include "candour/vault/vault_state.h"
#include "candour/vault/vault_testing.h"

namespace candour::vault {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using base::SimulatedDisk;

constexpr const char* kPath = "/p/v";
constexpr std::int64_t kNow = 1'764'333'000;
const std::vector<std::string> kPeriods = {"2025-08", "2025-09", "2025-10"};
const std::vector<std::string> kPeople = {"9990000018", "9990000026"};

/// What can be seen from outside.
struct Content {
  bool has_check = false;
  std::string goes;                     ///< who may go, where there is a check
  std::int64_t waiting = 0;             ///< when the request that waits was made
  std::map<std::string, char> regimes;  ///< by period: a, d
  friend bool operator==(const Content&, const Content&) = default;
};

struct Known {
  bool is_ready = false;  ///< a vault of version 2 with its rows is on disk
  Content acknowledged, under_way;
};

collection::Period month(const std::string& name) {
  return collection::parse_period(name, collection::PeriodKind::kMonth);
}

std::string regime_name(char regime) { return regime == 'a' ? "applies" : "does-not-apply"; }

Content content_of(Vault& vault, std::int64_t now) {
  Content content;
  OptOuts opt_outs(vault);
  const OptOutState state = opt_outs.state();
  content.has_check = state.check.has_value();
  if (state.waiting) content.waiting = state.waiting->made;
  if (content.has_check) {
    const OptOutFilter filter = opt_outs.filter(now);
    for (const std::string& person : kPeople) {
      content.goes += filter.judge(person) == MayGo::kYes     ? 'y'
                      : filter.judge(person) == MayGo::kType1 ? '1'
                                                              : 'n';
    }
  }
  Regimes regimes(vault);
  for (const std::string& period : kPeriods) {
    const auto refuses = [&](char regime) {
      return code_of([&] { regimes.require(slice(period), month(period), regime_name(regime)); }) != "none";
    };
    if (refuses('d')) content.regimes[period] = 'a';
    if (refuses('a')) content.regimes[period] = 'd';
  }
  return content;
}

void make_ready(SimulatedDisk& disk, Known& known) {
  disk.make_folder("/p");
  disk.make_folder("/in");
  {
    Vault vault = make_vault(disk, kPath);
    for (const std::string& period : kPeriods) load(vault, Scope::kWholeSlice, kThree, slice(period));
  }
  if (disk.is_down()) throw base::CrashNow{};
  Database database(disk, kPath, key(), Expect::kVault, Synchronous::kFull);
  make_version_2(database);
  known.is_ready = true;
}

/// Does one thing, drawn, and says what must be known after it.
void act(SimulatedDisk& disk, Vault& vault, base::Random& random, std::int64_t now, Known& known) {
  OptOuts opt_outs(vault);
  collection::Collection collection;
  collection.name = "waiting";
  const collection::Table table = clock_stops();
  const std::uint64_t what = random.below(3);
  if (what == 0) {
    known.under_way.waiting = now;
    static_cast<void>(opt_outs.ask(disk, "/out", {{collection, table}}, "X26HC036", now, random));
  } else if (what == 1 && known.acknowledged.waiting != 0) {
    const std::string name = opt_outs.state().waiting->file_names().front();
    std::string text;
    known.under_way.has_check = true;
    known.under_way.waiting = 0;
    known.under_way.goes.clear();
    for (const std::string& person : kPeople) {
      const bool may_go = random.below(2) == 0;
      known.under_way.goes += may_go ? 'y' : 'n';
      if (may_go) text += person + ",\n";
    }
    disk.remove("/in/" + name);
    disk.store_new("/in/" + name, text);
    OptOutAnswer answer = opt_outs.begin_answer(now);
    answer.read(disk, "/in/" + name);
    static_cast<void>(opt_outs.accept(answer, now));
  } else {
    const std::string& period = kPeriods[random.below(kPeriods.size())];
    const auto held = known.acknowledged.regimes.find(period);
    const char regime = held != known.acknowledged.regimes.end() ? held->second
                        : random.below(2) == 0                   ? 'a'
                                                                 : 'd';
    known.under_way.regimes[period] = regime;
    Regimes(vault).remember(slice(period), month(period), regime_name(regime), now);
  }
  known.acknowledged = known.under_way;
}

void live(SimulatedDisk& disk, Known& known, std::uint64_t life, Synchronous synchronous) {
  base::SeededRandom random(life, "life");
  make_ready(disk, known);
  std::optional<Vault> vault;
  vault.emplace(VaultInternals::open(disk, kPath, key(), synchronous));
  for (std::int64_t i = 1; i <= 8; ++i) {
    if (random.below(3) == 0) {
      vault.reset();
      vault.emplace(VaultInternals::open(disk, kPath, key(), synchronous));
    }
    act(disk, *vault, random, kNow + i, known);
  }
  vault.reset();
  if (disk.is_down()) throw base::CrashNow{};
}

bool holds(SimulatedDisk& disk, const Known& known, std::uint64_t seed) {
  base::SeededRandom random(seed, "again");
  try {
    if (random.below(2) == 0) {
      disk.crash_after(random.below(12));
      if (disk.exists(kPath)) static_cast<void>(Vault::open(disk, kPath, key()));
    }
  } catch (const base::CrashNow&) {
  } catch (const base::Error&) {
    return false;
  }
  disk.restart(random);
  if (!disk.exists(kPath)) return !known.is_ready;
  try {
    Vault vault = Vault::open(disk, kPath, key());
    const Content found = content_of(vault, kNow + 100);
    if (found != known.acknowledged && found != known.under_way) return false;
    if (known.is_ready && rows_of(vault) != kThree) return false;
    vault.verify();
    load(vault, Scope::kWholeSlice, kThree);
    Regimes(vault).require(
        slice(), month("2025-09"),
        regime_name(found.regimes.contains("2025-09") ? found.regimes.at("2025-09") : 'a'));
    return true;
  } catch (const base::Error&) {
    return false;
  }
}

candour::testing::CrashReport run(SimulatedDisk::Sync sync, Synchronous synchronous, std::uint64_t points) {
  return candour::testing::run_lives<Known>(
      sync, {.points = points},
      [&](SimulatedDisk& disk, Known& known, std::uint64_t life) { live(disk, known, life, synchronous); },
      [](SimulatedDisk& disk, const Known& known, std::uint64_t, std::uint64_t seed) {
        return holds(disk, known, seed);
      });
}

TEST_CASE("Whatever operation power goes at, answers are whole, and no acknowledged regime is forgotten") {
  const auto report = run(SimulatedDisk::Sync::kHonest, Synchronous::kFull, 1000);
  CHECK_MESSAGE(report.failures == 0, report.first_failure);
  CHECK(report.crashes >= 1000);
}

TEST_CASE("Control: with synchronous=NORMAL the same test finds answers or regimes that are lost") {
  CHECK(run(SimulatedDisk::Sync::kHonest, Synchronous::kNormal, 300).failures > 0);
}

TEST_CASE("Control: on a disk whose syncs do nothing the same test finds losses of answers or regimes") {
  CHECK(run(SimulatedDisk::Sync::kIgnored, Synchronous::kFull, 300).failures > 0);
}

TEST_SUITE("slow") {
  TEST_CASE("Power goes as often as CANDOUR_CRASH_POINTS says, and no answer or regime is lost" *
            doctest::skip(candour::testing::crash_points_asked_for() == 0)) {
    const std::uint64_t points = candour::testing::crash_points_asked_for() / 4;
    const auto full = run(SimulatedDisk::Sync::kHonest, Synchronous::kFull, points);
    const auto normal = run(SimulatedDisk::Sync::kHonest, Synchronous::kNormal, points / 20);
    candour::testing::print_report("opt-outs and regimes", full);
    candour::testing::print_report("opt-outs and regimes, control synchronous=NORMAL", normal);
    CHECK(full.failures == 0);
    CHECK(normal.failures > 0);
  }
}

}  // namespace
}  // namespace candour::vault
