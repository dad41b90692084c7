// Power goes, or a call of the disk fails, at every operation of a log: of the hub that appends, of a
// witness, of a mirror. What was acknowledged is there afterwards, and never are two heads signed for one
// size.
#include <doctest/doctest.h>

#include "candour/log/log_testing.h"
#include "candour/log/mirror.h"
#include "candour/log/parties_testing.h"
#include "candour/testing/crash.h"

using namespace candour;
using namespace candour::log;
using namespace candour::log::testing;
using base::SimulatedDisk;
using Sync = SimulatedDisk::Sync;

namespace {

/// Runs `work` on the disk, which may lose power or fail on the way; after a failure it is run once more, as
/// by somebody who starts the node again without a loss of power.
template <typename Work>
void run_with_errors(Work work) {
  try {
    work();
  } catch (const base::Error&) {
    work();
  }
}

/// Lets the next start be cut too, or fail, as the seed says; then brings power back.
template <typename Work>
void disturb(SimulatedDisk& disk, base::Random& random, Work work) {
  if (random.below(2) == 0) {
    disk.crash_after(random.below(40));
  } else {
    disk.fail_once_at(1 + random.below(40));
  }
  try {
    run_with_errors(work);
  } catch (const base::CrashNow&) {
  }
  disk.restart(random);
}

// --- The hub ---------------------------------------------------------------------------------------------

struct HubState {
  std::shared_ptr<Parties> parties;  ///< whose disks outlive the hub's power
  std::map<std::string, std::uint64_t> acknowledged;
};

/// How many statements each life's rounds append: they cross the borders of bundles at many places.
std::vector<std::size_t> rounds_of(std::uint64_t life) {
  return {life % 3 == 0 ? 250 : life % 7, 1 + life % 3, 2 + life * 7 % 11, 1};
}

/// A hub that starts, sends what is to be sent, and notes what is acknowledged.
void run_hub(SimulatedDisk& disk, HubState& state, std::uint64_t life) {
  Hub hub(disk, *state.parties);
  state.parties->clock.step(10);
  (void)hub.appender.run_round();
  std::uint64_t number = 0;
  for (const std::size_t count : rounds_of(life)) {
    std::vector<std::pair<std::string, std::shared_future<Acknowledged>>> futures;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string statement = test_statement(life * 100'000 + number++);
      if (state.acknowledged.contains(statement)) continue;
      futures.emplace_back(statement, hub.appender.submit(statement));
    }
    (void)hub.appender.run_round();
    for (const auto& [statement, future] : futures) {
      if (is_ready(future)) state.acknowledged.emplace(statement, future.get().index);
    }
  }
}

/// Every acknowledged entry at its index, and some sent again, which get the same with a proof that holds.
bool acknowledged_is_there(Hub& hub, const HubState& state) {
  std::vector<std::string> entries;
  hub.store.each_entry(0, hub.store.next().size,
                       [&](std::uint64_t, std::string_view entry) { entries.emplace_back(entry); });
  for (const auto& [statement, index] : state.acknowledged) {
    if (index >= entries.size() || entries[index] != statement) return false;
    if (index % 100 != 7 && index + 2 < entries.size()) continue;
    const auto again = hub.appender.submit(statement);
    if (!is_ready(again) || again.get().index != index) return false;
    const Proof proof = parse_proof(again.get().proof);
    if (!verify_proof(base::as_bytes(statement), proof, state.parties->policy).holds()) return false;
  }
  return true;
}

bool hub_holds(SimulatedDisk& disk, const HubState& before, std::uint64_t life, std::uint64_t seed) {
  base::SeededRandom random(seed, "again");
  HubState state = before;
  try {
    {
      Hub hub(disk, *state.parties);
      if (hub.appender.run_round() != Appender::Round::kPublished) return false;
      if (!acknowledged_is_there(hub, state)) return false;
    }
    disturb(disk, random, [&] { run_hub(disk, state, life); });
    run_hub(disk, state, life);
    Hub hub(disk, *state.parties);
    (void)hub.appender.run_round();
    std::size_t all = 0;
    for (const std::size_t count : rounds_of(life)) all += count;
    return acknowledged_is_there(hub, state) && state.acknowledged.size() == all &&
           hub.store.next().size == all && !state.parties->heads.two_of_one_size;
  } catch (const base::Error&) {
    return false;
  }
}

candour::testing::CrashReport run_hubs(Sync sync, std::uint64_t points) {
  return candour::testing::run_lives<HubState>(
      sync, {.points = points, .seeds = 2},
      [](SimulatedDisk& disk, HubState& state, std::uint64_t life) {
        // Mostly one witness, which costs the least; at times three, of which one does not answer.
        const bool many = life % 5 == 0;
        state.parties = std::make_shared<Parties>(many ? 3 : 1, many ? 2 : 1);
        if (many) state.parties->ports[life % 3]->is_down = true;
        if (life % 4 == 0) disk.fail_once_at(1 + life * 13 % 90);
        run_with_errors([&] { run_hub(disk, state, life); });
      },
      hub_holds);
}

// --- A witness -------------------------------------------------------------------------------------------

struct WitnessState {
  std::map<std::uint64_t, Digest> cosigned;  ///< what left the witness
  std::uint64_t largest = 0;
};

const MemoryTree& tree_of(bool other) {
  static const auto entries_of = [](bool changed) {
    auto entries = vector_entries(60);
    if (changed) entries[0] = "another history";
    return entries;
  };
  static const MemoryTree one(entries_of(false));
  static const MemoryTree two(entries_of(true));
  return other ? two : one;
}

std::unique_ptr<Witness> witness_on(SimulatedDisk& disk) {
  static const TestLog log;
  static const SteppedClock clock;
  static const crypto::SigningKey key(base::Bytes(crypto::kSigningSeedBytes, 7));
  return std::make_unique<Witness>(disk, "/witness", std::vector{log.verifier()}, "witness.example", key,
                                   clock);
}

/// A log that shows one of its two histories; false where the witness cosigned something that it may not.
bool show(Witness& witness, WitnessState& state, bool other, std::uint64_t size) {
  const TestLog log;
  MemoryTree tree = tree_of(other);
  std::uint64_t old_size = state.largest;
  for (int attempt = 0; attempt < 2 && old_size <= size; ++attempt) {
    const WitnessReply reply = witness.add_checkpoint(write_add_checkpoint(
        {old_size, prove_consistency(tree, old_size, size), parse_checkpoint(log.note(tree.head(size)))}));
    if (reply.status == 409) {
      old_size = parse_witness_size(reply.body);
      if (old_size < state.largest) return false;  // it forgot what it had cosigned
      continue;
    }
    if (reply.status != 200) return true;
    if (size < state.largest) return false;
    state.largest = size;
    const auto there = state.cosigned.emplace(size, tree.head(size).root).first;
    return there->second == tree.head(size).root;
  }
  return true;
}

/// Shows one history and now and then the other, from sizes that differ in each life.
bool run_witness(SimulatedDisk& disk, WitnessState& state, std::uint64_t life, std::uint64_t start) {
  const auto witness = witness_on(disk);
  bool good = true;
  for (std::uint64_t step = 0; step < 8; ++step) {
    const std::uint64_t size = std::min<std::uint64_t>(60, 1 + (life + start) % 5 + step * (1 + life % 6));
    good = show(*witness, state, false, size) && good;
    good = show(*witness, state, true, std::min<std::uint64_t>(60, size + step % 2)) && good;
  }
  return good;
}

bool is_one_history(const WitnessState& state) {
  for (const bool other : {false, true}) {
    if (std::ranges::all_of(state.cosigned, [&](const auto& one) {
          return tree_of(other).head(one.first).root == one.second;
        })) {
      return true;
    }
  }
  return false;
}

bool witness_holds(SimulatedDisk& disk, const WitnessState& before, std::uint64_t life, std::uint64_t seed) {
  base::SeededRandom random(seed, "again");
  WitnessState state = before;
  bool good = true;
  try {
    // First the other history: a witness that forgot would cosign it.
    good = show(*witness_on(disk), state, true, 60 - random.below(20));
    disturb(disk, random, [&] { good = run_witness(disk, state, life, 1) && good; });
    good = run_witness(disk, state, life, 2) && good;
  } catch (const base::Error&) {
    return false;
  }
  return good && is_one_history(state);
}

candour::testing::CrashReport run_witnesses(Sync sync, std::uint64_t points) {
  return candour::testing::run_lives<WitnessState>(
      sync, {.points = points, .seeds = 2},
      [](SimulatedDisk& disk, WitnessState& state, std::uint64_t life) {
        if (life % 3 == 0) disk.fail_once_at(1 + life * 7 % 30);
        run_with_errors([&] { (void)run_witness(disk, state, life, 0); });
      },
      witness_holds);
}

// --- A mirror --------------------------------------------------------------------------------------------

struct MirrorState {
  Head published{};  ///< the last that an update ended with
};

struct Served {
  Parties parties{1, 1};
  std::vector<std::string> entries = vector_entries(560);
  MemoryTree tree{entries};
  std::map<std::size_t, MemoryFiles> at;  ///< by size

  MemoryFiles& files(std::size_t size) {
    auto& files = at[size];
    if (files.files.empty()) {
      files = files_of({entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(size)});
      files.files["checkpoint"] = write_note(parties.cosigned(tree.head(size), 1).note);
    }
    return files;
  }
};

Served& served() {
  static Served one;
  return one;
}

void run_mirror(SimulatedDisk& disk, MirrorState& state, std::uint64_t life) {
  Store store(disk, "/mirror");
  base::SilentProgress progress;
  for (const std::size_t size : {life % 4 * 3, 200 + life % 100, 260 + life % 300}) {
    if (size < store.seen().head.size) continue;
    Mirror mirror(disk, store, "/mirror", served().files(size));
    const Trusted whom{{served().parties.policy}, 0};
    (void)mirror.update(whom, progress, {}, [&](std::uint64_t index, std::string_view entry) {
      CANDOUR_CHECK(entry == served().entries[index]);
    });
    state.published = store.published().head;
  }
}

bool mirror_holds(SimulatedDisk& disk, const MirrorState& before, std::uint64_t life, std::uint64_t seed) {
  base::SeededRandom random(seed, "again");
  MirrorState state = before;
  try {
    const auto is_right = [&] {
      const Store store(disk, "/mirror");
      return store.published().head.size >= state.published.size &&
             store.next().size >= state.published.size &&
             store.next() == served().tree.head(store.next().size) &&
             (store.seen().note.empty() || store.seen().head.size >= store.next().size);
    };
    if (!is_right()) return false;
    disturb(disk, random, [&] { run_mirror(disk, state, life); });
    if (!is_right()) return false;
    run_mirror(disk, state, life);
    return is_right() && state.published == served().tree.head(260 + life % 300);
  } catch (const base::Error&) {
    return false;
  }
}

candour::testing::CrashReport run_mirrors(Sync sync, std::uint64_t points) {
  return candour::testing::run_lives<MirrorState>(
      sync, {.points = points, .seeds = 2},
      [](SimulatedDisk& disk, MirrorState& state, std::uint64_t life) {
        if (life % 4 == 0) disk.fail_once_at(1 + life * 13 % 90);
        run_with_errors([&] { run_mirror(disk, state, life); });
      },
      mirror_holds);
}

}  // namespace

TEST_CASE("wherever power goes, a hub loses nothing acknowledged and never has two heads of one size") {
  const auto report = run_hubs(Sync::kHonest, 250);
  INFO(report.first_failure);
  CHECK(report.failures == 0);
  // The control: without syncs the same test finds what is lost.
  CHECK(run_hubs(Sync::kIgnored, 100).failures > 0);
}

TEST_CASE("wherever power goes, a witness cosigns one history") {
  const auto report = run_witnesses(Sync::kHonest, 200);
  INFO(report.first_failure);
  CHECK(report.failures == 0);
  CHECK(run_witnesses(Sync::kIgnored, 150).failures > 0);
}

TEST_CASE("wherever power goes, a mirror keeps what it showed and goes on to the newest head") {
  const auto report = run_mirrors(Sync::kHonest, 200);
  INFO(report.first_failure);
  CHECK(report.failures == 0);
  CHECK(run_mirrors(Sync::kIgnored, 100).failures > 0);
}

TEST_SUITE("slow") {
  const bool kNobodyAsked = candour::testing::crash_points_asked_for() == 0;

  TEST_CASE("power goes as often as CANDOUR_CRASH_POINTS says: at a hub, half of them" *
            doctest::skip(kNobodyAsked)) {
    const std::uint64_t points = candour::testing::crash_points_asked_for();
    const auto report = run_hubs(Sync::kHonest, points / 2);
    candour::testing::print_report("log: hub", report);
    const auto control = run_hubs(Sync::kIgnored, points / 40);
    candour::testing::print_report("log: hub, control without syncs", control);
    CHECK(report.failures == 0);
    CHECK(control.failures > 0);
  }
  TEST_CASE("power goes as often as CANDOUR_CRASH_POINTS says: at a witness, three tenths" *
            doctest::skip(kNobodyAsked)) {
    const auto report = run_witnesses(Sync::kHonest, candour::testing::crash_points_asked_for() * 3 / 10);
    candour::testing::print_report("log: witness", report);
    CHECK(report.failures == 0);
  }
  TEST_CASE("power goes as often as CANDOUR_CRASH_POINTS says: at a mirror, two tenths" *
            doctest::skip(kNobodyAsked)) {
    const auto report = run_mirrors(Sync::kHonest, candour::testing::crash_points_asked_for() / 5);
    candour::testing::print_report("log: mirror", report);
    CHECK(report.failures == 0);
  }
}
