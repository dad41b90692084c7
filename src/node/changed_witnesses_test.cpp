// A log changes its witnesses by the charter: who follows it follows the change, from wherever it was, and
// believes nobody before those whom it believed have said that it is time. Each attack has its twin.
#include <doctest/doctest.h>

#include "candour/log/fork.h"
#include "candour/node/changed_witnesses_testing.h"
#include "candour/node/log_audit.h"
#include "candour/testing/crash.h"

namespace candour::node {
namespace {

using base::SimulatedDisk;
using instruction::kProtectedSeconds;
using node::testing::ChangingLog;
using node::testing::FollowingNode;
using node::testing::kFounded;

const std::vector<std::string> kOthers{"east.example", "west.example"};
const std::vector<std::string> kThird{"east.example", "mid.example", "up.example"};

/// A log whose witnesses have changed twice: two of five, and all must sign; then two of six and five of
/// them.
struct ChangedTwice : ChangingLog {
  ChangedTwice() {
    change_to(next(kOthers, 5));
    change_to(next(kThird, 5));
    enter_more();
  }
};
const ChangedTwice& changed_twice() {
  static const ChangedTwice log;
  return log;
}

bool is_up_to_date(FollowingNode& node, const ChangingLog& hub) {
  return node.store.next() == hub.log.members.tree.head() && node.view.now()->problems().empty() &&
         node.version() == hub.log.members.charter.version && node.view.moment().witnessed == hub.now;
}

TEST_CASE("a stranger who pins version 1 of the charter follows a log whose witnesses changed twice") {
  SimulatedDisk disk;
  FollowingNode node(disk, changed_twice());
  CHECK(node.refresh(changed_twice().shown.back()) == "followed");
  CHECK(is_up_to_date(node, changed_twice()));
  CHECK_FALSE(disk.exists("node/log/evidence"));
}

TEST_CASE("a node that was off follows, from whichever checkpoint it had") {
  const ChangingLog& hub = changed_twice();
  for (std::size_t i = 0; i < hub.shown.size(); ++i) {
    CAPTURE(i);
    SimulatedDisk disk;
    {
      FollowingNode before(disk, hub);
      CHECK(before.refresh(hub.shown[i]) == "followed");
    }
    FollowingNode node(disk, hub);
    CHECK(node.refresh(hub.shown.back()) == "followed");
    CHECK(is_up_to_date(node, hub));
  }
}

TEST_CASE("a node that is there all the time knows at each moment what time the witnesses in force say") {
  ChangingLog hub;
  SimulatedDisk disk;
  FollowingNode node(disk, hub);
  std::vector<std::int64_t> unknown;  // when nothing was in force
  hub.each = [&] {
    CHECK(node.refresh(hub.shown.back()) == "followed");
    CHECK(node.size() == hub.log.members.entries.size());
    if (node.view.moment().witnessed != hub.now) unknown.push_back(hub.now);
  };
  hub.change_to(hub.next(kOthers, 5));
  CHECK(is_up_to_date(node, hub));
  // Once: when those who are replaced had signed the entry that replaces them, and the others not yet.
  CHECK(unknown == std::vector{hub.now - 120});
}

TEST_CASE("whoever verifies the whole log finds it in order, whatever the witnesses were") {
  const ChangingLog& hub = changed_twice();
  ChangingLog::Files files = hub.shown.back();
  base::SilentProgress progress;
  const LogAudit audit = audit_log(files, hub.log.members.charter.federation(), hub.now, progress);
  for (const AuditVerdict& verdict : audit.verdicts) {
    for (const AuditFinding& finding : verdict.findings) FAIL_CHECK(finding.code << " " << finding.says);
    CHECK(verdict.answer == AuditAnswer::kHolds);
  }
  CHECK(audit.charter_version == hub.log.members.charter.version);
}

/// What a node says that has followed to a time before the change and is then shown what a hub makes of it.
struct Attacked {
  ChangingLog hub;
  SimulatedDisk disk;
  FollowingNode node{disk, hub};
  instruction::Charter others = hub.next(kOthers, 5);
  std::string said() { return node.refresh(hub.shown.back()); }
  Attacked() { CHECK(said() == "followed"); }
};

TEST_CASE("other witnesses are believed when the charter's 28 days are over, and no second before") {
  for (const std::int64_t early : {0, 1}) {
    Attacked world;
    world.hub.announce(world.others);
    world.hub.wait_and_say(kProtectedSeconds - early);
    world.hub.hand_over(world.others);
    CHECK(world.said() == (early == 0 ? "followed" : "CND-2550"));
    CHECK(world.node.version() == (early == 0 ? 3 : 2));
  }
}

TEST_CASE("other witnesses are not believed on the word of too few of those before") {
  for (const std::size_t signers : {4, 3}) {
    Attacked world;
    world.hub.announce(world.others);
    world.hub.wait_and_say(kProtectedSeconds, signers);
    world.hub.hand_over(world.others);
    CHECK(world.said() == (signers == 4 ? "followed" : "CND-2550"));
    CHECK(world.node.version() == (signers == 4 ? 3 : 2));
  }
}

TEST_CASE("other witnesses are not believed where too few guardians agreed to them") {
  for (const bool agreed : {true, false}) {
    Attacked world;
    auto& members = world.hub.log.members;
    std::vector<std::string> signers{"controller a", "controller b", "guardian 1"};
    if (agreed) signers.emplace_back("guardian 2");
    members.enter_charter(world.others, signers);
    world.hub.known_at = world.hub.now;
    world.hub.enter_head();
    world.hub.wait_and_say(kProtectedSeconds);
    world.hub.hand_over(world.others);
    CHECK(world.said() == (agreed ? "followed" : "CND-2550"));
    CHECK(world.node.version() == (agreed ? 3 : 2));
  }
}

TEST_CASE("other witnesses cannot make it later by their own word in a checkpoint of those before") {
  for (const bool is_late : {true, false}) {
    Attacked world;
    world.hub.announce(world.others);
    auto& members = world.hub.log.members;
    log::Note note = log::parse_checkpoint(members.checkpoint(world.hub.now, 4)).note;
    for (const auto* name : {"east.example", "west.example"}) {
      note.signatures.push_back(
          log::cosign(name, node::testing::key_of(name), note.text, world.hub.now + 2 * kProtectedSeconds));
    }
    ChangingLog::Files files = world.hub.shown.back();
    files.files["checkpoint"] = log::write_note(note);
    CHECK(world.node.refresh(files) == "followed");
    if (is_late) {
      world.hub.now = world.hub.known_at + kProtectedSeconds;
      world.hub.publish();
      CHECK(world.said() == "followed");
    }
    world.hub.enter_more();
    world.hub.hand_over(world.others);
    CHECK(world.said() == (is_late ? "followed" : "CND-2550"));
  }
}

TEST_CASE("a head of another history in the log is a fork, and is kept") {
  for (const bool forked : {false, true}) {
    Attacked world;
    world.hub.announce(world.others);
    auto& members = world.hub.log.members;
    const std::vector<std::string> entries = members.entries;
    const log::RightEdge tree = members.tree;
    if (forked) members.tree.add(node::testing::digest_of("an entry that the log does not show"));
    const std::string head = members.head(world.hub.known_at + kProtectedSeconds, 4);
    members.tree = tree;
    world.hub.enter_more();
    members.enter(head);
    world.hub.now = world.hub.known_at + kProtectedSeconds;
    world.hub.hand_over(world.others);
    CHECK(world.said() == (forked ? "CND-2552" : "followed"));
    CHECK(world.disk.exists("node/log/evidence") == forked);
    CHECK(world.node.version() == (forked ? 2 : 3));
  }
}

TEST_CASE("who has followed a change believes those who were replaced no more") {
  Attacked world;
  world.hub.change_to(world.others);
  CHECK(world.said() == "followed");
  const std::uint64_t size = world.node.size();
  // All who signed before sign another history, and a later time for what was.
  ChangingLog retired;
  retired.announce(retired.next(kThird, 5));
  retired.wait_and_say(3 * kProtectedSeconds);
  retired.publish(5);
  CHECK(world.node.refresh(retired.shown.back()) == "CND-2550");
  CHECK(world.node.size() == size);
  CHECK(world.node.view.moment().witnessed == world.hub.now);
  // The twin: a node that was off, whom nothing tells which of the two is the log.
  SimulatedDisk disk;
  FollowingNode behind(disk, world.hub);
  CHECK(behind.refresh(retired.shown.back()) == "followed");
  CHECK(behind.refresh(world.hub.shown.back()) == "CND-2550");
}

TEST_CASE("after a change as before it, a log that shrinks or forks is refused") {
  Attacked world;
  world.hub.change_to(world.others);
  CHECK(world.said() == "followed");
  const std::size_t older = world.hub.shown.size() - 2;
  CHECK(world.node.refresh(world.hub.shown[older]) == "CND-2551");
  CHECK(world.node.refresh(world.hub.shown[2]) == "CND-2550");
  auto& members = world.hub.log.members;
  members.entries.pop_back();
  members.tree = {};
  for (const std::string& entry : members.entries) members.tree.add(log::leaf_hash(base::as_bytes(entry)));
  world.hub.enter_more();
  CHECK(world.said() == "CND-2552");
  CHECK(world.disk.list("node/log/evidence").size() == 1);
}

TEST_CASE(
    "a hub that lets the next witnesses sign before the log says so keeps nobody from following later") {
  Attacked world;
  world.hub.announce(world.others);
  world.hub.now = world.hub.known_at + kProtectedSeconds;
  world.hub.publish();
  CHECK(world.said() == "followed");
  const std::string head = world.hub.log.members.head(world.hub.now, 4);
  world.hub.enter_more();
  world.hub.hand_over(world.others);
  CHECK(world.said() == "followed");
  // By the entries those before are still in force, and they have not signed.
  CHECK(world.node.version() == 2);
  CHECK(world.node.view.moment().witnessed == 0);
  world.hub.log.members.enter(head);
  world.hub.publish();
  CHECK(world.said() == "followed");
  CHECK(is_up_to_date(world.node, world.hub));
}

TEST_CASE("a step leaves nothing in force: its checkpoint is old") {
  Attacked world;
  world.hub.announce(world.others);
  world.hub.wait_and_say(kProtectedSeconds, 3);
  world.hub.hand_over(world.others);
  const instruction::Act act{.instruction = world.hub.log.members.order.id(),
                             .domain = candour::testing::kTestDomain};
  const auto code = [&](std::int64_t now) {
    world.node.clock.now = now;
    const instruction::Verdict verdict = world.node.view.judge(act);
    return verdict.in_force() ? std::string("in force") : std::string(verdict.code().view());
  };
  CHECK(code(kFounded + 120) == "in force");  // the control
  const std::uint64_t size = world.node.size();
  CHECK(world.said() == "CND-2550");
  CHECK(world.node.size() > size);
  CHECK(world.node.view.moment().witnessed < world.hub.now - 27 * 86'400);
  CHECK(code(world.hub.now) == "CND-2036");
}

/// The checkpoint with a line of a witness that is yet to come, as anybody who serves it can add one: its
/// signature is of nobody.
std::string with_forged_line(const std::string& checkpoint, std::int64_t time) {
  log::Note note = log::parse_checkpoint(checkpoint).note;
  log::NoteSignature line = log::cosign(kOthers[0], node::testing::key_of(kOthers[0]), note.text, time);
  line.signature.back() ^= 1U;
  note.signatures.push_back(line);
  return log::write_note(note);
}

TEST_CASE("a forged line of a witness that is yet to come keeps nobody from following") {
  Attacked world;
  world.hub.announce(world.others);
  world.hub.wait_and_say(kProtectedSeconds);
  world.hub.publish();
  ChangingLog::Files files = world.hub.shown.back();
  files.files["checkpoint"] = with_forged_line(files.files["checkpoint"], world.hub.now);
  CHECK(world.node.refresh(files) == "followed");
  CHECK(world.node.version() == 3);
  CHECK(world.node.view.moment().witnessed == 0);
  world.hub.hand_over(world.others);
  CHECK(world.said() == "followed");
  CHECK(is_up_to_date(world.node, world.hub));
}

TEST_CASE("a forged line that a mirror keeps from before it knew the key gives no time, and is replaced") {
  ChangingLog hub;
  const instruction::Charter others = hub.next(kOthers, 5);
  hub.announce(others);
  hub.wait_and_say(kProtectedSeconds);
  hub.publish();
  SimulatedDisk disk;
  std::string forged;
  {
    FollowingNode node(disk, hub);
    CHECK(node.refresh(hub.shown.back()) == "followed");
    forged = with_forged_line(node.view.checkpoint(), hub.now);
    node.store.see(forged);
    node.store.publish(forged);
  }
  hub.hand_over(others);
  FollowingNode node(disk, hub);
  CHECK(node.view.checkpoint() == forged);
  CHECK(node.view.moment().witnessed == 0);
  CHECK(node.refresh(hub.shown.back()) == "followed");
  CHECK(is_up_to_date(node, hub));
}

TEST_CASE("wherever power goes while witnesses change, a node goes on to the newest head") {
  const ChangingLog& hub = changed_twice();
  struct Acknowledged {
    std::uint64_t size = 0;
  };
  const auto report = candour::testing::at_every_crash<Acknowledged>(
      SimulatedDisk::Sync::kHonest, 2,
      [&](SimulatedDisk& disk, Acknowledged& state) {
        FollowingNode node(disk, hub);
        for (const std::size_t moment : {std::size_t{1}, hub.shown.size() - 1}) {
          const std::string said = node.refresh(hub.shown[moment]);
          REQUIRE(said == "followed");
          state.size = node.size();
        }
      },
      [&](SimulatedDisk& disk, const Acknowledged& state) {
        FollowingNode node(disk, hub);
        return node.size() >= state.size && node.refresh(hub.shown.back()) == "followed" &&
               is_up_to_date(node, hub) && !disk.exists("node/log/evidence");
      });
  INFO(report.first_failure);
  CHECK(report.crashes > 50);
  CHECK(report.failures == 0);
}

}  // namespace
}  // namespace candour::node
