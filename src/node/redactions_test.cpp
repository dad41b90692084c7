#include "candour/node/redactions.h"

#include <doctest/doctest.h>

#include "candour/base/disk.h"
#include "candour/base/simulated_disk.h"
#include "candour/testing/federation.h"

namespace candour::node {
namespace {

constexpr std::int64_t kNow = 1'796'000'000;
constexpr std::int64_t kDay = 86'400;

/// A federation in whose log an incident stands, and a node that has its text.
struct Node {
  Node() {
    members.found();
    statement::Incident incident{.header = members.header("incident"), .party = "R1H"};
    incident.text = text;
    members.enter(members.sign("incident", statement::write_payload(incident), {"R1H"}));
    bodies.put(text.commitment, body);
  }
  /// Enters a redaction by two bodies, for so many days; for ever without.
  void redact(std::string_view id, std::optional<std::int32_t> days) {
    statement::Redaction one{.header = members.header(id)};
    one.entry = members.log->incidents().front().leaf;
    one.text = text;
    if (days) one.until = base::utc_day(kNow).plus_days(*days);
    members.enter(members.sign("redaction", statement::write_payload(one), {"controller a", "controller c"}));
    REQUIRE(members.log->problems().empty());
  }
  [[nodiscard]] bool serves_after(std::int64_t days) {
    apply_redactions(*members.log, bodies, kNow + days * kDay);
    return bodies.get(text.commitment) == body;
  }

  candour::testing::TestFederation members{kNow};
  base::SimulatedDisk disk;
  log::Bodies bodies{disk, "/log/body"};
  statement::FreeText text = statement::commit_text("Dr X did it.", statement::Salt{7});
  std::string body = statement::free_text_body("Dr X did it.", statement::Salt{7});
};

TEST_CASE_FIXTURE(Node, "a text without a redaction stays where it is") { CHECK(serves_after(0)); }

TEST_CASE_FIXTURE(Node, "a text that is redacted until a day is served again after it") {
  redact("one", 10);
  CHECK_FALSE(serves_after(0));
  CHECK_FALSE(serves_after(10));
  CHECK(serves_after(11));
}

TEST_CASE_FIXTURE(Node, "of two redactions the one that lasts longer holds, whichever came first") {
  redact("one", 20);
  redact("two", 10);
  CHECK_FALSE(serves_after(15));
  CHECK(members.log->redacted(text.commitment, kNow)->redaction.header.id == members.header("one").id);
  redact("three", 30);
  CHECK_FALSE(serves_after(25));
  CHECK(serves_after(31));
}

TEST_CASE_FIXTURE(Node, "a text that is redacted for ever is deleted, however often it comes again") {
  redact("one", 10);
  CHECK_FALSE(serves_after(0));
  redact("two", std::nullopt);
  CHECK_FALSE(serves_after(0));
  bodies.put(text.commitment, body);
  CHECK_FALSE(serves_after(400));
  CHECK(disk.list("/log/withheld").empty());
  CHECK(disk.list("/log/body").empty());
}

}  // namespace
}  // namespace candour::node
