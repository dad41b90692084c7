// Instructions that nobody may give, and statements about them: sent to the log by whoever has them signed.
#include <doctest/doctest.h>

#include "candour/node/attack_testing.h"
#include "candour/statement/decision.h"
#include "candour/statement/envelope.h"
#include "candour/statement/redaction.h"
#include "candour/statement/sealed.h"

namespace candour::node::testing {
namespace {

using instruction::Instruction;

struct Order {
  Instruction order;
  std::vector<std::string> names{"controller a", "controller b"};
};
using Change = std::function<void(Order&, AttackedFederation&, Side)>;

/// An order of counts, as somebody changed it.
Attack order(std::string_view name, std::string_view code, Change change) {
  return {.name = name,
          .code = code,
          .act =
              [change](AttackedFederation& of, Side side) {
                Order next{of.counts_order("second")};
                change(next, of, side);
                of.post(of.members.sign_order(next.order, next.names));
              },
          .to = kStranger,
          .names_order = false};
}
Attack changed(std::string_view name, std::string_view code, std::function<void(Order&)> change) {
  return order(name, code, [change](Order& next, AttackedFederation&, Side side) {
    if (side == Side::kAttack) change(next);
  });
}

std::vector<Attack> signatures() {
  return {changed("an instruction that too few bodies signed", "CND-2032",
                  [](Order& o) { o.names = {"controller a"}; }),
          order("an instruction that two keys of one legal person signed", "CND-2032",
                [](Order& o, AttackedFederation& of, Side side) {
                  of.members.charter = of.next_version();
                  of.members.charter.controllers.push_back(
                      {.name = "d", .legal_person = "Body a", .key = key_of("controller d").public_key()});
                  of.enter_version();
                  o.names = {"controller d", side == Side::kAttack ? "controller a" : "controller b"};
                }),
          order("an instruction that its own processor signed", "CND-2032",
                [](Order& o, AttackedFederation&, Side side) {
                  o.order.processors = {{"p", side == Side::kAttack ? "Body b" : "Body z", "counts", {}}};
                }),
          order("an instruction that was signed with a key that is listed as compromised", "CND-2032",
                [](Order& o, AttackedFederation& of, Side side) {
                  of.members.charter = of.next_version();
                  of.members.charter.compromised = {key_of("controller a").public_key()};
                  of.enter_version({"controller c"});
                  o.names = {side == Side::kAttack ? "controller a" : "controller c", "controller b"};
                }),
          order("an instruction that somebody else signed beside the controllers", "CND-2003",
                [](Order& o, AttackedFederation&, Side side) {
                  o.names.emplace_back(side == Side::kAttack ? "hub" : "controller c");
                }),
          changed("an instruction whose signers do not say what they gain", "CND-2030",
                  [](Order& o) {
                    o.order.declarations_of_interest.erase(o.order.declarations_of_interest.begin());
                  }),
          {.name = "an instruction with a JSON key twice",
           .code = "CND-1008",
           .act =
               [](AttackedFederation& of, Side side) {
                 std::string payload = instruction::write_payload(of.counts_order("second"));
                 if (side == Side::kAttack) payload.insert(1, R"("retention_days":1,)");
                 of.post(of.sign("instruction", payload, {"controller a", "controller b"}));
               },
           .to = kStranger,
           .names_order = false}};
}

std::vector<Attack> rules() {
  return {
      changed("an emergency instruction of more than 30 days", "CND-2030",
              [](Order& o) { o.order.expires += 1; }),
      changed("an instruction that ends before it begins", "CND-2030",
              [](Order& o) { o.order.not_before = o.order.expires; }),
      changed("an instruction that does not say why", "CND-2030", [](Order& o) { o.order.why = ""; }),
      changed("an instruction without a place to complain", "CND-2030",
              [](Order& o) { o.order.complain = ""; }),
      changed("an instruction under which anybody may query", "CND-2030",
              [](Order& o) { o.order.queries = "any"; }),
      changed("an instruction of counts that shows somebody pseudonyms", "CND-2030",
              [](Order& o) { o.order.processors = {{"p", "Body z", "pseudonymised", {}}}; }),
      order("an instruction for a domain that there is not", "CND-2030",
            [](Order& o, AttackedFederation& of, Side side) {
              of.enter(of.revocation("controller a"));
              o.order.mode = instruction::Mode::kRecords;
              o.order.domain = side == Side::kAttack ? "direct-care" : of.members.order.domain;
            }),
      changed("an instruction for a provider that there is not", "CND-2030",
              [](Order& o) { o.order.providers = {"R9Z"}; }),
      changed("an instruction that lets a field leave twice", "CND-2030",
              [](Order& o) { o.order.collections[0].fields.push_back(o.order.collections[0].fields[0]); }),
      changed("an instruction that keeps what it brought for ever", "CND-2004",
              [](Order& o) { o.order.retention_days = 1'000'000; }),
      changed("an instruction for a collection that is not in the log", "CND-2034",
              [](Order& o) { o.order.collections[0].sha256 = digest_of("another folder"); }),
      order("an instruction whose retention is widened afterwards", "CND-2540",
            [](Order& o, AttackedFederation& of, Side side) {
              of.enter(of.members.sign_order(o.order));
              o.order.retention_days += 365;
              if (side == Side::kTwin) o.order.header = of.header("third");
            }),
      order("a second order of the same records at the same time", "CND-2039",
            [](Order& o, AttackedFederation& of, Side side) {
              o.order.mode = instruction::Mode::kRecords;
              o.order.domain = of.members.order.domain;
              if (side == Side::kTwin) of.enter(of.revocation("controller a"));
            })};
}

std::vector<Attack> opt_outs() {
  return {changed("an instruction with no ground for leaving opt-outs out, and no approval", "CND-2620",
                  [](Order& o) {
                    o.order.opt_out = "applies";
                    o.order.opt_out_ground = o.order.opt_out_source = "";
                    o.order.recipient = {"Another body", "Another body"};
                  }),
          changed("an instruction with a ground that the national policy does not have", "CND-2621",
                  [](Order& o) { o.order.opt_out_ground = "because"; }),
          changed("an instruction whose ground rests on nothing", "CND-2622",
                  [](Order& o) { o.order.opt_out_source = ""; }),
          order("the same rows for the same body under the other opt-out regime", "CND-2035",
                [](Order& o, AttackedFederation&, Side side) {
                  o.order.opt_out = "applies";
                  o.order.opt_out_ground = "";
                  o.order.opt_out_source = "26/CAG/0001";
                  if (side == Side::kTwin) o.order.recipient = {"Another body", "Another body"};
                }),
          order("the other opt-out regime under another name of the same body", "CND-2035",
                [](Order& o, AttackedFederation&, Side side) {
                  o.order.opt_out = "applies";
                  o.order.opt_out_ground = "";
                  o.order.opt_out_source = "26/CAG/0001";
                  o.order.recipient = {"The analysis unit", "THE  STATISTICS OFFICE."};
                  if (side == Side::kTwin) o.order.recipient.legal_person = "Another body";
                })};
}

std::vector<Attack> decisions() {
  return {{.name = "a revocation by who is no controller",
           .code = "CND-2003",
           .act = [](AttackedFederation& of,
                     Side side) { of.post(of.revocation(side == Side::kAttack ? "hub" : "controller c")); },
           .to = kStranger,
           .names_order = false}};
}

/// An incident that is sealed under a salt of zeros, and its opening.
struct Hidden {
  statement::Incident incident;
  statement::Sealed sealed;
  std::vector<std::string> names{"controller a", "controller b"};

  explicit Hidden(const AttackedFederation& of)
      : incident{.header = of.header("hidden"), .party = "a"}, sealed{.header = of.header("sealed")} {
    incident.text = {digest_of("text"), 20};
    sealed.of = statement::SealedKind::kIncident;
    sealed.commitment = statement::commit_payload(statement::write_payload(incident), {});
    sealed.open_by = base::utc_day(of.clock.now + 2 * kDaySeconds);
  }
  [[nodiscard]] std::string entry(const AttackedFederation& of) const {
    return of.sign("sealed", statement::write_payload(sealed), names);
  }
  [[nodiscard]] std::string opening(const AttackedFederation& of, const std::string& by) const {
    statement::Opening opening{.header = of.header("opening"), .payload = statement::write_payload(incident)};
    opening.sealed = statement::leaf_hash(entry(of));
    opening.header.id = statement::derived_id("opening", opening.sealed);
    return of.sign("opening", statement::write_payload(opening), {by});
  }
};

Attack hidden(std::string_view name, std::string_view code,
              std::function<void(Hidden&, AttackedFederation&, Side)> act) {
  return {.name = name,
          .code = code,
          .act =
              [act = std::move(act)](AttackedFederation& of, Side side) {
                Hidden one(of);
                act(one, of, side);
              },
          .to = kStranger,
          .names_order = false};
}

std::vector<Attack> sealed_entries() {
  return {hidden("a sealed entry that one body alone signed", "CND-2032",
                 [](Hidden& one, AttackedFederation& of, Side side) {
                   if (side == Side::kAttack) one.names.pop_back();
                   of.post(one.entry(of));
                 }),
          hidden("a sealed entry that would stay closed for more than 180 days", "CND-2004",
                 [](Hidden& one, AttackedFederation& of, Side side) {
                   const std::int64_t days = side == Side::kAttack ? 181 : 180;
                   one.sealed.open_by = base::utc_day(of.clock.now + days * kDaySeconds);
                   of.post(one.entry(of));
                 }),
          hidden("an opening of a sealed entry that the log does not have", "CND-2046",
                 [](Hidden& one, AttackedFederation& of, Side side) {
                   if (side == Side::kTwin) of.enter(one.entry(of));
                   of.post(one.opening(of, "controller a"));
                 }),
          hidden("an opening that shows something else than was sealed", "CND-2005",
                 [](Hidden& one, AttackedFederation& of, Side side) {
                   of.enter(one.entry(of));
                   if (side == Side::kAttack) one.incident.text = {digest_of("a milder text"), 20};
                   of.post(one.opening(of, "controller a"));
                 }),
          hidden("an opening by who is no controller", "CND-2003",
                 [](Hidden& one, AttackedFederation& of, Side side) {
                   of.enter(one.entry(of));
                   of.post(one.opening(of, side == Side::kAttack ? "hub" : "controller c"));
                 })};
}

/// An incident in the log, and what takes its text away.
struct Redacted {
  std::string incident;
  statement::Redaction redaction;
  std::vector<std::string> names{"controller a", "controller b"};

  explicit Redacted(AttackedFederation& of) : redaction{.header = of.header("redaction")} {
    statement::Incident one{.header = of.header("incident"), .party = "R1H"};
    one.text = redaction.text = {digest_of("text"), 20};
    incident = of.sign("incident", statement::write_payload(one), {"R1H"});
    of.enter(incident);
    redaction.entry = statement::leaf_hash(incident);
  }
};

Attack redacted(std::string_view name, std::string_view code,
                std::function<void(Redacted&, const AttackedFederation&, Side)> change) {
  return {.name = name,
          .code = code,
          .act =
              [change = std::move(change)](AttackedFederation& of, Side side) {
                Redacted one(of);
                change(one, of, side);
                of.post(of.sign("redaction", statement::write_payload(one.redaction), one.names));
              },
          .to = kStranger,
          .names_order = false};
}

std::vector<Attack> redactions() {
  return {redacted("a redaction that one body alone signed", "CND-2032",
                   [](Redacted& one, const AttackedFederation&, Side side) {
                     if (side == Side::kAttack) one.names.pop_back();
                   }),
          redacted("a redaction for ever of what names nobody", "CND-2004",
                   [](Redacted& one, const AttackedFederation&, Side side) {
                     if (side == Side::kAttack) one.redaction.reason = statement::RedactionReason::kSecurity;
                   }),
          redacted("a redaction of more than 365 days", "CND-2004",
                   [](Redacted& one, const AttackedFederation& of, Side side) {
                     one.redaction.reason = statement::RedactionReason::kCourtOrder;
                     const std::int64_t days = side == Side::kAttack ? 366 : 365;
                     one.redaction.until = base::utc_day(of.clock.now + days * kDaySeconds);
                   }),
          redacted("a redaction of a charter's list of providers", "CND-2582",
                   [](Redacted& one, const AttackedFederation& of, Side side) {
                     if (side == Side::kTwin) return;
                     const std::string list = instruction::write_providers(of.members.charter);
                     one.redaction.entry = of.log().charters().front().leaf;
                     one.redaction.text = {digest_of(list), static_cast<std::uint32_t>(list.size())};
                   }),
          redacted("a redaction of a collection's files", "CND-2582",
                   [](Redacted& one, const AttackedFederation& of, Side side) {
                     if (side == Side::kTwin) return;
                     const auto& collection = of.log().collections().front();
                     one.redaction.entry = collection.leaf;
                     one.redaction.text.commitment = collection.collection.manifest_sha256;
                   }),
          redacted("a redaction of a text of another size than there is", "CND-2582",
                   [](Redacted& one, const AttackedFederation&, Side side) {
                     if (side == Side::kAttack) one.redaction.text.bytes -= 1;
                   })};
}

}  // namespace

std::vector<Attack> attacks_on_instructions() {
  std::vector<Attack> all = signatures();
  for (auto& some : {rules(), opt_outs(), decisions(), sealed_entries(), redactions()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

TEST_CASE("an instruction that nobody may give is refused by the log, and that somebody tried stands there") {
  check_attacks(attacks_on_instructions());
}

}  // namespace candour::node::testing
