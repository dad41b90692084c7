// Scenarios in which the hub enters what no hub may enter. Nodes take no notice of it, because the register
// that each folds for itself is bound by nothing of the kind; an outsider's audit names the entry.
#include "candour/malice/world.h"
#include "candour/statement/head.h"
#include "candour/statement/run.h"
#include "candour/statement/submission.h"

namespace candour::malice {
namespace {

using candour::testing::TestFederation;

/// What `candour log verify` finds in a log after what was done to it.
std::string audited(Malice malice, const std::function<void(World&)>& bad,
                    const std::function<void(World&)>& good, std::int64_t later = 0) {
  World world;
  malice == Malice::kOn ? bad(world) : good(world);
  world.clock.now += later;
  if (!world.publish()) return "no quorum";
  return world.audit();
}

void enter_submission(World& world) {
  const std::string batch = world.audited.batch("second batch");
  world.enter(batch);
  world.enter(world.audited.submission("second submission", {batch}));
}

void enter_run(World& world, const std::string& name) {
  world.enter(world.audited.run(name));
  world.enter(world.audited.result(world.members().entries.back()));
}

std::string after_revocation(Malice malice) {
  return audited(
      malice,
      [](World& world) {
        world.enter(world.revocation());
        enter_submission(world);
      },
      enter_submission);
}

std::string stranger(Malice malice) {
  return audited(
      malice, [](World& world) { world.enter(world.audited.batch("of a stranger", "R9X")); },
      enter_submission);
}

/// Another version of the charter, signed by these.
void enter_version(World& world, const std::function<void(instruction::Charter&)>& change) {
  instruction::Charter next = world.members().charter;
  next.version = 3;
  next.header.id = id_of("charter 3");
  change(next);
  world.enter(
      TestFederation::sign("charter", instruction::write_payload(next), {"controller a", "controller b"}),
      instruction::write_providers(next));
}
void enter_title(World& world) {
  enter_version(world, [](instruction::Charter& next) { next.title = "Another title"; });
}

std::string skipped_version(Malice malice) {
  return audited(
      malice,
      [](World& world) { enter_version(world, [](instruction::Charter& next) { next.version = 4; }); },
      enter_title);
}
std::string swapped_guardians(Malice malice) {
  return audited(
      malice,
      [](World& world) {
        enter_version(world, [](instruction::Charter& next) {
          next.guardians.front().signing_key = key_of("a friend of the hub").public_key();
        });
      },
      enter_title);
}
std::string removed_witness(Malice malice) {
  return audited(
      malice,
      [](World& world) {
        enter_version(world, [](instruction::Charter& next) { next.witnesses.pop_back(); });
      },
      enter_title);
}

std::string batch_twice(Malice malice) {
  return audited(
      malice,
      [](World& world) {
        world.enter(world.audited.submission("second submission", {world.audited.batch("batch")}));
      },
      enter_submission);
}

std::string receipt_for_nothing(Malice malice) {
  return audited(
      malice, [](World& world) { world.enter(world.audited.receipt(digest_of("no submission"))); },
      [](World& world) {
        enter_submission(world);
        world.enter(world.audited.receipt(digest_of(world.members().entries.back())));
      });
}

// The provider's signature stays under another payload.
std::string changed_submission(Malice malice) {
  return audited(
      malice,
      [](World& world) {
        const std::string batch = world.audited.batch("second batch");
        world.enter(batch);
        statement::Envelope envelope =
            statement::parse_envelope(world.audited.submission("second submission", {batch}), "submission");
        statement::Submission changed = statement::parse_submission(envelope.payload);
        changed.commitment = digest_of("other rows");
        envelope.payload = statement::write_payload(changed);
        world.enter(statement::write_envelope(envelope));
      },
      enter_submission);
}

std::string second_result(Malice malice) {
  return audited(
      malice,
      [](World& world) {
        statement::Result other = statement::parse_result(
            statement::parse_envelope(world.audited.result(world.audited.run("run")), "result").payload);
        other.output_commitment = digest_of("other figures");
        world.enter(TestFederation::sign("result", statement::write_payload(other), {"hub"}));
      },
      [](World& world) { enter_run(world, "another run"); });
}

std::string result_without_run(Malice malice) {
  return audited(
      malice, [](World& world) { world.enter(world.audited.result(world.audited.run("never said"))); },
      [](World& world) { enter_run(world, "another run"); });
}

std::string release_without_result(Malice malice) {
  const auto release = [](World& world, const std::string& of_run) {
    statement::Release one{.header = world.members().header("release")};
    one.instruction = world.members().order.id();
    one.run = statement::leaf_hash(of_run);
    one.title = "Waiting times";
    one.period = "2026-09";
    one.disclosure_rules = {"none"};
    world.enter(TestFederation::sign("release", statement::write_payload(one), {"producer"}));
  };
  return audited(
      malice,
      [&](World& world) {
        const std::string run = world.audited.run("without a result");
        world.enter(run);
        release(world, run);
      },
      [&](World& world) { release(world, world.audited.run("run")); });
}

std::string id_twice(Malice malice) {
  return audited(
      malice, [](World& world) { enter_run(world, "run"); },  // which the log has
      [](World& world) { enter_run(world, "another run"); });
}

std::string hidden_result(Malice malice) {
  return audited(
      malice, [](World& world) { world.enter(world.audited.run("another run")); },
      [](World& world) { enter_run(world, "another run"); }, kDay);
}

// Rows came with a submission that the log never shows: their batch is there, and nothing used it.
std::string hidden_submission(Malice malice) {
  return audited(
      malice, [](World& world) { world.enter(world.audited.batch("second batch")); }, enter_submission, kDay);
}

// A head of another history, which a whole quorum cosigned, stands in the log as if it were of this one.
std::string head_of_another(Malice malice) {
  World world;
  const std::uint64_t size = world.true_log().next().size;
  log::Head head = world.true_log().next();
  if (malice == Malice::kOn) head.root = digest_of("another history");
  statement::Head said{.header = world.members().header("head"),
                       .checkpoint = world.forged({size, head.root}, 4)};
  said.header.made = world.clock.now;
  said.header.id = statement::derived_id("head", digest_of(said.checkpoint));
  world.enter(TestFederation::sign("head", statement::write_payload(said), {"hub"}));
  if (!world.publish()) return "no quorum";
  return world.audit();
}

constexpr Scenario kEntries[] = {
    {"a submission after its order was revoked", "takes rows under an order that the log says is revoked",
     "`candour log verify`", "statements CND-2031", "instruction/verdict.h", Ground::kAudit,
     after_revocation},
    {"a batch of a stranger", "enters a batch of an organisation that the charter does not have",
     "`candour log verify`", "statements CND-2027", "instruction/judge_uses.cpp", Ground::kAudit, stranger},
    {"a version of the charter is skipped", "enters version 4 after version 2", "`candour log verify`",
     "charter CND-2013", "instruction/succession.h", Ground::kMathematics, skipped_version},
    {"a guardian is swapped",
     "enters a charter with a friend's key for a guardian's, without guardians' signatures",
     "`candour log verify`", "charter CND-2015", "instruction/succession.h", Ground::kMathematics,
     swapped_guardians},
    {"a witness is removed", "enters a charter with one witness fewer, without guardians' signatures",
     "`candour log verify`", "charter CND-2015", "instruction/succession.h", Ground::kMathematics,
     removed_witness},
    {"a batch is used twice", "enters a second submission over the pseudonyms of one batch",
     "`candour log verify`", "references CND-2483", "node/log_references.h", Ground::kAudit, batch_twice},
    {"a receipt for nothing", "gives a receipt for a submission that nobody made", "`candour log verify`",
     "references CND-2484", "node/log_references.h", Ground::kAudit, receipt_for_nothing},
    {"a submission is changed", "enters a provider's submission with another commitment under its signature",
     "`candour log verify`", "statements CND-2003", "statement/envelope.h", Ground::kMathematics,
     changed_submission},
    {"a result is changed", "enters a second result of a run, when the figures are out",
     "`candour log verify`", "statements CND-2044", "instruction/judge_uses.cpp", Ground::kAudit,
     second_result},
    {"a result without its intent", "enters a result of a run that it never said", "`candour log verify`",
     "statements CND-2044", "instruction/judge_uses.cpp", Ground::kAudit, result_without_run},
    {"a release without a result", "has figures released of a run that has no result", "`candour log verify`",
     "statements CND-2045", "instruction/judge_uses.cpp", Ground::kAudit, release_without_result},
    {"an id twice", "enters a run once more under the id of one that the log has", "`candour log verify`",
     "references CND-2482", "node/log_references.h", Ground::kAudit, id_twice},
    {"a result is kept back", "runs a measure and never says what came of it", "`candour log verify`",
     "promises CND-2486", "node/log_references.h", Ground::kAudit, hidden_result},
    {"a submission is kept out", "stores rows, and enters not the submission that they came with",
     "`candour log verify`", "promises CND-2486", "node/log_references.h", Ground::kAudit, hidden_submission},
    {"a head of another history stands in the log",
     "enters a head with another root, which a bad quorum cosigned", "`candour log verify`", "heads CND-2485",
     "node/log_audit.h", Ground::kAudit, head_of_another},
};

}  // namespace

std::span<const Scenario> entries() { return kEntries; }

}  // namespace candour::malice
