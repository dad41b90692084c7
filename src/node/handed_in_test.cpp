#include "candour/node/handed_in.h"

#include <doctest/doctest.h>

#include "candour/base/error.h"
#include "candour/node/log_testing.h"
#include "candour/statement/incident.h"
#include "candour/testing/code_of.h"

namespace candour::node {
namespace {

using candour::testing::code_of;
using candour::testing::TestFederation;
using testing::kNow;
using testing::LoggedFederation;

/// A guardian whose hub cannot be reached.
struct Guardian {
  Guardian() { restart(); }
  void restart() {
    handed_in.emplace(
        of.disk, of.clock, of.log, *of.view,
        []() -> std::unique_ptr<LogClient> { throw base::Error("CND-2411", "Nobody answers there."); },
        "handed-in");
  }
  [[nodiscard]] std::string code(const std::string& envelope) {
    return code_of([&] { handed_in->hand_in({envelope, {}}); });
  }
  [[nodiscard]] std::string incident(const std::string& id, const std::string& by = "R1H",
                                     std::int64_t made = kNow) const {
    statement::Incident one{.header = of.members.header(id), .party = by};
    one.header.made = made;
    one.text = {candour::testing::digest_of("text"), 20};
    return TestFederation::sign("incident", statement::write_payload(one),
                                {by.size() == 1 ? "controller " + by : by});
  }
  /// Another controller takes the id of a revocation with its own, of another instruction.
  void take(const std::string& id) {
    instruction::Instruction other = of.members.order;
    other.header.id = candour::testing::id_of("another order");
    of.members.enter(of.members.sign_order(other));
    statement::Revocation one{.header = of.members.header(id), .instruction = other.id()};
    one.why = {candour::testing::digest_of("why"), 20};
    of.members.enter(TestFederation::sign("revocation", statement::write_payload(one), {"controller a"}));
    REQUIRE(of.members.log->problems().empty());
    of.publish();
  }
  [[nodiscard]] bool may_cosign() {
    return handed_in->may_cosign({.origin = of.members.charter.log(), .head = of.members.tree.head()});
  }
  [[nodiscard]] std::string verdict() {
    const auto verdict = of.view->judge({.instruction = of.members.order.id(),
                                         .mode = instruction::Mode::kCounts,
                                         .provider = "R1H",
                                         .collection = candour::testing::kTestCollection});
    return verdict.in_force() ? "in force" : std::string(verdict.code().view());
  }
  LoggedFederation of;
  std::optional<HandedIn> handed_in;
};

TEST_CASE("a revocation that is handed in takes effect at once, and still does after a restart") {
  Guardian guardian;
  CHECK(guardian.verdict() == "in force");
  CHECK(guardian.code(guardian.of.revocation("controller c")) == "none");
  CHECK(guardian.verdict() == "CND-2031");
  LoggedFederation fresh;  // the same log in another process, which knows of no revocation
  const auto code = [&] {
    const auto verdict =
        fresh.view->judge({.instruction = fresh.members.order.id(), .mode = instruction::Mode::kCounts});
    return verdict.in_force() ? "in force" : std::string(verdict.code().view());
  };
  CHECK(code() == "in force");
  base::SeededRandom random(1, "crash");
  guardian.of.disk.crash(random);
  const HandedIn again(
      guardian.of.disk, fresh.clock, fresh.log, *fresh.view,
      []() -> std::unique_ptr<LogClient> { throw base::Error("CND-2411", "Nobody answers there."); },
      "handed-in");
  CHECK(code() == "CND-2031");
}

TEST_CASE("a guardian cosigns nothing that lacks a revocation ten minutes after, and all that has it") {
  Guardian guardian;
  const std::string revocation = guardian.of.revocation("controller c");
  CHECK(guardian.code(revocation) == "none");
  guardian.of.clock.now += kHandedInSeconds;
  CHECK(guardian.may_cosign());
  guardian.of.clock.now += 1;
  CHECK_FALSE(guardian.may_cosign());
  guardian.of.members.enter(revocation);
  guardian.of.publish();
  CHECK(guardian.may_cosign());
  guardian.handed_in->send();
  CHECK(guardian.of.disk.list("handed-in").empty());
}

TEST_CASE("what the log could never take does not wait, so that nobody stops a guardian's cosignatures") {
  Guardian guardian;
  CHECK(guardian.code(guardian.incident("one")) == "none");
  CHECK(guardian.code(guardian.incident("two", "R1H", kNow + 301)) == "CND-2050");
  guardian.of.members.enter(guardian.incident("three", "R2H"));
  guardian.of.publish();
  CHECK(guardian.code(guardian.incident("three")) == "CND-2540");  // an incident has this id
  CHECK(guardian.code(guardian.incident("order")) == "none");  // an instruction has it, which is no matter
  CHECK(guardian.code(guardian.of.revocation("stranger")) == "CND-2003");
  CHECK(guardian.code(guardian.of.revocation("R1H")) == "CND-2003");
  CHECK(guardian.code(guardian.of.members.sign_order(guardian.of.members.order)) == "CND-2474");
}

TEST_CASE("what can enter no more is forgotten: another statement took its id") {
  Guardian guardian;
  CHECK(guardian.code(guardian.incident("one")) == "none");
  guardian.of.members.enter(guardian.incident("one", "R2H"));
  guardian.of.publish();
  guardian.of.clock.now += kHandedInSeconds + 1;
  CHECK_FALSE(guardian.may_cosign());
  guardian.handed_in->send();
  CHECK(guardian.may_cosign());
}

TEST_CASE("a revocation waits on though another took its id, until the log has one of the same order") {
  Guardian guardian;
  const std::string revocation = guardian.of.revocation("controller c", "one");
  CHECK(guardian.code(revocation) == "none");
  guardian.take("one");
  guardian.of.clock.now += kHandedInSeconds + 1;
  guardian.handed_in->send();
  CHECK_FALSE(guardian.may_cosign());
  guardian.restart();
  guardian.of.publish();
  CHECK(guardian.verdict() == "CND-2031");
  guardian.of.members.enter(guardian.of.revocation("controller b", "two"));
  guardian.of.publish();
  CHECK(guardian.may_cosign());
  guardian.handed_in->send();
  CHECK(guardian.of.disk.list("handed-in").empty());
}

TEST_CASE("a revocation is taken though another took its id before, and refused where its own signer did") {
  Guardian guardian;
  guardian.take("one");
  CHECK(guardian.code(guardian.of.revocation("controller a", "one")) == "CND-2540");
  CHECK(guardian.code(guardian.of.revocation("controller b", "one")) == "none");
  CHECK(guardian.verdict() == "CND-2031");
}

TEST_CASE("one party's statements fill no place of a revocation, nor of another party") {
  Guardian guardian;
  for (int i = 0; i < 100; ++i) REQUIRE(guardian.code(guardian.incident(std::to_string(i))) == "none");
  CHECK(guardian.code(guardian.incident("100")) == "CND-2475");
  CHECK(guardian.code(guardian.incident("100", "R2H")) == "none");
  CHECK(guardian.code(guardian.of.revocation("controller a")) == "none");
  // A second revocation of the same changes nothing and does not wait.
  CHECK(guardian.code(guardian.of.revocation("controller b", "another")) == "none");
  CHECK(guardian.of.disk.list("handed-in").size() == 102);
}

TEST_CASE("what was handed in changes nothing of what the log says of entries before it") {
  Guardian guardian;
  const std::string revocation = guardian.of.revocation("controller c");
  CHECK(guardian.code(revocation) == "none");
  // A submission that stood in the log first, and that this guardian reads later.
  const auto before = guardian.of.view->now()->problems().size();
  guardian.of.members.enter(guardian.incident("one", "R2H"));
  guardian.of.members.enter(revocation);
  guardian.of.publish();
  CHECK(guardian.of.view->now()->problems().size() == before);
  CHECK(guardian.verdict() == "CND-2031");
}

}  // namespace
}  // namespace candour::node
