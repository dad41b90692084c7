// Runs a workload on a SimulatedDisk against a loss of power at every operation.
#pragma once

#include <cstdint>
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

}  // namespace candour::testing
