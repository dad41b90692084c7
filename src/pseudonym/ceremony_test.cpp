#include "candour/pseudonym/ceremony.h"

#include <doctest/doctest.h>

#include <numeric>

#include "candour/base/error.h"
#include "candour/pseudonym/ceremony_testing.h"
#include "candour/testing/code_of.h"

namespace candour::pseudonym {
namespace {

using candour::testing::code_of;
using statement::CeremonyKind;
using testing::subsets;
using testing::Town;
using State = CeremonyProgress::State;

CeremonyRequest request(CeremonyKind kind, std::uint16_t threshold = 0) {
  CeremonyRequest asked;
  asked.kind = kind;
  asked.domain = "d";
  asked.threshold = threshold;
  return asked;
}

// That each `threshold` of `who` give the same key, which has the public value K, and each share its K_i.
crypto::Scalar require_one_key(Town& town, const std::vector<crypto::ShareIndex>& who, std::uint32_t epoch) {
  const instruction::Domain& domain = *town.charter().domain("d");
  std::optional<crypto::Scalar> key;
  for (const auto& chosen : subsets(who, domain.threshold)) {
    const crypto::Scalar one = town.assembled(chosen, epoch);
    CHECK(crypto::multiply_base(one) == domain.key);
    if (key) CHECK(*key == one);
    key = one;
  }
  for (const crypto::ShareIndex index : who) {
    CHECK(crypto::multiply_base(town.share(index, epoch).share) == *domain.share_key(index));
  }
  for (const auto& too_few : subsets(who, domain.threshold - 1U)) {
    CHECK(crypto::multiply_base(town.assembled(too_few, epoch)) != domain.key);
  }
  return key.value();
}

std::vector<crypto::ShareIndex> up_to(crypto::ShareIndex n) {
  std::vector<crypto::ShareIndex> all(n);
  std::iota(all.begin(), all.end(), crypto::ShareIndex{1});
  return all;
}

TEST_CASE("every t of n guardians hold one key, before and after refresh, recovery and resharing") {
  struct Case {
    crypto::ShareIndex guardians;
    std::uint16_t threshold;
  };
  for (const Case& one : {Case{2, 2}, Case{3, 2}, Case{3, 3}, Case{5, 3}}) {
    CAPTURE(one.guardians);
    CAPTURE(one.threshold);
    base::SimulatedDisk disk;
    Town town(one.guardians, disk);
    town.hold(request(CeremonyKind::kNew, one.threshold), "new");
    const std::vector<crypto::ShareIndex> all = up_to(one.guardians);
    const crypto::Scalar key = require_one_key(town, all, 1);

    town.hold(request(CeremonyKind::kRefresh), "refresh");
    CHECK(require_one_key(town, all, 2) == key);
    CHECK(!town.has_share(1, 1));

    // To one more guardian, and one more who is needed.
    town.add_guardian(static_cast<crypto::ShareIndex>(one.guardians + 1));
    const std::vector<crypto::ShareIndex> more = up_to(static_cast<crypto::ShareIndex>(one.guardians + 1));
    town.hold(request(CeremonyKind::kReshare, static_cast<std::uint16_t>(one.threshold + 1)), "more");
    CHECK(require_one_key(town, more, 3) == key);

    // And to others of whom fewer are needed, without the first.
    CeremonyRequest fewer = request(CeremonyKind::kReshare, 2);
    fewer.receivers = {more.begin() + 1, more.end()};
    town.hold(fewer, "fewer");
    CHECK(require_one_key(town, fewer.receivers, 4) == key);
    for (const crypto::ShareIndex index : more) CHECK(!town.has_share(index, 3));
    CHECK(!town.has_share(1, 4));
  }
}

TEST_CASE("a lost share is recovered without it") {
  base::SimulatedDisk disk;
  Town town(3, disk);
  town.hold(request(CeremonyKind::kNew, 2), "new");
  const crypto::Scalar key = require_one_key(town, up_to(3), 1);
  disk.remove(share_path(Town::keys(2), "d", 1));
  CeremonyRequest recover = request(CeremonyKind::kRecover);
  recover.lost = {2};
  const VerifiedCeremony verified = town.hold(recover, "recover");
  CHECK(verified.ceremony.plan.dealers == std::vector<crypto::ShareIndex>{1, 3});
  CHECK(require_one_key(town, up_to(3), 2) == key);
}

TEST_CASE("who is to deal its share and has none, or another than the charter knows, deals nothing") {
  base::SimulatedDisk disk;
  Town town(3, disk);
  town.hold(request(CeremonyKind::kNew, 2), "new");
  const std::filesystem::path path = share_path(Town::keys(2), "d", 1);
  const std::string whole = base::load_text(disk, path);
  base::SeededRandom random(3, "other");
  disk.remove(path);
  SUBCASE("none") {}
  SUBCASE("another of its name") {
    Share other = town.share(1, 1);
    other.index = 2;
    store_new_share(disk, path, other, town.operator_key(2), random);
  }
  SUBCASE("another's") { store_new_share(disk, path, town.share(1, 1), town.operator_key(2), random); }
  const auto plan = plan_ceremony(town.charter(), request(CeremonyKind::kRefresh));
  const auto step = [&](crypto::ShareIndex index) { return take_part(town.seat(index, "refresh"), plan); };
  CHECK(code_of([&] { step(2); }) == "CND-2157");
  CHECK(!disk.exists("refresh/commit-2.dsse"));
  CHECK(step(1).missing == std::vector<std::string>{"commit-2.dsse", "commit-3.dsse"});
  // With the share that the charter knows it takes part.
  disk.remove(path);
  disk.store_new(path, whole);
  CHECK(step(2).shown == std::vector<std::string>{"commit-2.dsse"});
}

TEST_CASE("shares of two epochs give another key") {
  base::SimulatedDisk disk;
  Town town(3, disk);
  town.hold(request(CeremonyKind::kNew, 2), "new");
  const Share old = town.share(1, 1);
  town.hold(request(CeremonyKind::kRefresh), "refresh");
  const std::vector<crypto::ShareIndex> who = {1, 2};
  const crypto::Point mixed =
      crypto::multiply_base(crypto::lagrange_at_zero(who, 1) * old.share +
                            crypto::lagrange_at_zero(who, 2) * town.share(2, 2).share);
  CHECK(mixed != town.charter().domain("d")->key);
  CHECK(code_of([&] { require_share_of(old, town.charter()); }) == "CND-2102");
  CHECK(code_of([&] { require_share_of(town.share(2, 2), town.charter()); }) == "none");
}

TEST_CASE("each guardian says what it showed and whom it waits for") {
  base::SimulatedDisk disk;
  Town town(3, disk);
  const auto plan = plan_ceremony(town.charter(), request(CeremonyKind::kNew, 2));
  const auto step = [&](crypto::ShareIndex index) { return take_part(town.seat(index, "shared"), plan); };
  CeremonyProgress progress = step(1);
  CHECK(progress.state == State::kWaiting);
  CHECK(progress.shown == std::vector<std::string>{"commit-1.dsse"});
  CHECK(progress.missing == std::vector<std::string>{"commit-2.dsse", "commit-3.dsse"});
  CHECK(step(1).shown.empty());
  CHECK(step(2).missing == std::vector<std::string>{"commit-3.dsse"});
  progress = step(3);
  CHECK(progress.shown == std::vector<std::string>{"commit-3.dsse", "deal-3.dsse"});
  CHECK(progress.missing == std::vector<std::string>{"deal-1.dsse", "deal-2.dsse"});
  CHECK(step(1).missing == std::vector<std::string>{"deal-2.dsse"});
  CHECK(step(2).shown == std::vector<std::string>{"deal-2.dsse", "sign-2.dsse"});
  CHECK(step(1).missing == std::vector<std::string>{"sign-3.dsse"});
  CHECK(!town.has_share(1, 1));
  progress = step(3);
  CHECK(progress.state == State::kFinished);
  CHECK(progress.shown == std::vector<std::string>{"sign-3.dsse", "ceremony.dsse"});
  CHECK(step(1).state == State::kFinished);
  CHECK(step(2).state == State::kFinished);
  // And again, as often as anybody likes; but not with another plan, which did not end here.
  progress = step(3);
  CHECK(progress.state == State::kFinished);
  CeremonyRequest all_of_them = request(CeremonyKind::kNew);
  all_of_them.threshold = 3;
  const auto other = plan_ceremony(town.charter(), all_of_them);
  CHECK(code_of([&] { (void)take_part(town.seat(3, "shared"), other); }) == "CND-2153");
  CHECK(progress.shown.empty());
  CHECK(town.has_share(3, 1));
  CHECK(!disk.exists("keys-3/ceremony-d-1/seed.sealed"));
  CHECK(!disk.exists("keys-3/ceremony-d-1/share.sealed"));
}

TEST_CASE("a plan that breaks a rule is refused") {
  base::SimulatedDisk disk;
  Town town(3, disk);
  const auto code = [&](const CeremonyRequest& asked) {
    return code_of([&] { (void)plan_ceremony(town.charter(), asked); });
  };
  CHECK(code(request(CeremonyKind::kNew, 2)) == "none");
  CHECK(code(request(CeremonyKind::kNew, 1)) == "CND-2150");
  CHECK(code(request(CeremonyKind::kNew, 0)) == "CND-2150");
  CHECK(code(request(CeremonyKind::kNew, 4)) == "CND-2150");
  CHECK(code(request(CeremonyKind::kRefresh)) == "CND-2150");
  CeremonyRequest asked = request(CeremonyKind::kNew, 2);
  for (const char* name : {"", "../d", "D", "-d", "d e"}) {
    asked.domain = name;
    CHECK(code(asked) == "CND-2150");
  }
  asked = request(CeremonyKind::kNew, 2);
  asked.receivers = {1, 4};
  CHECK(code(asked) == "CND-2150");
  asked.receivers = {1, 1};
  CHECK(code(asked) == "CND-2150");

  town.hold(request(CeremonyKind::kNew, 2), "new");
  CHECK(code(request(CeremonyKind::kNew, 2)) == "CND-2150");
  CHECK(code(request(CeremonyKind::kRefresh, 3)) == "CND-2150");
  CHECK(code(request(CeremonyKind::kRecover)) == "CND-2150");
  asked = request(CeremonyKind::kRefresh);
  asked.epoch = 1;
  CHECK(code(asked) == "CND-2150");
  asked.epoch = 0;
  asked.dealers = {1, 2, 3};
  CHECK(code(asked) == "CND-2150");
}

}  // namespace
}  // namespace candour::pseudonym
