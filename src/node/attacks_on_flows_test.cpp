// Records on their way from a provider to the hub: what the provider itself does not send, and what the hub
// does not store.
#include <doctest/doctest.h>

#include "candour/base/error.h"
#include "candour/node/attack_testing.h"
#include "candour/pseudonym/wire.h"
#include "candour/statement/batch.h"
#include "candour/statement/envelope.h"
#include "candour/submission/submission_testing.h"

namespace candour::node::testing {
namespace {

using instruction::Instruction;
using statement::Submission;

Attack by_provider(std::string_view name, std::string_view code,
                   std::function<void(AttackedFederation&, Side)> act) {
  return {.name = name, .refuser = Refuser::kProvider, .code = code, .act = std::move(act)};
}
Attack by_hub(std::string_view name, std::string_view code,
              std::function<void(AttackedFederation&, Side)> act, std::string_view to = "R1H") {
  return {.name = name, .refuser = Refuser::kHub, .code = code, .act = std::move(act), .to = to};
}

/// The order is revoked, and another takes its place.
void order_anew(AttackedFederation& of, const std::function<void(Instruction&)>& change) {
  of.enter(of.revocation("controller a"));
  of.members.order.header = of.header("second");
  change(of.members.order);
  of.enter(of.members.sign_order(of.members.order));
  of.enter_head();
}

/// R1H sends under an order of which the attack changed something.
Attack ordered(std::string_view name, std::string_view code, std::function<void(Instruction&, Side)> change,
               std::int64_t then_pass = 0) {
  return by_provider(name, code, [change, then_pass](AttackedFederation& of, Side side) {
    of.load();
    order_anew(of, [&](Instruction& order) { change(order, side); });
    if (then_pass > 0) of.pass(then_pass);
    of.send();
  });
}

std::vector<Attack> not_sent() {
  return {
      by_provider("records after the instruction has expired", "CND-2022",
                  [](AttackedFederation& of, Side side) {
                    of.load();
                    of.pass(30 * kDaySeconds - (side == Side::kAttack ? 0 : 60));
                    of.send();
                  }),
      ordered(
          "records before the instruction begins", "CND-2021",
          [](Instruction& order, Side side) {
            order.not_before = order.header.made + (side == Side::kAttack ? 1001 : 1000);
          },
          1000),
      ordered(
          "records while the public is still being told", "CND-2033",
          [](Instruction& order, Side side) {
            order.notice_days = side == Side::kAttack ? 29 : 28;
            order.expires = order.header.made + 365 * kDaySeconds;
          },
          28 * kDaySeconds),
      by_provider("records under an instruction that was revoked", "CND-2031",
                  [](AttackedFederation& of, Side side) {
                    of.load();
                    if (side == Side::kAttack) of.enter(of.revocation("controller c"));
                    of.send();
                  }),
      by_provider("records under a checkpoint that is stale", "CND-2036",
                  [](AttackedFederation& of, Side side) {
                    of.load();
                    of.clock.now += side == Side::kAttack ? 301 : 300;
                    of.send();
                  }),
  };
}

std::vector<Attack> not_sent_of_before() {
  return {by_provider("records of a collection that was changed after it was approved", "CND-2025",
                      [](AttackedFederation& of, Side side) {
                        statement::Collection other{.header = of.header("other collection")};
                        other.name = of.members.order.collections[0].name;
                        other.collection_sha256 = other.manifest_sha256 = digest_of("another folder");
                        of.enter(of.sign("collection", statement::write_payload(other),
                                         {"controller a", "controller b"}));
                        of.load();
                        order_anew(of, [&](Instruction& order) {
                          if (side == Side::kAttack) order.collections[0].sha256 = other.collection_sha256;
                        });
                        of.send();
                      }),
          by_provider("records of a period before the data that were ordered", "CND-2029",
                      [](AttackedFederation& of, Side side) {
                        of.load();
                        of.send();
                        of.load();
                        order_anew(of, [&](Instruction& order) {
                          const char* first = side == Side::kAttack ? "2025-10-01" : "2025-09-01";
                          order.data_from = base::Date::parse_iso(first).value();
                        });
                        of.send();
                      }),
          by_provider("records that went under the other opt-out regime", "CND-2614",
                      [](AttackedFederation& of, Side side) {
                        of.load();
                        of.send();
                        of.load();
                        order_anew(of, [&](Instruction& order) {
                          order.recipient = {"Another body", "Another body"};
                          if (side == Side::kTwin) return;
                          order.opt_out = "applies";
                          order.opt_out_ground = "";
                          order.opt_out_source = "26/CAG/0001";
                        });
                        of.send();
                      }),
          by_provider("records sealed to a key of another month", "CND-2203",
                      [](AttackedFederation& of, Side side) {
                        of.on_the_way.sealing_key = [&of, side](std::string& envelope) {
                          auto key =
                              statement::parse_sealing_key(statement::parse_any_envelope(envelope).payload);
                          if (side == Side::kAttack) {
                            key.first_day = base::Date::parse_iso("2026-08-01").value();
                            key.last_day = base::Date::parse_iso("2026-08-31").value();
                          }
                          envelope = of.sign("sealing-key", statement::write_payload(key), {"hub"});
                        };
                        of.load();
                        of.send();
                      }),
          by_provider("records sealed to a key that the hub did not sign", "CND-2003",
                      [](AttackedFederation& of, Side side) {
                        of.on_the_way.sealing_key = [&of, side](std::string& envelope) {
                          const std::string payload = statement::parse_any_envelope(envelope).payload;
                          envelope =
                              of.sign("sealing-key", payload, {side == Side::kAttack ? "guardian 1" : "hub"});
                        };
                        of.load();
                        of.send();
                      })};
}

/// R1H packs rows with a value in every field, and signs that.
void send_every_field(AttackedFederation& of) {
  crypto::SealPublicKey key{};
  of.on_the_way.sealing_key = [&](std::string& envelope) {
    key = statement::parse_sealing_key(statement::parse_any_envelope(envelope).payload).key;
  };
  of.on_the_way.manifest = [&](Submission& s) {
    const auto packed = submission::testing::pack({{.person = {}, .note = "a note", .minutes = 5}}, s, key);
    of.on_the_way.package = packed.package;
    s = packed.manifest;
  };
  of.send();
}

/// A manifest that R1H signed, changed on its way, or by R1H itself.
Attack manifest(std::string_view name, std::string_view code, std::function<void(Submission&)> change) {
  return by_hub(name, code, [change](AttackedFederation& of, Side side) {
    of.load();
    if (side == Side::kAttack) of.on_the_way.manifest = change;
    of.send();
  });
}

std::vector<Attack> manifests() {
  return {by_hub(
              "a submission in the name of another hospital", "CND-2463",
              [](AttackedFederation& of, Side side) {
                if (side == Side::kAttack) of.on_the_way.caller = "R2H";
                of.load();
                of.send();
              },
              "R2H"),
          by_hub("a manifest that another hospital signed", "CND-2003",
                 [](AttackedFederation& of, Side side) {
                   of.on_the_way.envelope = [&of, side](std::string& envelope) {
                     const std::string payload = statement::parse_any_envelope(envelope).payload;
                     if (side == Side::kAttack) envelope = of.sign("submission", payload, {"R2H"});
                   };
                   of.load();
                   of.send();
                 }),
          by_hub("a submission of yesterday that is replayed", "CND-2226",
                 [](AttackedFederation& of, Side side) {
                   of.on_the_way.attestations = [](std::string&) {
                     throw base::Error("CND-1901", "The cable is out.");
                   };
                   of.load();
                   CHECK_THROWS_AS(of.send(), base::Error);
                   of.pass(kDaySeconds + (side == Side::kAttack ? 1 : 0));
                   of.put_manifest(of.last_manifest);
                 }),
          by_hub("a submission that would replace another than the newest", "CND-2224",
                 [](AttackedFederation& of, Side side) {
                   of.load();
                   of.send();
                   of.load();
                   of.on_the_way.manifest = [side](Submission& s) {
                     if (side == Side::kAttack) s.supersedes = digest_of("another");
                   };
                   of.send();
                 }),
          manifest("a submission to the hub under the other opt-out regime", "CND-2043",
                   [](Submission& s) { s.opt_out = "applies"; }),
          manifest("a submission to the hub of another folder than was approved", "CND-2210",
                   [](Submission& s) { s.collection_sha256 = digest_of("another folder"); }),
          manifest("a submission of a month that has not begun", "CND-1112",
                   [](Submission& s) { s.period = "2027-03"; }),
          manifest("a submission that is sealed to a key which is destroyed", "CND-2216",
                   [](Submission& s) { s.sealing_key = id_of("no key"); }),
          manifest("a submission that was compelled by no notice", "CND-2210",
                   [](Submission& s) { s.acceptance = statement::Agreement::kCompelled; }),
          by_hub(
              "somebody else's attestations for a submission", "CND-2463",
              [](AttackedFederation& of, Side side) {
                of.on_the_way.attestations = [&of, side](std::string&) {
                  if (side == Side::kAttack) of.on_the_way.caller = "R2H";
                };
                of.load();
                of.send();
              },
              "R2H"),
          by_hub("a submission whose instruction is revoked while it is on its way", "CND-2031",
                 [](AttackedFederation& of, Side side) {
                   of.on_the_way.attestations = [&of, side](std::string&) {
                     if (side == Side::kAttack) of.enter(of.revocation("controller c"));
                   };
                   of.load();
                   of.send();
                 })};
}

std::vector<Attack> packages() {
  return {
      by_hub("records with a field that may not leave", "CND-2037", [](AttackedFederation& of, Side side) {
        of.load();
        order_anew(of, [](Instruction& order) { order.collections[0].fields.pop_back(); });
        side == Side::kAttack ? send_every_field(of) : of.send();
      })};
}

/// Sends with attestations as `change` makes them of the honest ones, and a manifest that names these.
void send_attested(AttackedFederation& of, const std::function<void(std::string&)>& change) {
  std::string body;
  of.on_the_way.attestations = [&](std::string& honest) {
    body = honest;
    throw base::Error("CND-1901", "The cable is out.");
  };
  CHECK_THROWS_AS(of.send(), base::Error);
  change(body);
  of.on_the_way.manifest = [&](Submission& s) { s.attestations_sha256 = digest_of(body); };
  of.on_the_way.attestations = [&](std::string& sent) { sent = body; };
  of.send();
}
Attack attested(std::string_view name, std::string_view code,
                std::function<void(std::vector<std::string>&)> change) {
  return by_hub(name, code, [change](AttackedFederation& of, Side side) {
    of.load();
    send_attested(of, [&](std::string& body) {
      if (side == Side::kTwin) return;
      std::vector<std::string> lines;
      for (std::size_t at = 0; at < body.size(); at = body.find('\n', at) + 1) {
        lines.push_back(body.substr(at, body.find('\n', at) - at));
      }
      change(lines);
      body.clear();
      for (const std::string& line : lines) body += line + "\n";
    });
  });
}
std::string resigned(const std::string& line, const std::string& by,
                     const std::function<void(statement::Attestation&)>& change) {
  auto one = statement::parse_attestation(statement::parse_any_envelope(line).payload);
  change(one);
  return AttackedFederation::sign("attestation", statement::write_payload(one), {by});
}

/// Submits the batches of an earlier submission once more.
void send_batches_again(AttackedFederation& of, Side side, const std::function<void()>& between) {
  std::string earlier;
  std::vector<base::Digest> batches;
  of.on_the_way.manifest = [&](Submission& s) { batches = s.batches; };
  of.on_the_way.attestations = [&](std::string& body) { earlier = body; };
  of.load();
  of.send();
  of.on_the_way = {};
  between();
  of.load();
  if (side == Side::kAttack) {
    of.on_the_way.manifest = [&](Submission& s) {
      s.batches = batches;
      s.attestations_sha256 = digest_of(earlier);
    };
    of.on_the_way.attestations = [&](std::string& body) { body = earlier; };
  }
  of.send();
}

std::vector<Attack> attestations() {
  return {
      by_hub("a batch that is used twice", "CND-2134",
             [](AttackedFederation& of, Side side) { send_batches_again(of, side, [] {}); }),
      by_hub("a batch of another instruction", "CND-2132",
             [](AttackedFederation& of, Side side) {
               send_batches_again(of, side, [&of] { order_anew(of, [](Instruction&) {}); });
             }),
      attested("a submission without one guardian's attestation", "CND-2130",
               [](auto& lines) { lines.pop_back(); }),
      attested("attestations of two guardians that are one", "CND-2131",
               [](auto& lines) { lines[2] = lines[1]; }),
      attested("an attestation that another than its guardian signed", "CND-2131",
               [](auto& lines) { lines[1] = resigned(lines[1], "guardian 3", [](auto&) {}); }),
      attested("an attestation of another set of guardians", "CND-2131",
               [](auto& lines) {
                 lines[1] = resigned(lines[1], "guardian 1", [](statement::Attestation& a) {
                   a.asked = {1, 3};
                   a.header.id = statement::derived_id(
                       "attestation", statement::attestation_subject(a.batch, a.asked, a.guardian));
                 });
               }),
      attested("an attestation whose id is not derived from what it answers", "CND-2131", [](auto& lines) {
        lines[1] =
            resigned(lines[1], "guardian 1", [](statement::Attestation& a) { a.header.id = id_of("drawn"); });
      })};
}

/// A guardian that has its share and its key, and answers with other points.
base::Bytes other_points(base::ByteView answer) {
  const pseudonym::AnswerParts parts = pseudonym::parse_answer(answer);
  auto points = crypto::parse_points(parts.points).value();
  std::swap(points[0], points[1]);
  const std::string envelope = resigned(
      std::string(parts.envelope), "guardian 1",
      [&](statement::Attestation& one) { one.points_sha256 = base::sha256(crypto::bytes_of(points)); });
  return pseudonym::write_answer(envelope, points);
}

std::vector<Attack> bad_guardians() {
  return {{.name = "a guardian that answers with other pseudonyms",
           .refuser = Refuser::kProvider,
           .code = "CND-2109",
           .act =
               [](AttackedFederation& of, Side side) {
                 of.on_the_way.answer = [side](int guardian, base::ByteView, base::Bytes answer) {
                   return side == Side::kAttack && guardian == 1 ? other_points(answer) : answer;
                 };
                 of.load();
                 of.send();
               },
           .trace = Trace::kGuardian},
          {.name = "a guardian that says it evaluated another batch",
           .refuser = Refuser::kProvider,
           .code = "CND-2107",
           .act =
               [](AttackedFederation& of, Side side) {
                 of.on_the_way.answer = [side](int guardian, base::ByteView, base::Bytes answer) {
                   if (side == Side::kTwin || guardian != 1) return answer;
                   const pseudonym::AnswerParts parts = pseudonym::parse_answer(answer);
                   const std::string envelope =
                       resigned(std::string(parts.envelope), "guardian 1", [](statement::Attestation& one) {
                         one.batch = digest_of("another batch");
                         one.header.id = statement::derived_id(
                             "attestation",
                             statement::attestation_subject(one.batch, one.asked, one.guardian));
                       });
                   return pseudonym::write_answer(envelope, crypto::parse_points(parts.points).value());
                 };
                 of.load();
                 of.send();
               },
           .trace = Trace::kGuardian}};
}

}  // namespace

std::vector<Attack> attacks_on_flows() {
  std::vector<Attack> all = not_sent();
  for (auto& some : {not_sent_of_before(), manifests(), packages(), attestations(), bad_guardians()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

TEST_CASE("a provider sends nothing and the hub stores nothing that is not in force, its own, and whole") {
  check_attacks(attacks_on_flows());
}

}  // namespace candour::node::testing
