// Power goes at every operation of a submission on its way, at the provider and at the hub at once: whatever
// was cut off goes on, is stored exactly once, and what was acknowledged stays as it was.
#include <doctest/doctest.h>

#include "candour/base/simulated_disk.h"
#include "candour/submission/flow_testing.h"
#include "candour/testing/crash.h"

using namespace candour;
using namespace candour::submission;
using namespace candour::submission::testing;
using base::SimulatedDisk;

namespace {

struct Acknowledged {
  std::optional<std::string> receipt;  ///< as the provider had it
};

std::vector<Visit> visits_of(std::uint64_t life) {
  return many_visits(life % 3 == 0 ? 0 : 5 + life % 7, life);
}

std::optional<std::string> file(const SimulatedDisk& disk, const std::filesystem::path& path) {
  if (!disk.exists(path)) return std::nullopt;
  return base::load_text(disk, path);
}

/// A machine that starts, with randomness of its own, and sends what is to be sent.
std::filesystem::path run_once(SimulatedDisk& disk, HubKind kind, std::uint64_t life, std::uint64_t start) {
  base::FixedClock clock(kNow + static_cast<std::int64_t>(start % 1000));
  base::SeededRandom random(life * 1000 + start, "start");
  TestHub hub(disk, clock, random, kind);
  Outbox outbox = outbox_on(disk, clock, random);
  TestSlice slice(visits_of(life), start);
  const auto there = outbox.submissions();
  const auto folder = there.empty() ? outbox.begin(intent(), hub) : there.front();
  (void)outbox.send(folder, slice, hub);
  return folder;
}

/// What is there after everything went well.
bool is_done(const SimulatedDisk& disk_read, SimulatedDisk& disk, const std::filesystem::path& folder,
             const Acknowledged& acknowledged) {
  const auto manifest = file(disk_read, folder / kManifestFile);
  const auto receipt = file(disk_read, folder / kReceiptFile);
  if (!manifest || !receipt || disk_read.exists(folder / kPackageFile)) return false;
  if (acknowledged.receipt && acknowledged.receipt != receipt) return false;
  const auto commits = TestLake(disk, "/hub/lake").commits();
  return commits.size() == 1 && commits[0].stored.submission == identity_of(*manifest) &&
         make_receipt(federation(), commits[0].stored, hub_key()) == *receipt;
}

bool holds(SimulatedDisk& disk, HubKind kind, const Acknowledged& acknowledged, std::uint64_t life,
           std::uint64_t seed) {
  const std::filesystem::path folder = "/outbox/small-visits-visits-2025-09-r1";
  base::SeededRandom random(seed, "again");
  try {
    // What was there when power came back, and no later start may make otherwise.
    std::map<std::string, std::optional<std::string>> before;
    const auto remember = [&] {
      for (const char* name : {kPlanFile, kRowsFile, kAttestationsFile, kManifestFile, kReceiptFile}) {
        before[name] = file(disk, folder / name);
      }
    };
    const auto is_as_before = [&] {
      return std::ranges::all_of(before, [&](const auto& one) {
        // Attestations are asked for anew until the manifest that names them is signed.
        if (one.first == kAttestationsFile && !before[kManifestFile]) return true;
        return !one.second || !before[kPlanFile] || file(disk, folder / one.first) == one.second;
      });
    };
    remember();
    try {
      disk.crash_after(random.below(120));
      (void)run_once(disk, kind, life, 1 + seed);
    } catch (const base::CrashNow&) {
    }
    disk.restart(random);
    if (!is_as_before()) return false;
    remember();
    (void)run_once(disk, kind, life, 2 + seed);
    return is_as_before() && is_done(disk, disk, folder, acknowledged);
  } catch (const base::Error&) {
    return false;
  }
}

candour::testing::CrashReport run(SimulatedDisk::Sync sync, HubKind kind, std::uint64_t points) {
  return candour::testing::run_lives<Acknowledged>(
      sync, {.points = points, .seeds = 2},
      [kind](SimulatedDisk& disk, Acknowledged& acknowledged, std::uint64_t life) {
        const auto folder = run_once(disk, kind, life, 0);
        acknowledged.receipt = base::load_text(disk, folder / kReceiptFile);
      },
      [kind](SimulatedDisk& disk, const Acknowledged& acknowledged, std::uint64_t life, std::uint64_t seed) {
        return holds(disk, kind, acknowledged, life, seed);
      });
}

}  // namespace

TEST_CASE("whatever operation power goes at, a submission is stored once and its receipt stays the same") {
  const auto report = run(SimulatedDisk::Sync::kHonest, HubKind::kHonest, 600);
  INFO(report.first_failure);
  CHECK(report.failures == 0);
}

TEST_CASE("a plan and rows give one package, and a signed manifest stays, however often it was cut") {
  const auto send_whole = [](SimulatedDisk& disk, std::uint64_t start) {
    return base::load_text(disk, run_once(disk, HubKind::kHonest, 1, start) / kManifestFile);
  };
  const auto package_of = [](const std::string& manifest) {
    const auto of = statement::parse_submission(statement::parse_envelope(manifest, "submission").payload);
    return std::pair(of.package_sha256, of.commitment);
  };
  SimulatedDisk whole;
  const std::string reference = send_whole(whole, 0);
  std::uint64_t same = 0;
  for (std::uint64_t operations = 20;; operations += 3) {
    SimulatedDisk disk;
    disk.crash_after(operations);
    bool ran_through = true;
    try {
      (void)send_whole(disk, 0);
    } catch (const base::CrashNow&) {
      ran_through = false;
    }
    base::SeededRandom random(operations, "crash");
    disk.restart(random);
    const std::filesystem::path folder = "/outbox/small-visits-visits-2025-09-r1";
    const bool was_planned = disk.exists(folder / kPlanFile);
    const bool was_signed = disk.exists(folder / kManifestFile);
    const std::string manifest = send_whole(disk, 5);
    if (was_planned) CHECK(package_of(manifest) == package_of(reference));
    if (was_signed) CHECK(manifest == reference);
    same += manifest == reference ? 1 : 0;
    if (ran_through) break;
  }
  CHECK(same > 5);
}

TEST_CASE("control: a hub that gives the receipt before it stores is found out") {
  CHECK(run(SimulatedDisk::Sync::kHonest, HubKind::kReceiptFirst, 300).failures > 0);
}

TEST_CASE("control: where nothing is synced, the same test finds submissions that are lost") {
  CHECK(run(SimulatedDisk::Sync::kIgnored, HubKind::kHonest, 300).failures > 0);
}

TEST_SUITE("slow") {
  TEST_CASE("power goes as often as CANDOUR_CRASH_POINTS says, and every submission is stored once" *
            doctest::skip(candour::testing::crash_points_asked_for() == 0)) {
    const std::uint64_t points = candour::testing::crash_points_asked_for();
    const auto report = run(SimulatedDisk::Sync::kHonest, HubKind::kHonest, points);
    const auto control = run(SimulatedDisk::Sync::kHonest, HubKind::kReceiptFirst, points / 20);
    candour::testing::print_report("submission", report);
    candour::testing::print_report("submission, control with receipts too early", control);
    CHECK(report.failures == 0);
    CHECK(control.failures > 0);
  }
}
