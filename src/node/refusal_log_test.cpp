#include "candour/node/refusal_log.h"

#include <doctest/doctest.h>

#include "candour/base/error.h"
#include "candour/base/simulated_disk.h"
#include "candour/node/log_testing.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

using testing::kNow;

struct Refusing {
  Refusing() { restart(); }
  void restart() {
    log.emplace(RefusalLog::Parts{disk, clock, random, lines, "refusals",
                                  candour::testing::digest_of("federation"), "log.example",
                                  statement::NodeRole::kGuardian});
  }
  void note(const std::string& to, const std::string& code = "CND-2022") {
    log->note({.act = statement::RefusedAct::kEvaluate, .to = to, .code = code}, "guardian 1", key);
  }
  /// What is entered now; all of it is taken.
  std::vector<statement::Refusal> sent() {
    std::vector<statement::Refusal> all;
    log->send([&](std::string_view envelope) {
      all.push_back(
          statement::parse_refusal(statement::verified_payload(envelope, "refusal", key.public_key())));
    });
    return all;
  }
  testing::MovingClock clock;
  base::SimulatedDisk disk;
  base::SeededRandom random{1, "refusals"};
  Log lines{[](std::string_view) {}, clock};
  crypto::SigningKey key = candour::testing::key_of("guardian 1");
  std::optional<RefusalLog> log;
};

TEST_CASE("a refusal is on the disk when it happens, and is entered once, also after a kill") {
  Refusing node;
  node.note("R1H");
  node.disk.crash(node.random);
  node.restart();
  const auto sent = node.sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].to == "R1H");
  CHECK(sent[0].code == "CND-2022");
  CHECK(sent[0].times == 1);
  CHECK(node.sent().empty());
}

TEST_CASE("the same refusal again is counted, and told when ten minutes are over, without another") {
  Refusing node;
  for (int i = 0; i < 5; ++i) node.note("R1H");
  CHECK(node.sent().size() == 1);
  node.clock.now += 600;
  node.log->write_due("guardian 1", node.key);
  const auto later = node.sent();
  REQUIRE(later.size() == 1);
  CHECK(later[0].times == 4);
  node.note("R1H");
  CHECK(node.sent().size() == 1);  // it is told at once again
}

TEST_CASE("strangers are told by the hour, together, and never in the hour itself") {
  Refusing node;
  node.clock.now = kNow - kNow % 3600;
  for (int i = 0; i < 3; ++i) node.note("", "CND-2113");
  CHECK(node.sent().empty());
  node.clock.now += 3600;
  node.log->write_due("guardian 1", node.key);
  const auto sent = node.sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].times == 3);
  CHECK(sent[0].to.empty());
  CHECK(sent[0].until - sent[0].since == 3600);
}

TEST_CASE("one that the log never takes keeps no other back; a log without a quorum keeps all") {
  Refusing node;
  node.note("R1H");
  node.note("R2H");
  std::size_t asked = 0;
  node.log->send([&](std::string_view) {
    ++asked;
    throw base::Error("CND-2003", "The statement is not signed by the party that must have signed it.");
  });
  CHECK(asked == 2);
  asked = 0;
  node.log->send([&](std::string_view) {
    ++asked;
    throw base::Error("CND-2542", "The entry is not co-signed yet: send the same bytes again.");
  });
  CHECK(asked == 1);
  CHECK(node.sent().size() == 2);
}

}  // namespace
}  // namespace candour::node
