#include "candour/node/log_audit.h"

#include <doctest/doctest.h>

#include "candour/node/log_audit_testing.h"
#include "candour/statement/erasure.h"
#include "candour/statement/sealed.h"
#include "candour/statement/withdraw.h"
#include "candour/testing/code_of.h"

namespace candour::node {
namespace {

using namespace testing;  // NOLINT: the tests' own words

constexpr std::int64_t kDay = 86'400;

LogAudit audit(log::testing::MemoryFiles files, const AuditedLog& of, std::int64_t now = kFounded + 600) {
  base::SilentProgress silent;
  return audit_log(files, of.members.charter.federation(), now, silent);
}
LogAudit audit(const AuditedLog& of, std::int64_t now = kFounded + 600) { return audit(of.files(), of, now); }

/// Exactly one question is answered with no, and with this code.
void check_fails_only(const LogAudit& audit, AuditQuestion question, std::string_view code) {
  for (std::size_t i = 0; i < audit.verdicts.size(); ++i) {
    INFO(kAuditWords.at(i));
    const AuditVerdict& verdict = audit.verdicts.at(i);
    const bool is_it = static_cast<std::size_t>(question) == i;
    CHECK(verdict.answer == (is_it ? AuditAnswer::kFails : AuditAnswer::kHolds));
    if (is_it && verdict.count > 0) CHECK(verdict.findings.front().code == code);
  }
  CHECK_FALSE(audit.holds());
}

TEST_CASE("of a log in which everything is as it should be, every question is answered with yes") {
  const AuditedLog log;
  REQUIRE(log.members.log->problems().empty());
  const LogAudit result = audit(log);
  for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
    INFO(kAuditWords.at(i));
    for (const AuditFinding& one : result.verdicts.at(i).findings) MESSAGE(one.kind, one.code, one.says);
    CHECK(result.verdicts.at(i).answer == AuditAnswer::kHolds);
  }
  CHECK(result.holds());
  CHECK(result.entries == log.members.entries.size());
  CHECK(result.charter_version == 2);
  CHECK(result.cosigned.size() == 4);
  CHECK(result.witnessed == kFounded + 120);
}

TEST_CASE("texts are counted: at hand, redacted or neither; and what is redacted may not be served") {
  AuditedLog log;
  const auto text = [](std::string_view words) { return statement::commit_text(words, statement::Salt{1}); };
  for (const std::string words : {"one", "four", "seven"}) {
    statement::Incident incident{.header = log.members.header(words), .party = "R1H"};
    incident.text = text(words);
    log.members.enter(log.members.sign("incident", statement::write_payload(incident), {"R1H"}));
  }
  statement::Redaction redaction{.header = log.members.header("redaction")};
  redaction.entry = log.members.log->incidents().back().leaf;
  redaction.text = text("seven");
  log.members.enter(
      log.members.sign("redaction", statement::write_payload(redaction), {"controller a", "controller b"}));
  REQUIRE(log.members.log->problems().empty());
  const auto body = [](const std::string& words) {
    return std::pair("body/" + base::to_hex(statement::commit_text(words, statement::Salt{1}).commitment),
                     statement::free_text_body(words, statement::Salt{1}));
  };
  log::testing::MemoryFiles files = log.files();
  files.files.insert(body("one"));
  const LogAudit whole = audit(files, log);
  CHECK(whole.holds());
  CHECK(whole.texts.count == 3);
  CHECK(whole.texts.bytes == 12);
  CHECK(whole.texts.at_hand == 1);
  CHECK(whole.texts.redacted == 1);
  CHECK(whole.texts.redacted_bytes == 5);
  CHECK(whole.texts.missing == 1);
  REQUIRE(whole.redactions.size() == 1);
  CHECK(whole.redactions.front().of_kind == "incident");
  // Whose server fails for texts alone keeps no verdict from anybody.
  struct Failing final : log::TileSource {
    explicit Failing(log::testing::MemoryFiles& of) : files(of) {}
    std::optional<std::string> fetch(std::string_view path) override {
      if (path == denied) throw base::Error("CND-2460", "Another node refused.");
      return files.fetch(path);
    }
    log::testing::MemoryFiles& files;
    std::string denied{};
  } failing(files);
  failing.denied = body("one").first;
  base::SilentProgress progress;
  const LogAudit denied = audit_log(failing, log.members.charter.federation(), kFounded + 600, progress);
  CHECK(denied.holds());
  CHECK(denied.texts.missing == 2);
  files.files.insert(body("seven"));
  check_fails_only(audit(files, log), AuditQuestion::kPromises, "CND-2583");
}

TEST_CASE("a checkpoint that too few cosigned fails by itself") {
  const AuditedLog log;
  check_fails_only(audit(log.files(3), log), AuditQuestion::kCheckpoint, "CND-2550");
  check_fails_only(audit(log.files(0), log), AuditQuestion::kCheckpoint, "CND-2550");
}

TEST_CASE("a tile that is not that of the entries fails by itself, and a missing one") {
  const AuditedLog log;
  const std::string name = "tile/0/000.p/" + std::to_string(log.members.entries.size());
  auto files = log.files();
  files.files.at(name).back() ^= 1;
  check_fails_only(audit(files, log), AuditQuestion::kEntries, "CND-2481");
  files.files.erase(name);
  check_fails_only(audit(files, log), AuditQuestion::kEntries, "CND-2481");
}

TEST_CASE("a log that cannot be read to its end establishes nothing about what was not seen") {
  const AuditedLog log;
  auto files = log.files();
  files.files.erase("tile/entries/000.p/" + std::to_string(log.members.entries.size()));
  const LogAudit result = audit(files, log);
  CHECK(result.of(AuditQuestion::kEntries).answer == AuditAnswer::kFails);
  for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
    if (i == 1) continue;
    CHECK(result.verdicts.at(i).answer == AuditAnswer::kNotEstablished);
  }
  files.files.erase("checkpoint");
  CHECK(candour::testing::code_of([&] { (void)audit(files, log); }) == "CND-2480");
}

TEST_CASE("a log of another federation than the pinned one has no charter to judge it by") {
  const AuditedLog log;
  auto files = log.files();
  base::SilentProgress silent;
  const LogAudit result = audit_log(files, digest_of("another"), kFounded, silent);
  CHECK(result.of(AuditQuestion::kEntries).answer == AuditAnswer::kHolds);
  CHECK(result.of(AuditQuestion::kCharter).answer == AuditAnswer::kFails);
  CHECK(result.of(AuditQuestion::kCheckpoint).answer == AuditAnswer::kNotEstablished);
}

TEST_CASE("a version of the charter that one body signed fails by itself") {
  AuditedLog log;
  log.members.charter.title = "Another title";
  log.enter_version(3, {"controller a"});
  check_fails_only(audit(log), AuditQuestion::kCharter, "CND-2014");
}

TEST_CASE("a statement that its signers may not make fails by itself") {
  AuditedLog log;
  instruction::Instruction order = log.members.order;
  order.header.id = id_of("another order");
  log.members.enter(log.members.sign_order(order, {"controller a"}));
  const LogAudit result = audit(log);
  check_fails_only(result, AuditQuestion::kStatements, "CND-2032");
  CHECK(result.of(AuditQuestion::kStatements).findings.front().kind == "instruction");
}

TEST_CASE("keys that come from no ceremony fail by themselves") {
  check_fails_only(audit(AuditedLog(AuditedLog::Keys::kOfNowhere)), AuditQuestion::kKeys, "CND-2453");
}

TEST_CASE("each reference that leads nowhere, or twice to the same, fails by itself") {
  AuditedLog log;
  const std::string batch = log.batch("another batch");
  std::string_view code = "CND-2483";
  SUBCASE("a batch that is not there") { log.members.enter(log.submission("second", {batch})); }
  SUBCASE("a batch that comes after") {
    log.members.enter(log.submission("second", {batch}));
    log.members.enter(batch);
    log.members.enter(log.submission("third", {batch}));
  }
  SUBCASE("a batch that was used") { log.members.enter(log.submission("second", {log.batch("batch")})); }
  SUBCASE("a batch of another provider") {
    log.members.enter(log.batch("another batch", "R2H"));
    log.members.enter(log.submission("second", {log.batch("another batch", "R2H")}));
  }
  SUBCASE("a receipt for nothing") {
    code = "CND-2484";
    log.members.enter(log.receipt(digest_of("nothing")));
  }
  SUBCASE("an id that is used twice") {
    code = "CND-2482";
    log.members.enter(log.batch("batch"));
  }
  check_fails_only(audit(log), AuditQuestion::kReferences, code);
}

TEST_CASE("a head in the log that has another root than the log had fails by itself") {
  AuditedLog log;
  const log::RightEdge tree = log.members.tree;
  log.members.tree = {};
  for (std::uint64_t i = 0; i < tree.size(); ++i) log.members.tree.add(digest_of("another history"));
  const std::string head = log.members.head(kFounded + 90, 4);
  log.members.tree = tree;
  log.members.enter(head);
  REQUIRE(log.members.log->problems().empty());
  check_fails_only(audit(log), AuditQuestion::kHeads, "CND-2485");
}

TEST_CASE("what was promised and is overdue fails by itself, a second too late") {
  AuditedLog log;
  std::int64_t due = kFounded + kDay;
  SUBCASE("a run without its result") { log.members.enter(log.run("second run")); }
  SUBCASE("a batch that was never submitted") { log.members.enter(log.batch("second batch")); }
  SUBCASE("a sealed entry that was not opened") {
    statement::Sealed sealed{.header = log.members.header("sealed")};
    sealed.open_by = base::utc_day(kFounded + 2 * kDay);
    due = (sealed.open_by.days_since_1970() + 1) * kDay - 1;
    log.members.enter(
        log.members.sign("sealed", statement::write_payload(sealed), {"controller a", "controller b"}));
  }
  CHECK(audit(log, due).holds());
  check_fails_only(audit(log, due + 1), AuditQuestion::kPromises, "CND-2486");
}

TEST_CASE(
    "what an instruction brought is overdue a day after its retention, until every table is said to be "
    "erased") {
  AuditedLog log;
  const std::int64_t due = log.members.order.erased_by() + kDay;
  CHECK(audit(log, due).holds());
  check_fails_only(audit(log, due + 1), AuditQuestion::kPromises, "CND-2486");
  const auto erase = [&](const std::string& table) {
    statement::Erasure erasure{.header = log.members.header("erasure of " + table)};
    erasure.instruction = log.members.order.header.id;
    erasure.collection = candour::testing::kTestCollection;
    erasure.table = table;
    erasure.done = erasure.header.made;
    log.members.enter(log.members.sign("erasure", statement::write_payload(erasure), {"hub"}));
  };
  erase("another");
  check_fails_only(audit(log, due + 1), AuditQuestion::kPromises, "CND-2486");
  erase("waits");
  CHECK(audit(log, due + 1).holds());
}

TEST_CASE("rows that had to be gone make a twin until they are said to be erased") {
  AuditedLog log;
  auto& members = log.members;
  instruction::Instruction twin = members.order;
  const std::int64_t later = members.order.erased_by() + kDay;
  twin.header.id = id_of("twin");
  twin.header.made = twin.not_before = later;
  twin.expires = later + kDay;
  const bool applied = members.order.opt_out == "applies";
  twin.opt_out = applied ? "does-not-apply" : "applies";
  twin.opt_out_ground = applied ? "required-by-law" : "";
  twin.opt_out_source = "An approval.";
  const auto code = [&] {
    return candour::testing::code_of([&] { (void)members.log->judge(members.sign_order(twin), ""); });
  };
  CHECK(code() == "CND-2035");
  statement::Erasure erasure{.header = members.header("erasure")};
  erasure.instruction = members.order.header.id;
  erasure.collection = candour::testing::kTestCollection;
  erasure.table = "waits";
  erasure.done = erasure.header.made;
  members.enter(members.sign("erasure", statement::write_payload(erasure), {"hub"}));
  CHECK(code() == "none");
}

TEST_CASE("a week's erasure orders use the batch that was made for them, once, and a receipt answers them") {
  AuditedLog log;
  instruction::Instruction erasure = log.members.order;
  erasure.header = log.members.header("erasure");
  erasure.mode = instruction::Mode::kErasure;
  erasure.collections.clear();
  erasure.measures.clear();
  log.members.enter(log.members.sign_order(erasure));
  statement::Batch batch =
      statement::parse_batch(statement::parse_envelope(log.batch("weekly"), "batch").payload);
  batch.instruction = erasure.id();
  batch.collection = "";
  const std::string asked = log.members.sign("batch", statement::write_payload(batch), {"R1H"});
  log.members.enter(asked);
  const auto withdraw = [&](std::string_view name, const base::Digest& leaf) {
    return log.members.sign("withdraw",
                            statement::write_payload(statement::Withdraw{.header = log.members.header(name),
                                                                         .instruction = erasure.id(),
                                                                         .provider = "R1H",
                                                                         .week = statement::week_of(kFounded),
                                                                         .batch = leaf}),
                            {"R1H"});
  };
  // A batch that nothing used is overdue, of whichever kind.
  check_fails_only(audit(log, kFounded + kDay + 1), AuditQuestion::kPromises, "CND-2486");
  const std::string sent = withdraw("first", statement::leaf_hash(asked));
  log.members.enter(sent);
  log.members.enter(log.receipt(digest_of(sent)));
  REQUIRE(log.members.log->problems().empty());
  CHECK(audit(log, kFounded + kDay + 1).holds());
  SUBCASE("used twice") { log.members.enter(withdraw("second", statement::leaf_hash(asked))); }
  SUBCASE("another's batch") {
    log.members.enter(withdraw("second", statement::leaf_hash(log.batch("batch"))));
  }
  check_fails_only(audit(log), AuditQuestion::kReferences, "CND-2483");
}

}  // namespace
}  // namespace candour::node
