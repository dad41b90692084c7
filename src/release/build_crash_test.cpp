// Power goes at every operation of building a release, and again while it is built anew: a release that was
// acknowledged is there to the byte, a folder with release.json is whole, and the next build ends with the
// same bytes.
#include <doctest/doctest.h>

#include "candour/base/simulated_disk.h"
#include "candour/release/release_testing.h"
#include "candour/testing/crash.h"
#include "candour/testing/shared.h"

using namespace candour;
using namespace candour::release;
using base::SimulatedDisk;
using candour::testing::TemporaryFolder;
using release::testing::clinic_collection;
using release::testing::clinic_counts;
using release::testing::clinic_inputs;
using release::testing::Files;
using release::testing::files_of;

namespace {

constexpr const char* kFolder = "release";

const collection::Collection& clinics() {
  static const collection::Collection made = clinic_collection();
  return made;
}

/// Figures drawn from the life, for one to forty providers: pages, tables and charts of many sizes.
ReleaseInputs drawn(std::uint64_t life) {
  base::SeededRandom random(life, "release");
  ReleaseInputs inputs = clinic_inputs(clinics());
  inputs.submitters.clear();
  std::vector<measure::Counts>& counts = inputs.counts["treatments"];
  counts.clear();
  const std::uint64_t providers = 1 + random.below(40);
  for (std::uint64_t i = 0; i < providers; ++i) {
    const std::string code = "R" + std::to_string(100 + i);
    inputs.submitters.push_back({code, "Hospital " + std::to_string(random.below(1'000'000))});
    const std::uint64_t sent = random.below(4);
    if (sent == 0) continue;
    std::vector<std::pair<std::string, std::int64_t>> rows;
    if (sent > 1) rows = {{"A", static_cast<std::int64_t>(random.below(5000))}, {"B", 1}};
    counts.push_back(clinic_counts(clinics(), code, rows));
    counts.back().nil = rows.empty();
  }
  return inputs;
}

/// Builds the releases of lives on disks that lose power. The whole release of a life is built once
/// beforehand.
class Builder {
 public:
  void build(SimulatedDisk& disk, std::uint64_t life) {
    prepare(life);
    build_release(disk, inputs_, kFolder, scratch_.path());
  }

  /// The release's files in the folder; what store_new left under a name of its own is none.
  [[nodiscard]] static Files found(const SimulatedDisk& disk) {
    Files files = disk.exists(kFolder) ? files_of(disk, kFolder) : Files();
    std::erase_if(files, [](const auto& file) { return file.first.ends_with(".tmp"); });
    return files;
  }

  /// Whether the folder is the release of `life`, or no release where none was acknowledged.
  bool is_whole_or_none(const SimulatedDisk& disk, bool is_acknowledged, std::uint64_t life) {
    prepare(life);
    const Files files = found(disk);
    return files.contains("release.json") ? files == whole_ : !is_acknowledged;
  }

 private:
  void prepare(std::uint64_t life) {
    if (life == life_) return;
    life_ = life;
    inputs_ = drawn(life);
    SimulatedDisk disk;
    build_release(disk, inputs_, kFolder, scratch_.path());
    whole_ = found(disk);
  }

  TemporaryFolder scratch_;
  std::uint64_t life_ = 0;
  ReleaseInputs inputs_;
  Files whole_;
};

struct Known {
  bool is_acknowledged = false;
};

bool holds(Builder& builder, SimulatedDisk& disk, Known known, std::uint64_t life, std::uint64_t seed) {
  base::SeededRandom random(seed, "again");
  try {
    if (!builder.is_whole_or_none(disk, known.is_acknowledged, life)) return false;
    if (known.is_acknowledged) return true;
    try {
      disk.crash_after(random.below(120));
      if (!disk.exists("release/release.json")) {
        builder.build(disk, life);
        known.is_acknowledged = true;
      }
    } catch (const base::CrashNow&) {
    }
    disk.restart(random);
    if (!builder.is_whole_or_none(disk, known.is_acknowledged, life)) return false;
    if (!disk.exists("release/release.json")) builder.build(disk, life);
    return builder.is_whole_or_none(disk, true, life);
  } catch (const base::Error&) {
    return false;
  }
}

candour::testing::CrashReport run(SimulatedDisk::Sync sync, const candour::testing::Lives& lives) {
  Builder builder;
  return candour::testing::run_lives<Known>(
      sync, lives,
      [&](SimulatedDisk& disk, Known& known, std::uint64_t life) {
        builder.build(disk, life);
        known.is_acknowledged = true;
      },
      [&](SimulatedDisk& disk, const Known& known, std::uint64_t life, std::uint64_t seed) {
        return holds(builder, disk, known, life, seed);
      });
}

}  // namespace

TEST_CASE("whatever operation power goes at, the next build ends with the same bytes") {
  const auto report = run(SimulatedDisk::Sync::kHonest, {.points = 1, .seeds = 1});
  INFO(report.first_failure);
  CHECK(report.failures == 0);
  CHECK(report.crashes > 50);
}

TEST_SUITE("slow") {
  TEST_CASE("power goes as often as CANDOUR_CRASH_POINTS says, and no release is lost or mixed" *
            doctest::skip(candour::testing::crash_points_asked_for() == 0)) {
    const auto report =
        run(SimulatedDisk::Sync::kHonest, {.points = candour::testing::crash_points_asked_for(), .seeds = 2});
    const auto control = run(SimulatedDisk::Sync::kIgnored, {.points = 1, .seeds = 2});
    candour::testing::print_report("release", report);
    candour::testing::print_report("release, control without syncs", control);
    CHECK(report.failures == 0);
    CHECK(control.failures > 0);
  }
}
