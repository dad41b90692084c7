// Power goes at every operation of a ceremony, and whoever starts again ends with the same transcript.
#include <doctest/doctest.h>

#include <set>

#include "candour/base/error.h"
#include "candour/pseudonym/ceremony_testing.h"
#include "candour/testing/code_of.h"

namespace candour::pseudonym {
namespace {

using crypto::ShareIndex;
using statement::CeremonyKind;
using testing::Town;
using State = CeremonyProgress::State;

CeremonyRequest request(CeremonyKind kind) {
  CeremonyRequest asked;
  asked.kind = kind;
  asked.domain = "d";
  asked.threshold = 2;
  return asked;
}

// Two guardians, in turn, until both have ended; notes who was told so.
void hold(base::Disk& disk, std::set<ShareIndex>& ended) {
  Town town(2, disk);
  const auto plan = plan_ceremony(town.charter(), request(CeremonyKind::kNew));
  for (int round = 0; round < 4; ++round) {
    for (const ShareIndex index : testing::Indices{1, 2}) {
      if (take_part(town.seat(index, "shared"), plan).state == State::kFinished) ended.insert(index);
    }
  }
}

std::string transcript_of(base::Disk& disk) { return base::load_text(disk, "shared/ceremony.dsse"); }

TEST_CASE("a ceremony that loses power at any operation ends with the same transcript") {
  base::SimulatedDisk undisturbed;
  std::set<ShareIndex> ended;
  hold(undisturbed, ended);
  REQUIRE(ended.size() == 2);
  const std::string transcript = transcript_of(undisturbed);
  // Every fifth operation: each message is made in more than that.
  for (std::uint64_t operations = 0; operations < undisturbed.operations(); operations += 5) {
    CAPTURE(operations);
    base::SimulatedDisk disk;
    std::set<ShareIndex> told;
    disk.crash_after(operations);
    CHECK_THROWS_AS(hold(disk, told), base::CrashNow);
    base::SeededRandom random(operations, "crash");
    disk.restart(random);
    for (const ShareIndex index : told) CHECK(disk.exists(share_path(Town::keys(index), "d", 1)));
    std::set<ShareIndex> again;
    hold(disk, again);
    CHECK(again.size() == 2);
    CHECK(transcript_of(disk) == transcript);
  }
  // The control: on a disk that does not sync, they are told of shares that are lost.
  base::SimulatedDisk forgetful(base::SimulatedDisk::Sync::kIgnored);
  hold(forgetful, ended);
  base::SeededRandom random(1, "crash");
  forgetful.restart(random);
  CHECK(!(forgetful.exists(share_path(Town::keys(1), "d", 1)) &&
          forgetful.exists(share_path(Town::keys(2), "d", 1))));
}

TEST_CASE("a refresh that loses power at any operation never loses the key") {
  std::uint64_t crashes = 0;
  bool ran_through = false;
  // Some operations: a refresh has the same kinds of steps again and again.
  for (std::uint64_t operations = 0; !ran_through; operations += 25) {
    base::SimulatedDisk disk;
    Town town(2, disk);
    town.hold(request(CeremonyKind::kNew), "new");
    const crypto::Scalar key = town.assembled({1, 2}, 1);
    const auto plan = plan_ceremony(town.charter(), request(CeremonyKind::kRefresh));
    disk.crash_after(operations);
    try {
      (void)run_ceremony_in_one_place(town.seats(plan, "refresh"), plan);
      ran_through = true;
    } catch (const base::CrashNow&) {
      ++crashes;
    }
    base::SeededRandom random(operations, "crash");
    disk.restart(random);
    (void)run_ceremony_in_one_place(town.seats(plan, "refresh"), plan);
    CAPTURE(operations);
    CHECK(town.assembled({1, 2}, 2) == key);
    CHECK(!town.has_share(1, 1));
    CHECK(!town.has_share(2, 1));
  }
  CHECK(crashes > 5);
}

TEST_CASE("a guardian has one run at a time, and one folder of keys in a ceremony") {
  base::SimulatedDisk disk;
  Town town(2, disk);
  const auto plan = plan_ceremony(town.charter(), request(CeremonyKind::kNew));
  const auto code = [&](const CeremonySeat& seat) {
    return candour::testing::code_of([&] { (void)take_part(seat, plan); });
  };
  CeremonySeat seat = town.seat(1, "shared");
  disk.make_folder("keys-1/ceremony-d-1");
  {
    const auto other_run = disk.lock("keys-1/ceremony-d-1/lock");
    CHECK(code(seat) == "CND-1006");
  }
  CHECK(code(seat) == "none");
  seat.keys = "other-keys";
  CHECK(code(seat) == "CND-2152");
  // Nor may anybody speak with another's key, or begin the same epoch with another plan.
  CeremonySeat of_another = town.seat(1, "shared");
  of_another.guardian = 2;
  CHECK(code(of_another) == "CND-2151");
  town.add_guardian(3);
  CeremonyRequest wider = request(CeremonyKind::kNew);
  const auto other_plan = plan_ceremony(town.charter(), wider);
  CHECK(candour::testing::code_of([&] { (void)take_part(town.seat(1, "elsewhere"), other_plan); }) ==
        "CND-2153");
  CHECK(!disk.exists("elsewhere/commit-1.dsse"));
}

}  // namespace
}  // namespace candour::pseudonym
