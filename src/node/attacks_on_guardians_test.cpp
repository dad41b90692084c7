// What a guardian is asked for: batches that it must not evaluate, and what is handed to it for the log.
#include <doctest/doctest.h>

#include "candour/node/attack_testing.h"
#include "candour/statement/envelope.h"
#include "candour/statement/incident.h"

namespace candour::node::testing {
namespace {

Attack asked(std::string_view name, std::string_view code, std::function<void(AttackedFederation&, Side)> act,
             std::string_view to = "R1H", bool names_order = true) {
  return {.name = name,
          .refuser = Refuser::kGuardian,
          .code = code,
          .act = std::move(act),
          .to = to,
          .names_order = names_order};
}

/// A batch is in the log; the attack asks for it with something changed.
Attack batch(std::string_view name, std::string_view code, std::function<void(AskedBatch&)> change,
             bool names_order = true) {
  return asked(
      name, code,
      [change](AttackedFederation& of, Side side) {
        AskedBatch one = of.batch();
        of.enter(one.envelope());
        if (side == Side::kAttack) change(one);
        of.ask(one);
      },
      "R1H", names_order);
}

std::vector<Attack> requests() {
  return {asked(
              "a caller whose key no charter pins", "CND-2113",
              [](AttackedFederation& of, Side side) {
                AskedBatch one = of.batch();
                if (side == Side::kAttack) one.caller = "nobody";
                of.enter_and_ask(one);
              },
              kStranger, false),
          asked(
              "a provider that asks with another's batch", "CND-2003",
              [](AttackedFederation& of, Side side) {
                AskedBatch one = of.batch();
                if (side == Side::kAttack) one.caller = "R2H";
                of.enter_and_ask(one);
              },
              "R2H"),
          batch("a batch that another provider signed", "CND-2003", [](AskedBatch& b) { b.signer = "R2H"; }),
          batch("a batch that says another provider than the one that signed", "CND-2114",
                [](AskedBatch& b) { b.statement.provider = "R2H"; }),
          batch("a batch of another federation", "CND-2115",
                [](AskedBatch& b) { b.statement.header.federation[0] ^= 1; }),
          batch("a batch of a domain that the guardian has no share of", "CND-2116",
                [](AskedBatch& b) { b.statement.domain = "direct-care"; }),
          batch("a batch of other shares than the guardian's", "CND-2117",
                [](AskedBatch& b) { b.statement.epoch = 2; }),
          batch("a set of guardians that is too small", "CND-2118", [](AskedBatch& b) { b.asked = {1}; }),
          batch("a set of guardians without the one that is asked", "CND-2118",
                [](AskedBatch& b) { b.asked = {2, 3}; }),
          batch("a batch that claims another size than it has", "CND-2120",
                [](AskedBatch& b) { b.statement.size = 512; }),
          batch("points that are not those that were signed", "CND-2122",
                [](AskedBatch& b) { std::swap(b.points[0], b.points[1]); }),
          asked("a batch with a point that is none", "CND-2121",
                [](AttackedFederation& of, Side side) {
                  AskedBatch one = of.batch();
                  if (side == Side::kAttack) {
                    one.points[7] = crypto::Point();
                    one.statement.points_sha256 = base::sha256(crypto::bytes_of(one.points));
                  }
                  of.enter_and_ask(one);
                }),
          asked("a batch that was made six minutes ago", "CND-2119", [](AttackedFederation& of, Side side) {
            const AskedBatch one = of.batch();
            of.enter(one.envelope());
            of.pass(side == Side::kAttack ? 360 : 240);
            of.ask(one);
          })};
}

std::vector<Attack> orders() {
  return {
      batch(
          "pseudonyms under no instruction", "CND-2020",
          [](AskedBatch& b) { b.statement.instruction = id_of("no order"); }, false),
      batch("pseudonyms of a collection that was not ordered", "CND-2024",
            [](AskedBatch& b) { b.statement.collection = "cancer"; }),
      asked("pseudonyms for a provider that the instruction does not list", "CND-2023",
            [](AttackedFederation& of, Side side) {
              of.enter(of.revocation("controller a"));
              of.members.order.header = of.header("second");
              of.members.order.providers = {side == Side::kAttack ? "R2H" : "R1H"};
              of.enter(of.members.sign_order(of.members.order));
              AskedBatch one = of.batch();
              if (side == Side::kTwin) of.enter(one.envelope());
              of.ask(one);
            }),
      asked("pseudonyms after the instruction has expired", "CND-2022",
            [](AttackedFederation& of, Side side) {
              of.pass(30 * kDaySeconds - 60);
              const AskedBatch one = of.batch();
              of.enter(one.envelope());
              of.pass(side == Side::kAttack ? 60 : 59);
              of.ask(one);
            }),
      asked("pseudonyms before the instruction begins", "CND-2021", [](AttackedFederation& of, Side side) {
        of.enter(of.revocation("controller a"));
        of.members.order.header = of.header("second");
        of.members.order.not_before = of.clock.now + 1000;
        of.enter(of.members.sign_order(of.members.order));
        of.pass(side == Side::kAttack ? 999 : 1000);
        AskedBatch one = of.batch();
        if (side == Side::kTwin) of.enter(one.envelope());
        of.ask(one);
      })};
}

std::vector<Attack> orders_that_do_not_hold() {
  return {
      asked("pseudonyms while the public is still being told", "CND-2033",
            [](AttackedFederation& of, Side side) {
              of.enter(of.revocation("controller a"));
              of.members.order.header = of.header("second");
              of.members.order.notice_days = 28;
              of.members.order.expires = of.clock.now + 365 * kDaySeconds;
              of.enter(of.members.sign_order(of.members.order));
              of.enter_head();
              of.pass(28 * kDaySeconds - (side == Side::kAttack ? 1 : 0));
              AskedBatch one = of.batch();
              if (side == Side::kTwin) of.enter(one.envelope());
              of.ask(one);
            }),
      asked("pseudonyms under an instruction that was revoked", "CND-2031",
            [](AttackedFederation& of, Side side) {
              const AskedBatch one = of.batch();
              of.enter(one.envelope());
              if (side == Side::kAttack) of.enter(of.revocation("controller c"));
              of.ask(one);
            }),
      asked("pseudonyms although a revocation was handed in that the log does not have", "CND-2031",
            [](AttackedFederation& of, Side side) {
              const AskedBatch one = of.batch();
              of.enter(one.envelope());
              if (side == Side::kAttack) of.hand_in(of.revocation("controller c"));
              of.ask(one);
            }),
      asked("pseudonyms under a checkpoint that is stale", "CND-2036",
            [](AttackedFederation& of, Side side) {
              const AskedBatch first = of.batch();
              of.enter_and_ask(first);
              // Nobody cosigns any more, or the guardian is cut off from who does.
              of.clock.now += side == Side::kAttack ? 301 : 300;
              of.ask(first);
            }),
      asked("pseudonyms of a guardian whose clock is six minutes behind", "CND-2036",
            [](AttackedFederation& of, Side side) {
              of.pass(3600);
              const AskedBatch one = of.batch();
              of.enter_and_ask(one);
              of.clock.now -= side == Side::kAttack ? 360 : 240;
              of.ask(one);
            }),
      asked("pseudonyms under an instruction of counts", "CND-2026", [](AttackedFederation& of, Side side) {
        const instruction::Instruction counts = of.counts_order("counts");
        of.enter(of.members.sign_order(counts));
        AskedBatch one = of.batch();
        of.enter(one.envelope());
        if (side == Side::kAttack) one.statement.instruction = counts.id();
        of.ask(one);
      })};
}

std::vector<Attack> quotas() {
  return {asked("a batch that is not in the log", "CND-2126",
                [](AttackedFederation& of, Side side) {
                  const AskedBatch one = of.batch();
                  if (side == Side::kTwin) of.enter(one.envelope());
                  of.ask(one);
                }),
          asked("more pseudonyms than the quota of a day", "CND-2123",
                [](AttackedFederation& of, Side side) {
                  const AskedBatch first = of.batch(1), second = of.batch(2);
                  of.enter_and_ask(first);
                  of.enter(second.envelope());
                  of.members.charter = of.next_version();
                  of.members.charter.providers[0].quota_day = side == Side::kAttack ? 256 : 512;
                  of.enter_version();
                  of.ask(second);
                }),
          asked("a quota that is split over sets of guardians", "CND-2123",
                [](AttackedFederation& of, Side side) {
                  const AskedBatch first = of.batch(1);
                  AskedBatch second = of.batch(2);
                  of.enter_and_ask(first, 1);
                  of.enter(second.envelope());
                  of.members.charter = of.next_version();
                  of.members.charter.providers[0].quota_day = side == Side::kAttack ? 256 : 512;
                  of.enter_version();
                  second.asked = {2, 3};
                  of.ask(second, 3);
                })};
}

std::string incident(const AttackedFederation& of, const std::string& by) {
  statement::Incident one{.header = of.header("incident"), .party = "R1H"};
  one.text = {digest_of("text"), 20};
  return of.sign("incident", statement::write_payload(one), {by});
}

Attack handed(std::string_view name, std::string_view code,
              std::function<void(AttackedFederation&, Side)> act) {
  return {.name = name,
          .refuser = Refuser::kHandIn,
          .code = code,
          .act = std::move(act),
          .to = kStranger,
          .names_order = false};
}

std::vector<Attack> handed_in() {
  return {handed("a revocation that a stranger hands in, signed by himself", "CND-2003",
                 [](AttackedFederation& of, Side side) {
                   of.hand_in(of.revocation(side == Side::kAttack ? "a stranger" : "controller c"));
                 }),
          handed("an incident in the name of a hospital, signed by another", "CND-2003",
                 [](AttackedFederation& of, Side side) {
                   of.hand_in(incident(of, side == Side::kAttack ? "R2H" : "R1H"));
                 }),
          handed("an instruction that is handed to a guardian past the log", "CND-2474",
                 [](AttackedFederation& of, Side side) {
                   of.hand_in(side == Side::kAttack ? of.members.sign_order(of.counts_order("second"))
                                                    : of.revocation("controller a"));
                 })};
}

}  // namespace

std::vector<Attack> attacks_on_guardians() {
  std::vector<Attack> all = requests();
  for (auto& some : {orders(), orders_that_do_not_hold(), quotas(), handed_in()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

TEST_CASE("a guardian evaluates nothing that is not ordered, public, in time and within its quota") {
  check_attacks(attacks_on_guardians());
}

}  // namespace candour::node::testing
