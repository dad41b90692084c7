// What a federation's plan must keep.
#include <algorithm>
#include <set>

#include "candour/base/error.h"
#include "candour/log/note.h"
#include "candour/node/federation.h"

namespace candour::node {
namespace {

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2451", "The plan of a federation cannot be.").with("rule", base::Label(rule.view()));
}

void require_role(const PlannedNode& node, Role role) {
  if (node.request && node.request->role != role) refuse("a request is of another role than its node");
}

/// Whether the nodes have names of their own, and addresses where others call them.
void check_nodes(const FederationPlan& plan) {
  std::set<std::string> names{"founders", "controllers", "producer", "charter", "ceremony"};
  const auto check = [&](const PlannedNode& node, Role role) {
    if (!names.insert(node.name).second) refuse("two nodes have one name, or one has a name of init's own");
    require_role(node, role);
    if (role != Role::kProvider) (void)parse_address(node.address);
  };
  check(plan.hub, Role::kHub);
  for (const PlannedNode& one : plan.guardians) check(one, Role::kGuardian);
  for (const PlannedNode& one : plan.witnesses) check(one, Role::kWitness);
  for (const PlannedNode& one : plan.machines) check(one, Role::kProvider);
}

/// A controller's name is a folder's, too.
bool is_plain(std::string_view name) {
  return !name.empty() && name.front() != '.' && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

void check_controllers(const FederationPlan& plan) {
  std::set<std::string> names, persons;
  for (const PlannedController& one : plan.controllers) {
    if (!is_plain(one.name)) refuse("a controller's name is not of letters, digits, '-' and '.'");
    if (!names.insert(one.name).second) refuse("two controllers have one name");
    if (one.legal_person.empty()) refuse("a controller has no legal person");
    if (one.legal_person != plan.hub_legal_person) persons.insert(one.legal_person);
  }
  if (plan.hub_legal_person.empty()) refuse("the hub has no legal person");
  if (plan.threshold < 2) refuse("fewer than two bodies would sign an instruction");
  if (persons.size() < plan.threshold) {
    refuse("fewer bodies than must sign have a controller, the hub's own not counted");
  }
}

void check_witnesses(const FederationPlan& plan) {
  for (const PlannedNode& one : plan.witnesses) {
    if (one.public_port) refuse("a witness, which strangers do not ask, has a public port");
    if (!log::is_key_name(one.name)) refuse("the name of a witness has a space or a plus sign");
  }
  if (!log::is_key_name(plan.log)) refuse("the log's origin has a space or a plus sign");
  const std::size_t all = plan.guardians.size() + plan.witnesses.size();
  if (plan.quorum > all) refuse("there are fewer witnesses than must cosign");
  if (plan.quorum != 0 && plan.quorum < default_quorum(plan)) {
    refuse("two quorums of witnesses need not share an honest one: the log could be forked");
  }
}

void check_organisations(const FederationPlan& plan) {
  std::set<std::string> codes;
  for (const PlannedOrganisation& one : plan.organisations) {
    if (!codes.insert(one.code).second) refuse("two organisations have one code");
    const auto machine = std::ranges::find(plan.machines, one.machine, &PlannedNode::name);
    if (machine == plan.machines.end()) refuse("an organisation is on a machine that there is not");
    if (machine->request && !machine->request->organisations.contains(one.code)) {
      refuse("a machine's request has no key of an organisation on it");
    }
  }
}

}  // namespace

std::uint16_t default_quorum(const FederationPlan& plan) {
  // t - 1 = 1: with one guardian alone the sum is over all there are, and it is that one.
  const std::size_t all = plan.guardians.size() + plan.witnesses.size();
  return static_cast<std::uint16_t>(std::min(all, (all + 1) / 2 + 1));
}

void require_plan(const FederationPlan& plan) {
  if (plan.guardians.empty()) refuse("there is no guardian");
  if (plan.guardians.size() > 255) refuse("there are more than 255 guardians");
  check_nodes(plan);
  check_controllers(plan);
  check_witnesses(plan);
  check_organisations(plan);
}

}  // namespace candour::node
