// What is said to happen under an instruction: batches, submissions, runs, results, releases, erasures. The
// log takes none that the instruction does not allow, that another than the right party signed, or that
// changes what was said before.
#include <doctest/doctest.h>

#include "candour/node/attack_testing.h"
#include "candour/statement/batch.h"
#include "candour/statement/envelope.h"
#include "candour/statement/erasure.h"
#include "candour/statement/run.h"

namespace candour::node::testing {
namespace {

constexpr std::string_view kProviderCode = "R1H";

Attack batch(std::string_view name, std::string_view code,
             std::function<void(AskedBatch&, AttackedFederation&, Side)> change, bool names_order = true) {
  return {.name = name,
          .code = code,
          .act =
              [change](AttackedFederation& of, Side side) {
                AskedBatch next = of.batch();
                change(next, of, side);
                of.post(next.envelope(), "", kProviderCode);
              },
          .names_order = names_order};
}

std::vector<Attack> batches() {
  return {batch(
              "a batch under an instruction that there is not", "CND-2020",
              [](AskedBatch& b, AttackedFederation&, Side side) {
                if (side == Side::kAttack) b.statement.instruction = id_of("no order");
              },
              false),
          batch("a batch under an instruction that has expired", "CND-2022",
                [](AskedBatch& b, AttackedFederation& of, Side side) {
                  of.pass(30 * kDaySeconds - (side == Side::kAttack ? 0 : 1));
                  b = of.batch();
                }),
          batch("a batch under an instruction that was revoked", "CND-2031",
                [](AskedBatch&, AttackedFederation& of, Side side) {
                  if (side == Side::kAttack) of.enter(of.revocation("controller c"));
                }),
          batch("a batch of a collection that was not ordered", "CND-2024",
                [](AskedBatch& b, AttackedFederation&, Side side) {
                  if (side == Side::kAttack) b.statement.collection = "cancer";
                }),
          batch("a batch of another domain of pseudonyms", "CND-2026",
                [](AskedBatch& b, AttackedFederation&, Side side) {
                  if (side == Side::kAttack) b.statement.domain = "direct-care";
                }),
          batch("a batch in the name of another provider", "CND-2003",
                [](AskedBatch& b, AttackedFederation&, Side side) {
                  if (side == Side::kAttack) b.statement.provider = "R2H";
                }),
          batch("a batch in the name of nobody's hospital", "CND-2027",
                [](AskedBatch& b, AttackedFederation&, Side side) {
                  if (side == Side::kAttack) b.statement.provider = "R9Z";
                }),
          batch("a batch of six minutes ago", "CND-2050",
                [](AskedBatch&, AttackedFederation& of, Side side) {
                  of.pass(side == Side::kAttack ? 360 : 240);
                }),
          batch("a batch that is over the quota of 30 days", "CND-2124",
                [](AskedBatch&, AttackedFederation& of, Side side) {
                  of.members.charter = of.next_version();
                  of.members.charter.providers[0].quota_30_days = side == Side::kAttack ? 256 : 512;
                  of.enter_version();
                  of.enter(of.batch(2).envelope());
                })};
}

std::string submission(AttackedFederation& of, std::function<void(statement::Submission&)> change) {
  statement::Submission one{.header = of.header("submission")};
  one.instruction = of.members.order.id();
  one.collection = of.members.order.collections[0].name;
  one.collection_sha256 = of.members.order.collections[0].sha256;
  one.table = "visits";
  one.period = "2025-09";
  one.provider = kProviderCode;
  one.opt_out = of.members.order.opt_out;
  change(one);
  return of.sign("submission", statement::write_payload(one), {one.provider});
}
Attack submitted(std::string_view name, std::string_view code,
                 std::function<void(statement::Submission&)> change) {
  return {.name = name, .code = code, .act = [change](AttackedFederation& of, Side side) {
            of.pass(3 * kDaySeconds);
            of.post(submission(of,
                               [&](auto& one) {
                                 if (side == Side::kAttack) change(one);
                               }),
                    "", kProviderCode);
          }};
}

std::vector<Attack> submissions() {
  return {submitted("a submission under the other opt-out regime", "CND-2043",
                    [](statement::Submission& s) { s.opt_out = "applies"; }),
          submitted("a submission of another folder than was approved", "CND-2025",
                    [](statement::Submission& s) { s.collection_sha256 = digest_of("another folder"); }),
          submitted("a submission that was planned two days ago", "CND-2050", [](statement::Submission& s) {
            s.header.made -= 2 * kDaySeconds;
            s.header.id = id_of("old");
          })};
}

statement::Run run(const AttackedFederation& of) {
  statement::Run one{.header = of.header("run")};
  one.instruction = of.members.order.id();
  one.who = "data team";
  one.collection = of.members.order.collections[0].name;
  one.measures = {"rtt-monthly"};
  return one;
}
std::string signed_run(const statement::Run& run) {
  return AttackedFederation::sign("run", statement::write_payload(run), {"hub"});
}
std::string result(const AttackedFederation& of, std::string_view run, std::string_view output) {
  statement::Result one{.header = of.header("result")};
  one.run = statement::leaf_hash(run);
  one.header.id = statement::derived_id("result", one.run);
  one.output_commitment = digest_of(output);
  one.disclosure = statement::Disclosure::kPassed;
  return of.sign("result", statement::write_payload(one), {"hub"});
}
std::string release_payload(const AttackedFederation& of, std::string_view run) {
  statement::Release one{.header = of.header("release")};
  one.instruction = of.members.order.id();
  one.run = statement::leaf_hash(run);
  one.title = "Waiting times";
  one.period = "2025-09";
  one.release_sha256 = digest_of("release");
  one.disclosure_rules = {"hes-2018"};
  one.audit_commitment = digest_of("audit");
  return statement::write_payload(one);
}

/// Said by who runs the hub, over the hub's own certificate.
Attack by_hub(std::string_view name, std::string_view code,
              std::function<void(AttackedFederation&, Side)> act, bool names_order = true) {
  return {.name = name, .code = code, .act = std::move(act), .to = "hub", .names_order = names_order};
}

std::vector<Attack> runs() {
  return {by_hub("a run of a measure that the instruction does not name", "CND-2038",
                 [](AttackedFederation& of, Side side) {
                   statement::Run one = run(of);
                   if (side == Side::kAttack) one.measures = {"rtt-daily"};
                   of.post(signed_run(one), "", "hub");
                 }),
          by_hub("a run over a collection that was not ordered", "CND-2024",
                 [](AttackedFederation& of, Side side) {
                   statement::Run one = run(of);
                   if (side == Side::kAttack) one.collection = "cancer";
                   of.post(signed_run(one), "", "hub");
                 }),
          by_hub("a run after the instruction's end", "CND-2022",
                 [](AttackedFederation& of, Side side) {
                   of.pass(30 * kDaySeconds - (side == Side::kAttack ? 0 : 1));
                   of.post(signed_run(run(of)), "", "hub");
                 }),
          by_hub("a run that a provider signed", "CND-2003",
                 [](AttackedFederation& of, Side side) {
                   of.post(of.sign("run", statement::write_payload(run(of)),
                                   {side == Side::kAttack ? "R1H" : "hub"}),
                           "", "hub");
                 }),
          by_hub("a run that is shown as a result", "CND-2003",
                 [](AttackedFederation& of, Side side) {
                   statement::Envelope signed_one = statement::parse_any_envelope(signed_run(run(of)));
                   if (side == Side::kAttack) signed_one.payload_type = statement::payload_type_of("result");
                   of.post(statement::write_envelope(signed_one), "", "hub");
                 }),
          by_hub(
              "a result of a run whose intent was never said", "CND-2044",
              [](AttackedFederation& of, Side side) {
                const std::string intent = signed_run(run(of));
                if (side == Side::kTwin) of.enter(intent);
                of.post(result(of, intent, "output"), "", "hub");
              },
              false),
          by_hub(
              "a result that is changed afterwards", "CND-2044",
              [](AttackedFederation& of, Side side) {
                const std::string intent = signed_run(run(of));
                of.enter(intent);
                of.enter(result(of, intent, "output"));
                of.post(result(of, intent, side == Side::kAttack ? "a better output" : "output"), "", "hub");
              },
              false),
          by_hub(
              "a result whose id is not derived from its run", "CND-2004",
              [](AttackedFederation& of, Side side) {
                const std::string intent = signed_run(run(of));
                of.enter(intent);
                statement::Result one{.header = of.header("result")};
                one.run = statement::leaf_hash(intent);
                if (side == Side::kTwin) one.header.id = statement::derived_id("result", one.run);
                of.post(of.sign("result", statement::write_payload(one), {"hub"}), "", "hub");
              },
              false)};
}

std::vector<Attack> releases() {
  return {by_hub("a release of a run that has no result", "CND-2045",
                 [](AttackedFederation& of, Side side) {
                   const std::string intent = signed_run(run(of));
                   of.enter(intent);
                   if (side == Side::kTwin) of.enter(result(of, intent, "output"));
                   of.post(of.sign("release", release_payload(of, intent), {"producer"}), "", "hub");
                 }),
          by_hub("a release without an audit", "CND-2004",
                 [](AttackedFederation& of, Side side) {
                   const std::string intent = signed_run(run(of));
                   of.enter(intent);
                   of.enter(result(of, intent, "output"));
                   std::string payload = release_payload(of, intent);
                   const std::string audit =
                       R"(,"audit_commitment":")" + base::to_hex(digest_of("audit")) + '"';
                   if (side == Side::kAttack) payload.erase(payload.find(audit), audit.size());
                   of.post(of.sign("release", payload, {"producer"}), "", "hub");
                 }),
          by_hub("a release that the hub signed, not the producer", "CND-2003",
                 [](AttackedFederation& of, Side side) {
                   const std::string intent = signed_run(run(of));
                   of.enter(intent);
                   of.enter(result(of, intent, "output"));
                   of.post(of.sign("release", release_payload(of, intent),
                                   {side == Side::kAttack ? "hub" : "producer"}),
                           "", "hub");
                 }),
          by_hub("a release of another instruction's run", "CND-2045", [](AttackedFederation& of, Side side) {
            const instruction::Instruction other = of.counts_order("other");
            of.enter(of.members.sign_order(other));
            statement::Run intent = run(of);
            if (side == Side::kAttack) intent.instruction = other.id();
            const std::string envelope = signed_run(intent);
            of.enter(envelope);
            of.enter(result(of, envelope, "output"));
            of.post(of.sign("release", release_payload(of, envelope), {"producer"}), "", "hub");
          })};
}

std::vector<Attack> answers() {
  return {
      {.name = "a receipt that another than the hub signed",
       .code = "CND-2003",
       .act =
           [](AttackedFederation& of, Side side) {
             statement::Receipt one{.header = of.header("receipt")};
             one.submission = digest_of("submission");
             one.header.id = statement::derived_id("receipt", one.submission);
             one.provider = kProviderCode;
             one.collection = "small-visits";
             one.table = "visits";
             one.period = "2025-09";
             of.post(
                 of.sign("receipt", statement::write_payload(one), {side == Side::kAttack ? "R1H" : "hub"}),
                 "", kProviderCode);
           },
       .names_order = false},
      by_hub(
          "a receipt whose id is not derived from its submission", "CND-2004",
          [](AttackedFederation& of, Side side) {
            statement::Receipt one{.header = of.header("receipt")};
            one.submission = digest_of("submission");
            if (side == Side::kTwin) one.header.id = statement::derived_id("receipt", one.submission);
            one.provider = kProviderCode;
            one.collection = "small-visits";
            one.table = "visits";
            one.period = "2025-09";
            of.post(of.sign("receipt", statement::write_payload(one), {"hub"}), "", "hub");
          },
          false),
      {.name = "an erasure that another than the hub says",
       .code = "CND-2003",
       .act = [](AttackedFederation& of, Side side) {
         statement::Erasure one{.header = of.header("erasure"), .instruction = of.members.order.id()};
         one.collection = "small-visits";
         one.table = "visits";
         one.done = of.clock.now;
         of.post(of.sign("erasure", statement::write_payload(one), {side == Side::kAttack ? "R1H" : "hub"}),
                 "", kProviderCode);
       }}};
}

}  // namespace

std::vector<Attack> attacks_on_uses() {
  std::vector<Attack> all = batches();
  for (auto& some : {submissions(), runs(), releases(), answers()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

TEST_CASE("what an instruction does not allow, or changes what was said, is refused by the log") {
  check_attacks(attacks_on_uses());
}

}  // namespace candour::node::testing
