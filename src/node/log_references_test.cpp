#include "candour/node/log_references.h"

#include <doctest/doctest.h>

#include "candour/node/log_audit_testing.h"

namespace candour::node {
namespace {

using namespace testing;  // NOLINT: the tests' own words

TEST_CASE("what says that it was made long before the log's own time is found, a second too early") {
  AuditedLog log;
  const std::int64_t late = kFounded + 20 * 60;
  log.members.enter(log.members.head(late, 4));
  statement::Run run = statement::parse_run(statement::parse_envelope(log.run("another run"), "run").payload);
  std::string finds;
  SUBCASE("as early as clocks may differ") { run.header.made = late - 15 * 60; }
  SUBCASE("earlier") {
    run.header.made = late - 15 * 60 - 1;
    finds = "CND-2555";
  }
  log.members.enter(log.members.sign("run", statement::write_payload(run), {"hub"}));
  auto files = log.files();
  base::SilentProgress silent;
  const LogAudit audit = audit_log(files, log.members.charter.federation(), late, silent);
  CHECK(audit.holds() == finds.empty());
  if (!finds.empty()) CHECK(audit.of(AuditQuestion::kReferences).findings.front().code == finds);
}

TEST_CASE("who knows no time before an entry finds nothing in what it says of its own") {
  const AuditedLog log;
  LogReferences references;
  const std::string batch = log.batch("batch");
  CHECK(references.take(0, batch, 0).empty());
  CHECK(references.take(1, batch, kFounded + 15 * 60).empty());
  CHECK(references.take(2, batch, kFounded + 15 * 60 + 1).size() == 1);
}

}  // namespace
}  // namespace candour::node
