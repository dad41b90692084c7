// Runs a workload on a SimulatedDisk against a loss of power at every operation.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "candour/base/random.h"
#include "candour/base/simulated_disk.h"

namespace candour::testing {

struct CrashReport {
  std::uint64_t crashes = 0;   ///< places times seeds
  std::uint64_t failures = 0;  ///< after how many of them `holds` said no
  std::string first_failure;   ///< "after 7 operations, seed 3"
};

/// For N = 0, 1, 2 and so on until `work` runs through: gives `work` a new disk and a new State, lets power
/// go after N operations, restarts, and asks `holds`, which looks at what is on the disk and at what `work`
/// had noted in the State as acknowledged. Each N is run under `seeds` seeds. A failure can be replayed with
/// SeededRandom(seed, "crash").
template <typename State, typename Work, typename Holds>
CrashReport at_every_crash(base::SimulatedDisk::Sync sync, std::uint64_t seeds, Work work, Holds holds) {
  CrashReport report;
  bool ran_through = false;
  for (std::uint64_t operations = 0; !ran_through; ++operations) {
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      base::SimulatedDisk disk(sync);
      State state{};
      disk.crash_after(operations);
      try {
        work(disk, state);
        ran_through = true;
      } catch (const base::CrashNow&) {
        ran_through = false;
      }
      base::SeededRandom random(seed, "crash");
      disk.restart(random);
      ++report.crashes;
      if (holds(disk, state)) continue;
      if (report.failures++ == 0) {
        report.first_failure =
            "after " + std::to_string(operations) + " operations, seed " + std::to_string(seed);
      }
    }
  }
  return report;
}

/// How far run_lives goes.
struct Lives {
  std::uint64_t points = 0;  ///< whole lives are run until there are so many
  std::uint64_t seeds = 2;   ///< each place of a life is run under so many
};

/// at_every_crash of life 1, 2 and so on. `work(disk, state, life)` draws what it does from the number of the
/// life; `holds(disk, state, life, seed)` may let power go again, as another seed each time tells it.
template <typename State, typename Work, typename Holds>
CrashReport run_lives(base::SimulatedDisk::Sync sync, const Lives& lives, Work work, Holds holds) {
  CrashReport total;
  for (std::uint64_t life = 1; total.crashes < lives.points; ++life) {
    std::uint64_t seed = life * 1'000'000;
    const CrashReport report = at_every_crash<State>(
        sync, lives.seeds, [&](base::SimulatedDisk& disk, State& state) { work(disk, state, life); },
        [&](base::SimulatedDisk& disk, const State& state) { return holds(disk, state, life, seed++); });
    if (total.failures == 0 && report.failures > 0) {
      total.first_failure = "life " + std::to_string(life) + ", " + report.first_failure;
    }
    total.crashes += report.crashes;
    total.failures += report.failures;
  }
  return total;
}

/// The points that the slow suites are asked for; 0 where nobody asked, and they are then skipped.
inline std::uint64_t crash_points_asked_for() {
  const char* points = std::getenv("CANDOUR_CRASH_POINTS");
  return points == nullptr ? 0 : std::strtoull(points, nullptr, 10);
}

/// One line for whoever runs a slow suite: "counts: crash points: 20010, failures: 0".
inline void print_report(const char* what, const CrashReport& report) {
  std::printf("%s: crash points: %llu, failures: %llu%s%s\n", what,
              static_cast<unsigned long long>(report.crashes),
              static_cast<unsigned long long>(report.failures), report.failures == 0 ? "" : ", the first ",
              report.first_failure.c_str());
}

}  // namespace candour::testing
