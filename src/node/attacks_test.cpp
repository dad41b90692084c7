// The suite as a whole: how an attack is tried, how many there are, and that the page has them all.
#include <doctest/doctest.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "candour/base/error.h"
#include "candour/log/fork.h"
#include "candour/node/attack_testing.h"

namespace candour::node::testing {
namespace {

std::string code_of_refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const base::Error& error) {
    // What another node refused has its code in a field.
    for (const base::Error::Field& field : error.fields()) {
      const auto* text = std::get_if<std::string>(&field.value);
      if (field.name == "refusal" && text != nullptr) return *text;
    }
    return std::string(error.code().view());
  }
  return "passes";
}

std::string_view name_of(Refuser refuser) {
  switch (refuser) {
    case Refuser::kProvider:
      return "provider";
    case Refuser::kGuardian:
    case Refuser::kHandIn:
      return "guardian";
    case Refuser::kHub:
      return "hub";
    case Refuser::kLog:
      break;
  }
  return "log";
}

struct Rule {
  statement::NodeRole role;
  statement::RefusedAct act;
};
Rule rule_of(Refuser refuser) {
  using statement::NodeRole;
  using statement::RefusedAct;
  switch (refuser) {
    case Refuser::kProvider:
      return {NodeRole::kProvider, RefusedAct::kSend};
    case Refuser::kGuardian:
      return {NodeRole::kGuardian, RefusedAct::kEvaluate};
    case Refuser::kHandIn:
      return {NodeRole::kGuardian, RefusedAct::kAppend};
    case Refuser::kHub:
      return {NodeRole::kHub, RefusedAct::kStore};
    case Refuser::kLog:
      break;
  }
  return {NodeRole::kHub, RefusedAct::kAppend};
}

/// How often the log says that this was refused, with this code, and under an instruction or none.
std::uint64_t in_log(const AttackedFederation& of, const Attack& attack, std::string_view code) {
  const Rule rule = rule_of(attack.refuser);
  std::uint64_t times = 0;
  for (const auto& [refused, count] : of.log().refusals()) {
    const bool is_it = refused.code == code && refused.role == rule.role && refused.act == rule.act &&
                       refused.instruction.has_value() == attack.names_order;
    if (is_it) times += count.times;
  }
  return times;
}

bool in_journal(const AttackedFederation& of, const Attack& attack, std::string_view code) {
  const auto journal = of.journal(attack.refuser);
  return std::ranges::any_of(journal, [&](const statement::Refusal& one) {
    return one.code == code && one.act == rule_of(attack.refuser).act && one.to == attack.to;
  });
}

/// A refusal with this code is on the disk of who refused, and then in the log. Strangers are counted by the
/// hour, in memory, so that nobody fills a disk by asking.
void check_logged(AttackedFederation& of, const Attack& attack, std::string_view code) {
  CHECK(in_journal(of, attack, code) == (attack.to != kStranger));
  of.send_refusals();
  CHECK(in_log(of, attack, code) >= 1);
  CHECK(of.journal(attack.refuser).empty());
}

/// Guardian 2 was shown what it does not believe: it evaluates nothing any more, and says so.
void check_not_in_force(AttackedFederation& of, const Attack& attack) {
  of.clock.now += instruction::kClockSeconds + 1;
  CHECK(code_of_refusal([&] { of.ask(of.batch(), 2); }) == "CND-2036");
  check_logged(of, attack, "CND-2036");
}

void check_fork(const AttackedFederation& of) {
  REQUIRE(of.evidence().size() == 1);
  const log::VerifierKey key{of.members.charter.log(), log::KeyType::kEd25519, key_of("log").public_key()};
  CHECK(log::proves_fork(log::parse_fork(of.evidence().front()), key));
}

void check_traces(AttackedFederation& of, const Attack& attack) {
  switch (attack.trace) {
    case Trace::kRefusal:
      return check_logged(of, attack, attack.code);
    case Trace::kFork:
      check_fork(of);
      return check_not_in_force(of, attack);
    case Trace::kNotInForce:
      CHECK(of.evidence().empty());
      return check_not_in_force(of, attack);
    case Trace::kGuardian:
      CHECK(of.lines().find(attack.code) != std::string::npos);
      CHECK(of.evidence_against_guardians().size() == 2);  // the request and the answer
      return;
  }
}

void check_attack(const Attack& attack) {
  INFO(attack.name);
  {
    AttackedFederation twin;
    CHECK(code_of_refusal([&] { attack.act(twin, Side::kTwin); }) == "passes");
    CHECK(twin.evidence().empty());
    CHECK(twin.evidence_against_guardians().empty());
    twin.send_refusals();
    CHECK(in_log(twin, attack, attack.code) == 0);
  }
  AttackedFederation of;
  const std::string code = code_of_refusal([&] { attack.act(of, Side::kAttack); });
  // Of a guardian that answers badly the provider tells another, and the records go.
  CHECK(code == (attack.trace == Trace::kGuardian ? "passes" : attack.code));
  check_traces(of, attack);
}

std::vector<Attack> all_attacks() {
  std::vector<Attack> all;
  for (const auto& some :
       {attacks_on_statements(), attacks_on_charters(), attacks_on_instructions(), attacks_on_uses(),
        attacks_on_guardians(), attacks_on_flows(), attacks_on_logs()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::string row_of(const Attack& attack) {
  return "| " + std::string(attack.name) + " | " + std::string(name_of(attack.refuser)) + " | [" +
         std::string(attack.code) + "](errors/" + std::string(attack.code) + ".md) |";
}

}  // namespace

void check_attacks(const std::vector<Attack>& attacks) {
  const bool tells = doctest::getContextOptions()->success;  // --success, -s
  for (const Attack& attack : attacks) {
    check_attack(attack);
    if (tells) std::cout << attack.name << ": " << name_of(attack.refuser) << ", " << attack.code << "\n";
  }
}

TEST_CASE("there are at least 80 attacks, each by a name of its own, with its twin") {
  const std::vector<Attack> all = all_attacks();
  CHECK(all.size() >= 80);
  std::set<std::string_view> names;
  const base::PosixDisk disk;
  for (const Attack& one : all) {
    INFO(one.name);
    CHECK(names.insert(one.name).second);
    CHECK(one.act != nullptr);  // with Side::kTwin it is the twin
    CHECK(disk.exists("docs/reference/errors/" + std::string(one.code) + ".md"));
  }
}

TEST_CASE("the page of attacks has the suite's, in its order, and no other") {
  const std::string page = base::load_text(base::PosixDisk(), "docs/reference/attacks.md");
  std::string expected;
  for (const Attack& one : all_attacks()) expected += row_of(one) + "\n";
  const std::size_t begin = page.find("|---|---|---|\n");
  REQUIRE(begin != std::string::npos);
  const std::string rows = page.substr(begin + 14, page.find("\n\n", begin) + 1 - begin - 14);
  CHECK(rows == expected);
}

}  // namespace candour::node::testing
