// Logs that are not the federation's: another history, an older one, one that its witnesses did not see.
// Guardian 2 is shown each; what it then believes is what it held before, until that is stale. And heads that
// do not hold.
#include <doctest/doctest.h>

#include "candour/log/cosignature.h"
#include "candour/node/attack_testing.h"
#include "candour/statement/head.h"

namespace candour::node::testing {
namespace {

using Entries = std::vector<std::string>;

/// Guardian 2 has the log as it is, and then is shown `entries` under `checkpoint`.
struct Shown {
  Entries entries;
  std::string checkpoint;
};
Attack shown(std::string_view name, std::string_view code,
             std::function<void(Shown&, AttackedFederation&)> change, Trace trace = Trace::kNotInForce) {
  return {.name = name,
          .refuser = Refuser::kGuardian,
          .code = code,
          .act =
              [change](AttackedFederation& of, Side side) {
                of.follow(of.members.entries, of.members.checkpoint(of.clock.now, 4));
                of.enter(of.batch(7).envelope());
                Shown next{of.members.entries, of.members.checkpoint(of.clock.now, 4)};
                if (side == Side::kAttack) change(next, of);
                of.follow(next.entries, next.checkpoint);
              },
          .trace = trace};
}

/// A checkpoint over these entries that the log's key signed and four witnesses cosigned.
std::string checkpoint_over(const AttackedFederation& of, const Entries& entries) {
  TestFederation other(of.members.now);
  other.charter = of.members.charter;
  for (const std::string& one : entries) other.tree.add(log::leaf_hash(base::as_bytes(one)));
  return other.checkpoint(of.clock.now, 4);
}

/// The newest checkpoint of the log as `change` has it, signed by `log_key` and so many witnesses.
std::string checkpoint(const AttackedFederation& of, const std::string& origin, const std::string& log_key,
                       std::vector<std::string> witnesses) {
  log::SignedCheckpoint made =
      log::sign_checkpoint({.origin = origin, .head = of.members.tree.head()}, key_of(log_key));
  for (const std::string& one : witnesses) {
    const bool is_guardian = one.starts_with("guardian");
    const std::string name = is_guardian ? of.members.charter.log() + "/guardian-" + one.back() : one;
    made.note.signatures.push_back(
        log::cosign(name, key_of(is_guardian ? "witness of " + one : one), made.note.text, of.clock.now));
  }
  return log::write_note(made.note);
}

std::vector<Attack> histories() {
  return {
      shown(
          "a forked log: another history of the same size", "CND-2552",
          [](Shown& s, AttackedFederation& of) {
            s.entries.pop_back();
            s.entries.back() = of.batch(8).envelope();
            s.checkpoint = checkpoint_over(of, s.entries);
          },
          Trace::kFork),
      shown(
          "a forked log: a longer history that does not contain the shorter", "CND-2552",
          [](Shown& s, AttackedFederation& of) {
            s.entries[s.entries.size() - 2] = of.batch(8).envelope();
            s.entries.push_back(of.batch(9).envelope());
            s.checkpoint = checkpoint_over(of, s.entries);
          },
          Trace::kFork),
      shown("a log that is rolled back", "CND-2551",
            [](Shown& s, AttackedFederation& of) {
              s.entries.resize(s.entries.size() - 3);
              s.checkpoint = checkpoint_over(of, s.entries);
            }),
      shown("a log that too few witnesses saw", "CND-2550",
            [](Shown& s, AttackedFederation& of) { s.checkpoint = of.members.checkpoint(of.clock.now, 3); }),
      shown("a log whose fourth witness is one bad guardian twice", "CND-2550",
            [](Shown& s, AttackedFederation& of) {
              s.checkpoint = checkpoint(of, of.members.charter.log(), "log",
                                        {"guardian 1", "guardian 2", "guardian 3", "guardian 3"});
            }),
      shown("a log whose fourth witness nobody knows", "CND-2550",
            [](Shown& s, AttackedFederation& of) {
              s.checkpoint = checkpoint(of, of.members.charter.log(), "log",
                                        {"guardian 1", "guardian 2", "guardian 3", "east.example"});
            }),
      shown("a checkpoint of another log under this log's witnesses", "CND-2550",
            [](Shown& s, AttackedFederation& of) {
              s.checkpoint = checkpoint(of, "candour.example/other", "log",
                                        {"guardian 1", "guardian 2", "guardian 3", "north.example"});
            }),
      shown("a checkpoint that another key than the log's signed", "CND-2550",
            [](Shown& s, AttackedFederation& of) {
              s.checkpoint = checkpoint(of, of.members.charter.log(), "another log",
                                        {"guardian 1", "guardian 2", "guardian 3", "north.example"});
            }),
      shown("an entry that was changed under the same checkpoint", "CND-2510",
            [](Shown& s, AttackedFederation& of) { s.entries.back() = of.batch(8).envelope(); })};
}

Attack head(std::string_view name, std::string_view code,
            std::function<std::string(AttackedFederation&, Side)> make) {
  return {.name = name,
          .code = code,
          .act =
              [make](AttackedFederation& of, Side side) {
                of.pass(60);
                of.post(make(of, side), "", "hub");
              },
          .to = "hub",
          .names_order = false};
}
std::string signed_head(const AttackedFederation& of, const std::string& checkpoint,
                        const std::string& by = "hub") {
  statement::Head one{.header = of.header(""), .checkpoint = checkpoint};
  one.header.id = statement::derived_id("head", digest_of(checkpoint));
  return of.sign("head", statement::write_payload(one), {by});
}

std::vector<Attack> heads() {
  return {head("a head that covers more than the log", "CND-2047",
               [](AttackedFederation& of, Side side) {
                 Entries entries = of.members.entries;
                 if (side == Side::kAttack) entries.push_back(of.batch(8).envelope());
                 return signed_head(of, checkpoint_over(of, entries));
               }),
          head("a head that too few witnesses cosigned", "CND-2047",
               [](AttackedFederation& of, Side side) {
                 return signed_head(of, of.members.checkpoint(of.clock.now, side == Side::kAttack ? 3 : 4));
               }),
          head("a head that is dated back", "CND-2047",
               [](AttackedFederation& of, Side side) {
                 return signed_head(
                     of, of.members.checkpoint(of.clock.now - (side == Side::kAttack ? 61 : 59), 4));
               }),
          head("a head that covers less than one before", "CND-2047",
               [](AttackedFederation& of, Side side) {
                 Entries entries = of.members.entries;
                 if (side == Side::kAttack) entries.resize(3);
                 return signed_head(of, checkpoint_over(of, entries));
               }),
          head("a head that a provider signed", "CND-2003", [](AttackedFederation& of, Side side) {
            return signed_head(of, of.members.checkpoint(of.clock.now, 4),
                               side == Side::kAttack ? "R1H" : "hub");
          })};
}

}  // namespace

std::vector<Attack> attacks_on_logs() {
  std::vector<Attack> all = histories();
  for (const Attack& one : heads()) all.push_back(one);
  return all;
}

TEST_CASE("a log that is not the federation's is believed by nobody, and then nothing is in force") {
  check_attacks(attacks_on_logs());
}

}  // namespace candour::node::testing
