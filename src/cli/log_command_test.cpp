#include <doctest/doctest.h>

#include <CLI/CLI.hpp>
#include <span>
#include <sstream>

#include "candour/base/error.h"
#include "candour/cli/context.h"
#include "candour/log/store.h"
#include "candour/node/changed_witnesses_testing.h"
#include "candour/node/log_audit_testing.h"
#include "candour/testing/code_of.h"

namespace candour::cli {
namespace {

using node::testing::AuditedLog;
using node::testing::ChangingLog;
using node::testing::kFounded;

/// A machine with the log in /hub, as its hub wrote it, and a clock ten minutes later.
struct Desk {
  explicit Desk(const AuditedLog& log) : federation(base::to_hex(log.members.charter.federation())) {
    store("/hub", log);
  }
  void store(const std::string& folder, const AuditedLog& log) {
    log::Store kept(disk, folder);
    (void)kept.append(kept.next(), log.members.entries);
    for (const auto& [digest, body] : log.members.bodies) kept.bodies().put(digest, body);
    kept.publish(log.members.checkpoint(kFounded + 500, 4));
  }
  /// Runs `candour log …` and gives what it wrote; its exit is in `exit`.
  std::string run(const std::string& line) {
    std::ostringstream out, err;
    Context context{disk, clock, random, progress, out, err};
    CLI::App app;
    add_log_command(app, context);
    app.parse("log " + line);
    exit = context.exit;
    return out.str();
  }

  base::SimulatedDisk disk;
  base::FixedClock clock{kFounded + 600};
  base::SeededRandom random{1, "desk"};
  base::SilentProgress progress;
  std::string federation;
  Exit exit = Exit::kOk;
};

/// Stores in the hub's folder what the log has by now, under its witnesses' checkpoint; a minute later it is.
void publish(const ChangingLog& hub, Desk& desk) {
  const auto& members = hub.log.members;
  log::Store store(desk.disk, "/hub");
  const log::Head head = store.next();
  (void)store.append(head, std::span(members.entries).subspan(head.size));
  for (const auto& [digest, body] : members.bodies) store.bodies().put(digest, body);
  store.publish(members.checkpoint(hub.now, members.charter.quorum));
  desk.clock = base::FixedClock(hub.now + 60);
}

TEST_CASE("whoever has the digest alone mirrors a log and verifies the mirror, and goes on later") {
  AuditedLog log;
  Desk desk(log);
  const std::string pin = " --federation " + desk.federation;
  desk.run("mirror /hub /mirror" + pin);
  const std::string said = desk.run("verify /mirror" + pin);
  INFO(said);
  CHECK(desk.exit == Exit::kOk);
  CHECK(said.find("NOT SO") == std::string::npos);
  CHECK(said.find("cosigned by guardian-1") != std::string::npos);
  CHECK(desk.run("verify /mirror --json" + pin).find("\"holds\": true") != std::string::npos);
  log.members.enter(log.batch("another batch"));
  {
    log::Store hub(desk.disk, "/hub");
    (void)hub.append(hub.next(), std::vector{log.members.entries.back()});
    hub.publish(log.members.checkpoint(kFounded + 550, 4));
  }
  desk.run("mirror /hub /mirror" + pin);
  CHECK(log::Store(desk.disk, "/mirror").next() == log.members.tree.head());
}

TEST_CASE(
    "whoever has the digest alone mirrors, verifies and watches a log whose witnesses changed meanwhile") {
  ChangingLog hub;
  Desk desk(hub.log);
  const std::string pin = " --federation " + desk.federation;
  desk.run("mirror /hub /before" + pin);
  hub.change_to(hub.next({"east.example", "west.example"}, 5));
  publish(hub, desk);
  for (const std::string folder : {"/before", "/new"}) {
    desk.run("mirror /hub " + folder + pin);
    CHECK(log::Store(desk.disk, folder).next() == hub.log.members.tree.head());
  }
  for (const std::string folder : {"/hub", "/before", "/new"}) {
    const std::string said = desk.run("verify " + folder + pin);
    INFO(said);
    CHECK(desk.exit == Exit::kOk);
    CHECK(said.find("cosigned by east.example") != std::string::npos);
  }
  CHECK(desk.run("watch /hub /before --once --state /state" + pin) == "");
  CHECK(desk.exit == Exit::kOk);
}

TEST_CASE("whoever watches while witnesses change is told that the quorum in force has not signed yet") {
  ChangingLog hub;
  Desk desk(hub.log);
  hub.announce(hub.next({"east.example", "west.example"}, 5));
  hub.wait_and_say(instruction::kProtectedSeconds);
  hub.publish();
  publish(hub, desk);
  const std::string said = desk.run("watch /hub --once --state /state --federation " + desk.federation);
  CHECK(said.find("CND-2488 The newest checkpoint lacks the quorum of the charter in force.") !=
        std::string::npos);
  CHECK(said.find("1970") == std::string::npos);
}

TEST_CASE("a log of another federation is neither mirrored nor verified") {
  const AuditedLog log;
  Desk desk(log);
  const std::string pin = " --federation " + std::string(64, '0');
  CHECK(candour::testing::code_of([&] { desk.run("mirror /hub /mirror" + pin); }) == "CND-2011");
  CHECK(desk.run("verify /hub" + pin).find("NOT SO") != std::string::npos);
  CHECK(desk.exit == Exit::kRefused);
}

TEST_CASE("a proof holds for its entry under the charter's policy, and for no other entry") {
  const AuditedLog log;
  Desk desk(log);
  desk.disk.store_new("/order.dsse", log.members.entries.at(4));
  desk.disk.store_new("/other.dsse", log.members.entries.at(5));
  desk.disk.store_new("/stranger.dsse", "nothing");
  desk.disk.store_new("/policy", desk.run("policy /hub --federation " + desk.federation));
  desk.run("prove /hub /order.dsse --out /order.tlog-proof");
  desk.run("prove /hub 4 --out /same.tlog-proof");
  CHECK(base::load_text(desk.disk, "/order.tlog-proof") == base::load_text(desk.disk, "/same.tlog-proof"));
  desk.run("prove --check /order.dsse /order.tlog-proof --policy /policy");
  CHECK(desk.exit == Exit::kOk);
  desk.run("prove --check /other.dsse /order.tlog-proof --policy /policy");
  CHECK(desk.exit == Exit::kRefused);
  CHECK(candour::testing::code_of([&] { desk.run("prove /hub /stranger.dsse --out /none"); }) == "CND-2487");
}

TEST_CASE("whoever watches two places is told of two histories, and keeps what proves them") {
  AuditedLog log;
  Desk desk(log);
  const std::string to = " --once --state /state --federation " + desk.federation;
  desk.run("mirror /hub /copy --federation " + desk.federation);
  CHECK(desk.run("watch /hub /copy" + to) == "");
  CHECK(desk.exit == Exit::kOk);
  // Another history of the same size: its last head is another.
  log.members.entries.pop_back();
  log.members.tree = {};
  for (const std::string& entry : log.members.entries) {
    log.members.tree.add(log::leaf_hash(base::as_bytes(entry)));
  }
  log.members.enter(log.batch("another batch"));
  desk.store("/other", log);
  const std::string said = desk.run("watch /hub /other" + to);
  CHECK(said.find("CND-2552") != std::string::npos);
  CHECK(desk.exit == Exit::kRefused);
  CHECK(desk.disk.list("/state/evidence").size() == 1);
}

TEST_CASE("whoever watches is told what is overdue and that a log stands still") {
  AuditedLog log;
  log.members.enter(log.run("a run without a result"));
  Desk desk(log);
  desk.clock = base::FixedClock(kFounded + 86'401);
  const std::string said = desk.run("watch /hub --once --state /state --federation " + desk.federation);
  CHECK(said.find("CND-2486") != std::string::npos);
  CHECK(said.find("CND-2488") != std::string::npos);
  CHECK(desk.exit == Exit::kRefused);
}

TEST_CASE("a log is read from this machine alone") {
  const AuditedLog log;
  Desk desk(log);
  for (const char* url : {"https://log.example", "http://log.example:80", "http://127.0.0.1:80/v1/log"}) {
    CHECK(candour::testing::code_of([&] {
            desk.run(std::string("verify ") + url + " --federation " + desk.federation);
          }) == "CND-2489");
  }
}

}  // namespace
}  // namespace candour::cli
