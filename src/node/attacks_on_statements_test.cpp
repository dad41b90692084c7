// Statements that are not what they seem: sent to the log, which takes what keeps every rule and nothing
// else.
#include <doctest/doctest.h>

#include "candour/node/attack_testing.h"
#include "candour/statement/decision.h"
#include "candour/statement/envelope.h"
#include "candour/statement/incident.h"

namespace candour::node::testing {
namespace {

using Change = std::function<void(std::string& payload)>;

/// What R1H accepts, as a payload.
std::string acceptance(const AttackedFederation& of, std::string_view id = "acceptance") {
  return statement::write_payload(statement::Acceptance{.header = of.header(id),
                                                        .instruction = of.members.order.id(),
                                                        .provider = "R1H",
                                                        .name = "A guardian of confidences"});
}

void replace(std::string& text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  text.replace(at, what.size(), with);
}

/// An acceptance whose payload was changed before R1H signed it.
Attack payload(std::string_view name, std::string_view code, Change change, bool is_json = true) {
  return {.name = name,
          .code = code,
          .act =
              [change](AttackedFederation& of, Side side) {
                std::string payload = acceptance(of);
                if (side == Side::kAttack) change(payload);
                of.post(of.sign("acceptance", payload, {"R1H"}), "", "R1H");
              },
          .names_order = is_json};
}

/// An acceptance whose envelope was changed after R1H signed it.
Attack envelope(std::string_view name, std::string_view code, Change change, bool is_envelope = true) {
  return {.name = name,
          .code = code,
          .act =
              [change](AttackedFederation& of, Side side) {
                std::string envelope = of.sign("acceptance", acceptance(of), {"R1H"});
                if (side == Side::kAttack) change(envelope);
                of.post(envelope, "", "R1H");
              },
          .names_order = is_envelope};
}

std::string signed_as(std::string_view payload_type, const std::string& payload) {
  statement::Envelope made{.payload_type = std::string(payload_type), .payload = payload};
  statement::add_signature(made, key_of("R1H"));
  return statement::write_envelope(made);
}

std::string incident(const AttackedFederation& of, std::string_view id, std::string_view text) {
  statement::Incident one{.header = of.header(id), .party = "R1H"};
  one.text = {digest_of(text), 20};
  return of.sign("incident", statement::write_payload(one), {"R1H"});
}

std::vector<Attack> payloads() {
  return {
      payload(
          "a statement with a JSON key twice", "CND-1008",
          [](std::string& p) { replace(p, R"("provider":)", R"("provider":"R2H","provider":)"); }, false),
      payload(
          "a statement with a number that is no integer", "CND-1008",
          [](std::string& p) { replace(p, R"("provider":"R1H")", R"("provider":1.5)"); }, false),
      payload(
          "a statement that is not UTF-8", "CND-1008",
          [](std::string& p) { replace(p, "A guardian", "\xff guardian"); }, false),
      payload(
          "a statement with something after its end", "CND-1008", [](std::string& p) { p += "{}"; }, false),
      payload("a statement with a member that nobody knows", "CND-2004",
              [](std::string& p) { replace(p, R"("provider":)", R"("also":"this","provider":)"); }),
      payload("a statement without a member that it must have", "CND-2004",
              [](std::string& p) { replace(p, R"(,"name":"A guardian of confidences")", ""); }),
      payload("a text that is longer than its place", "CND-2004",
              [](std::string& p) { replace(p, "A guardian", std::string(4096, 'A')); }),
      payload("a time that is no time of the calendar", "CND-2004",
              [](std::string& p) {
                const std::size_t at = p.find(R"("made":")") + 8;
                p.replace(at, 10, "2026-02-30");
              }),
      payload("a statement of another federation", "CND-2041",
              [](std::string& p) {
                const std::size_t at = p.find(R"("federation":")") + 14;
                p.replace(at, 64, base::to_hex(digest_of("another federation")));
              }),
      payload("a statement for another log of the federation", "CND-2041",
              [](std::string& p) { replace(p, "candour.example/log", "candour.example/lug"); }),
      payload(
          "an acceptance of an instruction that there is not", "CND-2020",
          [](std::string& p) {
            const std::size_t at = p.find(R"("instruction":")") + 15;
            p.replace(at, 32, std::string(32, '9'));
          },
          false)};
}

std::vector<Attack> envelopes() {
  return {
      envelope(
          "an envelope that is written in another way", "CND-2001",
          [](std::string& e) { replace(e, R"(,"payloadType")", R"(, "payloadType")"); }, false),
      envelope(
          "bytes that are no envelope", "CND-2001", [](std::string& e) { e = "nothing of the kind"; }, false),
      envelope("a payload that was changed after it was signed", "CND-2003",
               [](std::string& e) {
                 statement::Envelope made = statement::parse_any_envelope(e);
                 replace(made.payload, "A guardian", "Z guardian");
                 e = statement::write_envelope(made);
               }),
      envelope("a signature of somebody else's key", "CND-2003",
               [](std::string& e) {
                 statement::Envelope made = statement::parse_any_envelope(e);
                 made.signatures.clear();
                 statement::add_signature(made, key_of("R2H"));
                 e = statement::write_envelope(made);
               }),
      envelope("a second signature, of somebody who has no say", "CND-2003",
               [](std::string& e) { e = statement::sign_also(e, "acceptance", key_of("R2H")); }),
      envelope("a statement of a kind that there is not", "CND-2006",
               [](std::string& e) {
                 e = signed_as("application/vnd.candour.permission+json",
                               statement::parse_any_envelope(e).payload);
               }),
      envelope("a statement of a kind that is no entry of the log", "CND-2040",
               [](std::string& e) {
                 e = signed_as(statement::payload_type_of("attestation"),
                               statement::parse_any_envelope(e).payload);
               }),
      envelope(
          "an envelope that is longer than an entry may be", "CND-2001",
          [](std::string& e) {
            std::string payload = statement::parse_any_envelope(e).payload;
            replace(payload, "A guardian", std::string(60'000, 'A'));
            e = signed_as(statement::payload_type_of("acceptance"), payload);
          },
          false)};
}

std::vector<Attack> others() {
  return {
      {.name = "a statement that is made in the future",
       .code = "CND-2050",
       .act =
           [](AttackedFederation& of, Side side) {
             const std::int64_t now = of.clock.now;
             of.clock.now += side == Side::kAttack ? 301 : 300;
             const std::string payload = acceptance(of);
             of.clock.now = now;
             of.post(of.sign("acceptance", payload, {"R1H"}), "", "R1H");
           }},
      {.name = "another statement with the id of one that is in the log",
       .code = "CND-2540",
       .act =
           [](AttackedFederation& of, Side side) {
             of.enter(incident(of, "incident", "the first text"));
             of.post(incident(of, side == Side::kAttack ? "incident" : "another", "another text"), "", "R1H");
           },
       .names_order = false},
      {.name = "a statement by a key that is listed as compromised",
       .code = "CND-2042",
       .act =
           [](AttackedFederation& of, Side side) {
             of.members.charter = of.next_version();
             of.members.charter.compromised = {key_of(side == Side::kAttack ? "R1H" : "R2H").public_key()};
             of.enter_version();
             of.post(of.sign("acceptance", acceptance(of), {"R1H"}), "", "R1H");
           }},
      {.name = "an acceptance by a provider that the instruction does not cover",
       .code = "CND-2023",
       .act =
           [](AttackedFederation& of, Side side) {
             instruction::Instruction order = of.counts_order("for R2H alone");
             order.providers = {side == Side::kAttack ? "R2H" : "R1H"};
             of.enter(of.members.sign_order(order));
             std::string payload = acceptance(of);
             replace(payload, base::to_hex(of.members.order.id()), base::to_hex(order.id()));
             of.post(of.sign("acceptance", payload, {"R1H"}), "", "R1H");
           }},
      {.name = "a refusal that another than the node signed",
       .code = "CND-2003",
       .act = [](AttackedFederation& of, Side side) {
         statement::Refusal one{.header = of.header("refusal"), .at = "hub"};
         one.act = statement::RefusedAct::kStore;
         one.to = "R1H";
         one.instruction = of.members.order.id();
         one.code = "CND-2022";
         one.since = one.until = of.clock.now;
         const std::string payload = statement::write_payload(one);
         of.post(of.sign("refusal", payload, {side == Side::kAttack ? "guardian 1" : "hub"}), "", "R1H");
       }}};
}

}  // namespace

std::vector<Attack> attacks_on_statements() {
  std::vector<Attack> all = payloads();
  for (auto& some : {envelopes(), others()}) all.insert(all.end(), some.begin(), some.end());
  return all;
}

TEST_CASE("a statement that is not what it seems is refused by the log, and that it was stands there") {
  check_attacks(attacks_on_statements());
}

}  // namespace candour::node::testing
