// Scenarios about time: heads that come late or never, and statements and heads that are dated back.
#include "candour/log/note.h"
#include "candour/malice/world.h"
#include "candour/statement/head.h"
#include "candour/statement/run.h"

namespace candour::malice {
namespace {

constexpr std::int64_t kNotice = 28 * kDay;

std::string delayed(Malice malice) {
  World world;
  world.clock.now += 6 * kMinute;
  if (malice == Malice::kOff && !world.publish()) return "no quorum";
  HonestGuardian& guardian = *world.guardians[0];
  if (guardian.refresh() != kNothing) return "the guardian did not follow";
  return guardian.verdict();
}

std::string delayed_and_watched(Malice malice) {
  World world;
  world.clock.now += 16 * kMinute;
  if (malice == Malice::kOff && !world.publish()) return "no quorum";
  return world.watch({"true"});
}

/// A checkpoint of before with what can be had for it now: the bad guardian's new cosignature, and no
/// other's.
std::string made_fresh(World& world, const log::HeadRecord& before) {
  const log::SignedCheckpoint old = log::parse_checkpoint(before.note);
  log::SignedCheckpoint bare = MaliciousHub::sign(before.head, world.origin());
  const log::SignedCheckpoint got = world.hub.collect(world.true_log(), bare, world.witnesses());
  log::Note note = old.note;
  for (const log::NoteSignature& one : got.note.signatures) {
    if (std::ranges::find(note.signatures, one) == note.signatures.end()) note.signatures.push_back(one);
  }
  return log::write_note(note);
}

// Everybody else has the revocation; one provider is shown the log before it.
std::string hidden_from_one(Malice malice) {
  World world;
  Follower provider(world, "R1H");
  if (provider.refresh() != kNothing) return "the provider did not follow";
  const log::HeadRecord before = world.true_log().published();
  world.enter(malice == Malice::kOn ? world.revocation() : world.incident("incident"));
  if (!world.publish()) return "no quorum";
  world.clock.now += 6 * kMinute;
  if (malice == Malice::kOff && !world.publish()) return "no quorum";
  Shown shown{.history = &world.true_log()};
  if (malice == Malice::kOn) shown.checkpoint = made_fresh(world, before);
  world.hub.show(provider.identity.tls.own_spki(), shown);
  if (provider.refresh() != kNothing) return "the provider noticed before";
  return provider.verdict();
}

std::string replayed_fresh(Malice malice) {
  World world;
  HonestGuardian& guardian = *world.guardians[0];
  const log::HeadRecord before = world.true_log().published();
  world.enter(world.batch("a batch after it", world.clock.now));
  if (!world.publish()) return "no quorum";
  world.clock.now += 6 * kMinute;
  if (malice == Malice::kOff && !world.publish()) return "no quorum";
  Shown shown{.history = &world.true_log()};
  if (malice == Malice::kOn) shown.checkpoint = made_fresh(world, before);
  world.hub.show_all(shown);
  if (guardian.refresh() != kNothing) return "the guardian noticed before";
  return guardian.verdict();
}

/// An order with 28 days' notice, of a collection of its own.
instruction::Instruction order_with_notice(World& world, std::int64_t made) {
  world.members().enter_collection("other", digest_of("other"));
  MaliciousHub::enter(world.true_log(), std::vector{world.members().entries.back()});
  instruction::Instruction order = world.members().order;
  order.header.id = id_of("order with notice");
  order.header.made = made;
  order.name = "with-notice";
  order.notice_days = 28;
  order.not_before = made;
  order.expires = kFounded + 300 * kDay;
  order.collections = {{"other", digest_of("other"), {"age_band"}}};
  return order;
}

std::string verdict_of(HonestGuardian& guardian, const instruction::Instruction& order) {
  const auto verdict = guardian.followed.view().judge(
      {.instruction = order.id(), .domain = candour::testing::kTestDomain, .provider = "R1H"});
  return verdict.in_force() ? std::string(kNothing) : std::string(verdict.code().view());
}

/// A head of the true log, as the hub says it, under these cosignatures.
std::string head_of(World& world, const log::Note& note) {
  statement::Head head{.header = world.members().header("head"), .checkpoint = log::write_note(note)};
  head.header.made = world.clock.now;
  head.header.id = statement::derived_id("head", digest_of(head.checkpoint));
  return candour::testing::TestFederation::sign("head", statement::write_payload(head), {"hub"});
}

std::string honest_head(World& world) {
  return head_of(world,
                 world.hub
                     .collect(world.true_log(), MaliciousHub::sign(world.true_log().next(), world.origin()),
                              world.witnesses())
                     .note);
}

/// The order is entered, and after `waits` a guardian is asked. Off: the public has had the days.
std::string noticed(Malice malice, std::int64_t made, const std::function<std::string(World&)>& head) {
  World world;
  const instruction::Instruction order = order_with_notice(world, made);
  world.enter(world.members().sign_order(order));
  world.enter(malice == Malice::kOn ? head(world) : honest_head(world));
  if (malice == Malice::kOff) world.clock.now += kNotice;
  HonestGuardian& guardian = *world.guardians[0];
  if (!world.publish() || guardian.refresh() != kNothing) return "the guardian did not follow";
  return verdict_of(guardian, order);
}

std::string held_back_order(Malice malice) { return noticed(malice, kFounded - 60 * kDay, honest_head); }

// Three honest cosignatures of now and the bad guardian's of two months ago: the lower median is honest.
std::string old_cosignature(Malice malice) {
  return noticed(malice, kFounded - 60 * kDay, [](World& world) {
    world.bad->off_by_seconds = -60 * kDay;
    const auto got =
        world.hub.collect(world.true_log(), MaliciousHub::sign(world.true_log().next(), world.origin()),
                          world.witnesses({0, 1, 2, 3}));
    world.bad->off_by_seconds = 0;
    return head_of(world, got.note);
  });
}

std::string forged_head(Malice malice) {
  World world;
  const log::SignedCheckpoint bare = MaliciousHub::sign(world.true_log().next(), world.origin());
  world.bad->off_by_seconds = malice == Malice::kOn ? -60 * kDay : 0;
  const auto got = world.hub.collect(world.true_log(), bare,
                                     malice == Malice::kOn ? world.witnesses({2}) : world.witnesses());
  world.bad->off_by_seconds = 0;
  world.enter(head_of(world, got.note));
  if (!world.publish()) return "no quorum";
  return world.audit();
}

/// A run and its result at a time.
void enter_run(World& world, std::int64_t made) {
  const std::string usual = world.audited.run("another run");
  statement::Run run = statement::parse_run(statement::parse_envelope(usual, "run").payload);
  run.header.made = made;
  world.enter(candour::testing::TestFederation::sign("run", statement::write_payload(run), {"hub"}));
  const std::string of_run = world.members().entries.back();
  statement::Result result =
      statement::parse_result(statement::parse_envelope(world.audited.result(of_run), "result").payload);
  result.header.made = made;
  world.enter(candour::testing::TestFederation::sign("result", statement::write_payload(result), {"hub"}));
}

// The order is over; the hub runs a measure all the same and says that it did so while it was in force.
std::string run_dated_back(Malice malice) {
  World world;
  const std::int64_t in_force = kFounded + kDay;
  world.clock.now = in_force;
  if (malice == Malice::kOff) enter_run(world, in_force);
  world.clock.now = kFounded + 31 * kDay;
  world.enter(honest_head(world));
  if (malice == Malice::kOn) enter_run(world, in_force);
  if (!world.publish()) return "no quorum";
  return world.audit();
}

// A provider plays along. No head says when it came; who watched the log before knows that it was not there.
std::string batch_after_the_fact(Malice malice) {
  World world;
  if (world.watch({"true"}) != kNothing) return "there was something to say before";
  world.clock.now += 3 * 60 * kMinute;
  if (!world.publish() || world.watch({"true"}) != kNothing) return "there was something to say before";
  world.enter(world.batch("entered late", malice == Malice::kOn ? kFounded : world.clock.now));
  if (!world.publish()) return "no quorum";
  return world.watch({"true"});
}

constexpr Scenario kClocks[] = {
    {"heads are delayed", "has nothing cosigned for six minutes", "a guardian", "CND-2036",
     "instruction/verdict.h", Ground::kClock, delayed},
    {"heads are delayed, and somebody watches", "has nothing cosigned for sixteen minutes",
     "`candour log watch`", "CND-2488", "cli/log_watch.cpp", Ground::kClock, delayed_and_watched},
    {"a revocation is hidden from one provider",
     "enters a revocation, and shows one provider the log before it, made fresh by the bad guardian",
     "that provider", "CND-2036", "instruction/verdict.h", Ground::kClock, hidden_from_one},
    {"an old checkpoint is replayed with a fresh cosignature",
     "shows everybody a head of before under its own cosignatures and the bad guardian's of now",
     "a guardian", "CND-2036", "instruction/verdict.h", Ground::kClock, replayed_fresh},
    {"an order is held back and dated back",
     "enters an order with 28 days' notice now, which says that it was made two months ago", "a guardian",
     "CND-2033", "instruction/verdict.h", Ground::kClock, held_back_order},
    {"a head with one cosignature dated back",
     "enters a head whose cosignatures are three honest ones and the bad guardian's of two months ago",
     "a guardian", "CND-2033", "log/policy.h", Ground::kClock, old_cosignature},
    {"a forged head", "enters a head that the log and the bad guardian alone signed, of two months ago",
     "`candour log verify`", "statements CND-2047", "instruction/judge_orders.cpp", Ground::kQuorum,
     forged_head},
    {"a run is dated back", "runs a measure when its order is over, and says that it did before",
     "`candour log verify`", "references CND-2555", "node/log_references.h", Ground::kAudit, run_dated_back},
    {"a batch is entered after the fact",
     "enters hours later a batch that a provider, who plays along, dates back", "`candour log watch`",
     "CND-2555", "node/log_references.h", Ground::kMirror, batch_after_the_fact},
};

}  // namespace

std::span<const Scenario> clocks() { return kClocks; }

}  // namespace candour::malice
