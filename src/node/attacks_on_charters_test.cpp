// Versions of the charter: who may take part, with which keys, and what they may do.
#include <doctest/doctest.h>

#include <algorithm>

#include "candour/node/attack_testing.h"
#include "candour/statement/decision.h"

namespace candour::node::testing {
namespace {

using instruction::Charter;

constexpr std::int64_t kProtected = 28 * kDaySeconds;
constexpr std::int64_t kOfProvider = 3 * kDaySeconds;

struct Version {
  Charter charter;
  std::vector<std::string> names{"controller a", "controller b"};
};

/// The next version, as somebody changed it.
Attack version(std::string_view name, std::string_view code,
               std::function<void(Version&, AttackedFederation&, Side)> change) {
  return {.name = name,
          .code = code,
          .act =
              [change](AttackedFederation& of, Side side) {
                Version next{of.next_version()};
                change(next, of, side);
                of.post(of.sign("charter", instruction::write_payload(next.charter), next.names),
                        instruction::write_providers(next.charter));
              },
          .to = kStranger,
          .names_order = false};
}

/// The same where the attack alone changes something.
Attack changed(std::string_view name, std::string_view code, std::function<void(Version&)> change) {
  return version(name, code, [change](Version& next, AttackedFederation&, Side side) {
    if (side == Side::kAttack) change(next);
  });
}

void add_provider(Charter& charter) {
  instruction::Provider provider = charter.providers.back();
  provider.code = provider.name = "R3H";
  provider.signing_key = key_of("R3H").public_key();
  provider.tls_key = digest_of("tls R3H");
  charter.providers.push_back(provider);
}

std::vector<Attack> successions() {
  return {
      changed("a charter that skips a version", "CND-2013", [](Version& v) { ++v.charter.version; }),
      changed("a charter that one body alone signed", "CND-2014",
              [](Version& v) { v.names = {"controller a"}; }),
      changed("a charter that none of the bodies signed", "CND-2003", [](Version& v) { v.names = {"hub"}; }),
      version("a charter that swaps guardians without the guardians' consent", "CND-2015",
              [](Version& v, AttackedFederation&, Side side) {
                v.charter.guardians[2].witness_key = key_of("a new key").public_key();
                if (side == Side::kAttack) return;
                v.names.insert(v.names.end(), {"guardian 1", "guardian 2"});
              }),
      version("a charter that one guardian alone agreed to", "CND-2015",
              [](Version& v, AttackedFederation&, Side side) {
                v.charter.guardians[2].witness_key = key_of("a new key").public_key();
                v.names.emplace_back("guardian 1");
                if (side == Side::kTwin) v.names.emplace_back("guardian 2");
              }),
      version("a charter that changes an outside witness without the guardians' consent", "CND-2015",
              [](Version& v, AttackedFederation&, Side side) {
                v.charter.witnesses[0].witness_key = key_of("a new key").public_key();
                if (side == Side::kTwin) v.names.insert(v.names.end(), {"guardian 1", "guardian 2"});
              }),
      version("a charter that changes so many witnesses that both sets could sign a history", "CND-2013",
              [](Version& v, AttackedFederation&, Side side) {
                v.charter.witnesses[0].witness_key = key_of("a new key").public_key();
                v.names.insert(v.names.end(), {"guardian 1", "guardian 2"});
                if (side == Side::kTwin) return;
                v.charter.witnesses[1].witness_key = key_of("another new key").public_key();
              }),
      changed("a charter that swaps the key of pseudonyms", "CND-2013",
              [](Version& v) { v.charter.domains[0].key = crypto::multiply_base(crypto::Scalar(99)); }),
      changed("a charter that leaves a domain out", "CND-2013",
              [](Version& v) { v.charter.domains.clear(); }),
      changed("a charter that swaps the log's key", "CND-2013",
              [](Version& v) { v.charter.log_key = key_of("another log").public_key(); }),
      changed("a charter that swaps the founders' key", "CND-2013",
              [](Version& v) { v.charter.founders_key = key_of("other founders").public_key(); }),
      version("a charter that forgets that a key is compromised", "CND-2013",
              [](Version& v, AttackedFederation& of, Side side) {
                of.members.charter = of.next_version();
                of.members.charter.compromised = {key_of("R2H").public_key()};
                of.enter_version();
                v.charter = of.next_version();
                if (side == Side::kAttack) v.charter.compromised.clear();
              }),
      version("a charter with keys that came from no ceremony", "CND-2060",
              [](Version& v, AttackedFederation&, Side side) {
                if (side == Side::kTwin) return;
                instruction::Domain made_up = v.charter.domains[0];
                made_up.name = "a-second-use";
                made_up.ceremony = digest_of("no ceremony");
                v.charter.domains.insert(v.charter.domains.begin(), made_up);
              }),
      version("a charter with a ceremony's keys under another name", "CND-2060",
              [](Version& v, AttackedFederation&, Side side) {
                if (side == Side::kTwin) return;
                instruction::Domain made_up = v.charter.domains[0];
                made_up.name = "a-second-use";
                v.charter.domains.insert(v.charter.domains.begin(), made_up);
              })};
}

std::vector<Attack> rules() {
  return {
      changed("a charter with fewer bodies than two who must sign", "CND-2010",
              [](Version& v) { v.charter.threshold = 1; }),
      changed("a charter whose controllers are all of one body", "CND-2010",
              [](Version& v) {
                for (auto& one : v.charter.controllers) one.legal_person = "Body a";
              }),
      version("a charter in which the processor is a controller", "CND-2010",
              [](Version& v, AttackedFederation&, Side side) {
                v.charter.threshold = 3;
                v.names.emplace_back("controller c");
                if (side == Side::kAttack) v.charter.controllers[2].legal_person = v.charter.hub.legal_person;
              }),
      version("a charter with too low a quorum of witnesses", "CND-2010",
              [](Version& v, AttackedFederation&, Side side) {
                v.charter.quorum = side == Side::kAttack ? 3 : 5;
                v.names.insert(v.names.end(), {"guardian 1", "guardian 2"});
              }),
      changed("a charter in which two parties have one key", "CND-2010",
              [](Version& v) { v.charter.producer_key = v.charter.hub.signing_key; }),
      changed("a charter with a provider twice", "CND-2010",
              [](Version& v) { v.charter.providers.push_back(v.charter.providers.back()); }),
      {.name = "a charter whose list of providers is missing",
       .code = "CND-2012",
       .act =
           [](AttackedFederation& of, Side side) {
             Charter next = of.next_version();
             add_provider(next);
             of.post(of.sign("charter", instruction::write_payload(next), {"controller a", "controller b"}),
                     side == Side::kAttack ? "" : instruction::write_providers(next));
           },
       .to = kStranger,
       .names_order = false},
      {.name = "a charter with another list of providers than it names",
       .code = "CND-2012",
       .act =
           [](AttackedFederation& of, Side side) {
             Charter next = of.next_version();
             add_provider(next);
             Charter other = next;
             other.providers.back().quota_day *= 2;
             of.post(of.sign("charter", instruction::write_payload(next), {"controller a", "controller b"}),
                     instruction::write_providers(side == Side::kAttack ? other : next));
           },
       .to = kStranger,
       .names_order = false}};
}

/// A version takes effect when its delay is over, by the log's own time: a day too early is the attack.
void wait(AttackedFederation& of, Side side, std::int64_t delay) {
  of.enter_head();
  of.pass(delay - (side == Side::kAttack ? kDaySeconds : 0));
  of.enter_head();
}

std::vector<Attack> delays() {
  return {{.name = "a provider's key that is swapped at once",
           .code = "CND-2003",
           .act =
               [](AttackedFederation& of, Side side) {
                 of.members.charter = of.next_version();
                 of.members.charter.providers[0].signing_key = key_of("a new key").public_key();
                 of.enter_version();
                 wait(of, side, kOfProvider);
                 statement::Acceptance one{.header = of.header("acceptance"),
                                           .instruction = of.members.order.id()};
                 one.provider = "R1H";
                 one.name = "A guardian of confidences";
                 of.post(of.sign("acceptance", statement::write_payload(one), {"a new key"}), "", "R1H");
               }},
          {.name = "a quota that is raised at once",
           .code = "CND-2123",
           .act =
               [](AttackedFederation& of, Side side) {
                 of.members.charter = of.next_version();
                 of.members.charter.providers[0].quota_day = 256;
                 of.enter_version();
                 of.members.charter = of.next_version();
                 of.members.charter.providers[0].quota_day = 512;
                 of.enter_version();
                 wait(of, side, kOfProvider);
                 of.enter(of.batch(1).envelope());
                 of.post(of.batch(2).envelope(), "", "R1H");
               }},
          {.name = "a new provider that sends at once",
           .code = "CND-2027",
           .act =
               [](AttackedFederation& of, Side side) {
                 of.members.charter = of.next_version();
                 add_provider(of.members.charter);
                 of.enter_version();
                 wait(of, side, kOfProvider);
                 AskedBatch batch = of.batch();
                 batch.statement.provider = batch.signer = "R3H";
                 of.post(batch.envelope(), "", "R1H");
               }},
          {.name = "a new guardian that speaks at once, with the old ones' consent",
           .code = "CND-2003",
           .act = [](AttackedFederation& of, Side side) {
             of.members.charter = of.next_version();
             instruction::Guardian guardian = of.members.charter.guardians.back();
             guardian.index = 4;
             guardian.name = "guardian 4";
             guardian.signing_key = key_of("guardian 4").public_key();
             guardian.witness_key = key_of("witness of guardian 4").public_key();
             guardian.tls_key = digest_of("tls guardian 4");
             of.members.charter.guardians.push_back(guardian);
             of.enter_version({"guardian 1", "guardian 2"});
             wait(of, side, kProtected);
             statement::Objection one{.header = of.header("objection"), .instruction = of.members.order.id()};
             one.party = "guardian 4";
             one.reasons = {digest_of("reasons"), 20};
             one.answer_due = base::utc_day(of.clock.now + kDaySeconds);
             of.post(of.sign("objection", statement::write_payload(one), {"guardian 4"}), "", "R1H");
           }}};
}

}  // namespace

std::vector<Attack> attacks_on_charters() {
  std::vector<Attack> all = successions();
  for (auto& some : {rules(), delays()}) all.insert(all.end(), some.begin(), some.end());
  return all;
}

TEST_CASE("a version of the charter that gives somebody too much, or too early, is refused") {
  check_attacks(attacks_on_charters());
}

}  // namespace candour::node::testing
