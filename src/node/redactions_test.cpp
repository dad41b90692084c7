#include "candour/node/redactions.h"

#include <doctest/doctest.h>

#include "candour/base/disk.h"
#include "candour/base/simulated_disk.h"
#include "candour/node/named_bodies.h"
#include "candour/testing/federation.h"
#include "candour/testing/forwarding_disk.h"

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

// Anybody may commit to a text by any 32 bytes, so also by the name of what a statement needs to bind.
TEST_CASE_FIXTURE(Node, "a body that binds stays, though somebody called it a text and it was redacted") {
  const std::string list = "a charter's list of providers";
  text = {base::sha256(base::as_bytes(list)), static_cast<std::uint32_t>(list.size())};
  statement::Incident trick{.header = members.header("trick"), .party = "R1H"};
  trick.text = text;
  members.enter(members.sign("incident", statement::write_payload(trick), {"R1H"}));
  for (const bool is_there_before : {true, false}) {
    log::Bodies own(disk, is_there_before ? "/before/body" : "/after/body");
    if (is_there_before) own.put(text.commitment, list);
    for (const auto& until :
         {std::optional(base::utc_day(kNow).plus_days(10)), std::optional<base::Date>()}) {
      statement::Redaction one{.header = members.header(until ? "until" : "ever")};
      one.header.id[15] = is_there_before ? 1 : 2;
      one.entry = members.log->incidents().back().leaf;
      one.text = text;
      one.until = until;
      members.enter(
          members.sign("redaction", statement::write_payload(one), {"controller a", "controller c"}));
      REQUIRE(members.log->problems().empty());
      apply_redactions(*members.log, own, kNow);
      own.put(text.commitment, list);
      CHECK(own.get(text.commitment) == list);
    }
  }
}

// Another may have sent the text before its salt was known, or with none: it would stay for ever.
TEST_CASE_FIXTURE(Node, "a text is kept under a salted commitment, and under its mere SHA-256 never") {
  const auto keeps = [&](const base::Digest& commitment, const std::string& sent) {
    statement::Incident incident{.header = members.header("another"), .party = "R1H"};
    incident.text = {commitment, static_cast<std::uint32_t>(sent.size())};
    log::Bodies own(disk, "/kept/" + base::to_hex(commitment) + "/body");
    keep_named_bodies(own, {.envelope = members.sign("incident", statement::write_payload(incident), {"R1H"}),
                            .bodies = {sent}});
    return own.has(commitment);
  };
  CHECK(keeps(text.commitment, body));
  CHECK_FALSE(keeps(base::sha256(base::as_bytes(body)), body));
}

/// A disk that is full: nothing can be moved.
class FullDisk final : public candour::testing::ForwardingDisk {
 public:
  using ForwardingDisk::ForwardingDisk;
  base::StoredFile store_new(const Path& path, base::ByteSource& content, base::Access access) override {
    if (is_full) throw base::Error("CND-1003", "The disk is full.");
    return ForwardingDisk::store_new(path, content, access);
  }
  bool is_full = false;
};

TEST_CASE_FIXTURE(Node, "a text that the disk does not let be moved is served by nobody all the same") {
  FullDisk full(disk);
  log::Bodies own(full, "/full/body");
  own.put(text.commitment, body);
  redact("one", 10);
  full.is_full = true;
  apply_redactions(*members.log, own, kNow);
  CHECK(disk.exists("/full/body/" + base::to_hex(text.commitment)));
  CHECK_FALSE(own.get(text.commitment));
  full.is_full = false;
  apply_redactions(*members.log, own, kNow);
  CHECK_FALSE(disk.exists("/full/body/" + base::to_hex(text.commitment)));
  apply_redactions(*members.log, own, kNow + 11 * kDay);
  CHECK(own.get(text.commitment) == body);
}

}  // namespace
}  // namespace candour::node
