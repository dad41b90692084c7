// `candour federation keys|init`.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "candour/base/error.h"
#include "candour/cli/options.h"
#include "candour/node/federation.h"

namespace candour::cli {
namespace {

struct InitOptions {
  std::filesystem::path folder;
  node::FederationPlan plan;
  std::string hub, producer;
  std::vector<std::string> controllers, controller_keys, guardians, witnesses, machines, organisations, ports;
  std::vector<std::filesystem::path> requests;
  std::uint64_t quota_day = 0, quota_30_days = 0;
};

[[noreturn]] void refuse_pair(std::string_view text) {
  throw base::Error("CND-1016", "A pair on the command line is not NAME=VALUE.")
      .with("given", base::Label(text));
}

std::pair<std::string, std::string> pair_of(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) refuse_pair(text);
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

node::PlannedNode node_of(std::string_view text) {
  auto [name, address] = pair_of(text);
  return {.name = name, .title = name, .address = std::move(address)};
}

[[noreturn]] void refuse_plan(base::Literal rule, std::string_view name) {
  throw base::Error("CND-2451", "The plan of a federation cannot be.")
      .with("rule", base::Label(rule.view()))
      .with("name", base::Label(name));
}

node::PlannedNode& planned_node(node::FederationPlan& plan, const std::string& name) {
  if (plan.hub.name == name) return plan.hub;
  for (std::vector<node::PlannedNode>* nodes : {&plan.guardians, &plan.witnesses, &plan.machines}) {
    const auto found = std::ranges::find(*nodes, name, &node::PlannedNode::name);
    if (found != nodes->end()) return *found;
  }
  refuse_plan("a request or a port is of a node that is not planned", name);
}

crypto::SigningPublicKey public_key(std::string_view text, std::string_view name) {
  const auto key = base::from_hex_exactly<32>(text);
  if (!key) refuse_plan("a key is not 64 hexadecimal digits", name);
  return *key;
}

void plan_controllers(const InitOptions& options, node::FederationPlan& plan) {
  for (const std::string& one : options.controllers) {
    auto [name, legal_person] = pair_of(one);
    plan.controllers.push_back({std::move(name), std::move(legal_person)});
  }
  for (const std::string& one : options.controller_keys) {
    const auto [name, key] = pair_of(one);
    const auto found = std::ranges::find(plan.controllers, name, &node::PlannedController::name);
    if (found == plan.controllers.end()) refuse_plan("a key is of a controller that is not planned", name);
    found->key = public_key(key, name);
  }
  if (!options.producer.empty()) plan.producer = public_key(options.producer, "producer");
}

void plan_ports(const InitOptions& options, node::FederationPlan& plan) {
  for (const std::string& one : options.ports) {
    const auto [name, port] = pair_of(one);
    planned_node(plan, name).public_port = node::parse_address("127.0.0.1:" + port).port;
  }
}

void init(Context& context, InitOptions& options) {
  node::FederationPlan& plan = options.plan;
  plan.hub = node_of(options.hub);
  for (const std::string& one : options.guardians) plan.guardians.push_back(node_of(one));
  for (const std::string& one : options.witnesses) plan.witnesses.push_back(node_of(one));
  plan_controllers(options, plan);
  for (const std::string& one : options.machines) plan.machines.push_back({one, one, ""});
  for (const std::string& one : options.organisations) {
    auto [code, machine] = pair_of(one);
    code = organisation_code(code);
    plan.organisations.push_back({code, code, machine, options.quota_day, options.quota_30_days});
  }
  for (const std::filesystem::path& path : options.requests) {
    node::KeyRequest request = node::parse_key_request(base::load_text(context.disk, path), path);
    planned_node(plan, request.name).request = std::move(request);
  }
  plan_ports(options, plan);
  const base::Digest federation =
      node::init_federation({context.disk, context.clock, context.random}, options.folder, plan);
  context.out << base::to_hex(federation) << '\n';
  context.err << "Made the federation in " << options.folder.string()
              << ". What was printed is its digest, which every node's configuration pins.\n";
}

void add_init(CLI::App& group, Context& context) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* command = group.add_subcommand(
      "init", "Make a federation in one folder: authority, everybody's keys, the first charter");
  command->add_option("FOLDER", options->folder, "A new folder")->required();
  command->add_option("--title", options->plan.title, "What it is called")->required();
  command->add_option("--log", options->plan.log, "The origin of its log: example.org/log")->required();
  command
      ->add_option("--controller", options->controllers,
                   "Who signs instructions: NAME=LEGAL PERSON; once for each")
      ->required();
  command->add_option("--controller-key", options->controller_keys,
                      "The public key of a controller who made its own (candour signing-key new): NAME=HEX");
  command->add_option("--threshold", options->plan.threshold,
                      "How many bodies must sign an instruction; 2 without it");
  command->add_option("--hub", options->hub, "The hub: NAME=HOST:PORT")->required();
  command
      ->add_option("--processor", options->plan.hub_legal_person,
                   "The legal person that runs the hub, whose signature never counts")
      ->required();
  command->add_option("--producer-key", options->producer,
                      "The public key of who signs releases and made its own: HEX");
  command->add_option("--guardian", options->guardians, "A guardian: NAME=HOST:PORT; once for each")
      ->required();
  command->add_option("--witness", options->witnesses,
                      "A witness of the log beside the guardians: NAME=HOST:PORT; once for each");
  command->add_option("--quorum", options->plan.quorum,
                      "How many guardians and witnesses must cosign; the least that is safe without it");
  command->add_option("--public-port", options->ports,
                      "A port on 127.0.0.1 for strangers, of the hub or a guardian: NAME=PORT");
  command->add_option("--machine", options->machines, "A machine that holds vaults: NAME");
  command->add_option("--organisation", options->organisations, "Whose vault is where: CODE=MACHINE");
  command->add_option("--request", options->requests,
                      "The request.toml of a node that made its own keys (candour federation keys)");
  command->add_option("--quota-day", options->quota_day, "Identifiers a day, padding counted, of each")
      ->required();
  command->add_option("--quota-30-days", options->quota_30_days, "The same for 30 days")->required();
  command->callback([&context, options] { init(context, *options); });
}

void add_keys(CLI::App& group, Context& context) {
  auto folder = std::make_shared<std::filesystem::path>();
  auto name = std::make_shared<std::string>();
  auto role = std::make_shared<std::string>();
  auto organisations = std::make_shared<std::vector<std::string>>();
  CLI::App* command = group.add_subcommand(
      "keys", "Make a node's keys on its own machine, and the request that goes to the founders");
  command->add_option("FOLDER", *folder, "A new folder")->required();
  command->add_option("--name", *name, "The node's name in the plan")->required();
  command->add_option("--role", *role, "What it will be")
      ->required()
      ->check(CLI::IsMember({"hub", "guardian", "witness", "machine"}));
  command->add_option("--organisation", *organisations, "An organisation whose vault is on it: CODE");
  command->callback([&context, folder, role, name, organisations] {
    for (std::string& code : *organisations) code = organisation_code(code);
    (void)node::make_keys({context.disk, context.clock, context.random}, *folder,
                          *node::parse_role_word(*role), *name, *organisations);
    const std::filesystem::path request = *folder / "request.toml";
    const std::string text = base::load_text(context.disk, request);
    context.out << base::to_hex(base::sha256(base::as_bytes(text))) << '\n';
    context.err << "Give the founders " << request.string()
                << ", and read them what was printed, its digest, by another way.\n";
  });
}

}  // namespace

void add_federation_command(CLI::App& app, Context& context) {
  CLI::App* group =
      app.add_subcommand("federation", "Setting up a federation: everybody's keys and the first charter");
  group->require_subcommand(1);
  add_keys(*group, context);
  add_init(*group, context);
}

}  // namespace candour::cli
