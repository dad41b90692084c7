// `candour federation keys|init|show|amend`.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "candour/base/error.h"
#include "candour/cli/options.h"
#include "candour/node/charter_store.h"
#include "candour/node/federation.h"
#include "candour/statement/envelope.h"

namespace candour::cli {
namespace {

struct InitOptions {
  std::filesystem::path folder;
  node::FederationPlan plan;
  std::string hub;
  std::vector<std::string> guardians, machines, organisations;
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

node::PlannedNode& planned_node(node::FederationPlan& plan, const std::string& name) {
  if (plan.hub.name == name) return plan.hub;
  for (std::vector<node::PlannedNode>* nodes : {&plan.guardians, &plan.machines}) {
    const auto found = std::ranges::find(*nodes, name, &node::PlannedNode::name);
    if (found != nodes->end()) return *found;
  }
  throw base::Error("CND-2451", "The plan of a federation cannot be.")
      .with("rule", base::Label("a request is of a node that is not planned"))
      .with("node", base::Label(name));
}

void init(Context& context, InitOptions& options) {
  node::FederationPlan& plan = options.plan;
  plan.hub = node_of(options.hub);
  for (const std::string& one : options.guardians) plan.guardians.push_back(node_of(one));
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
  const base::Digest federation =
      node::init_federation({context.disk, context.clock, context.random}, options.folder, plan);
  context.out << base::to_hex(federation) << '\n';
  context.err << "Made the federation in " << options.folder.string()
              << ". What was printed is its digest, which every node's configuration pins.\n";
}

void show(Context& context, const std::filesystem::path& folder, const std::string& pin) {
  base::Digest federation = node::federation_of(context.disk, folder);
  if (!pin.empty()) {
    const auto pinned = base::from_hex_exactly<32>(pin);
    if (!pinned) throw base::Error("CND-2011", "The federation is not 64 hexadecimal digits.");
    federation = *pinned;
  }
  context.out << instruction::write_charter(
      instruction::load_charter(context.disk, folder / "charter", federation));
}

struct AmendOptions {
  std::filesystem::path folder;
  std::vector<std::filesystem::path> ceremonies, instructions;
  std::vector<std::string> ended;
  std::string purpose;
};

void amend(Context& context, const AmendOptions& options) {
  const base::Digest federation = node::federation_of(context.disk, options.folder);
  const std::uint32_t version = node::amend_charter(
      {context.disk, context.clock, context.random}, options.folder, federation,
      [&](instruction::Charter& charter) {
        // First, so that another order can take the place of one that ends.
        for (const std::string& text : options.ended) {
          const auto id = base::from_hex_exactly<statement::Id{}.size()>(text);
          if (!id) throw base::Error("CND-2020", "There is no such instruction.");
          instruction::end_instruction(charter, *id, context.clock.now_unix_seconds());
        }
        for (const std::filesystem::path& path : options.ceremonies) {
          const std::string envelope = base::load_text(context.disk, path);
          node::adopt_domain(context.disk, options.folder / "charter", charter, envelope, options.purpose);
        }
        for (const std::filesystem::path& path : options.instructions) {
          charter.instructions.push_back(
              instruction::parse_instruction(base::load_text(context.disk, path), path));
        }
      });
  context.err << "Signed version " << version << " of the charter.\n";
}

void add_init(CLI::App& group, Context& context) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* command = group.add_subcommand(
      "init", "Make a federation in one folder: authority, everybody's keys, the first charter");
  command->add_option("FOLDER", options->folder, "A new folder")->required();
  command->add_option("--title", options->plan.title, "What it is called")->required();
  command->add_option("--log", options->plan.log, "The origin of its log: example.org/log")->required();
  command->add_option("--hub", options->hub, "The hub: NAME=HOST:PORT")->required();
  command->add_option("--guardian", options->guardians, "A guardian: NAME=HOST:PORT; once for each")
      ->required();
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
  auto organisations = std::make_shared<std::vector<std::string>>();
  CLI::App* command = group.add_subcommand(
      "keys", "Make a node's keys on its own machine, and the request that goes to the founders");
  command->add_option("FOLDER", *folder, "A new folder")->required();
  command->add_option("--name", *name, "The node's name in the plan")->required();
  command->add_option("--organisation", *organisations, "An organisation whose vault is on it: CODE");
  command->callback([&context, folder, name, organisations] {
    for (std::string& code : *organisations) code = organisation_code(code);
    (void)node::make_keys({context.disk, context.clock, context.random}, *folder, *name, *organisations);
    const std::filesystem::path request = *folder / "request.toml";
    const std::string text = base::load_text(context.disk, request);
    context.out << base::to_hex(base::sha256(base::as_bytes(text))) << '\n';
    context.err << "Give the founders " << request.string()
                << ", and read them what was printed, its digest, by another way.\n";
  });
}

void add_show(CLI::App& group, Context& context) {
  auto folder = std::make_shared<std::filesystem::path>();
  auto pin = std::make_shared<std::string>();
  CLI::App* command = group.add_subcommand("show", "Verify a federation's charters and print the newest");
  command->add_option("FOLDER", *folder, "Holds charter/charter-1.dsse and those after it")->required();
  command->add_option("--federation", *pin, "The digest that version 1 must have: 64 hexadecimal digits");
  command->callback([&context, folder, pin] { show(context, *folder, *pin); });
}

void add_amend(CLI::App& group, Context& context) {
  auto options = std::make_shared<AmendOptions>();
  CLI::App* command =
      group.add_subcommand("amend", "Sign the next version of the charter with the founders' key");
  command->add_option("FOLDER", options->folder, "As init made it")->required();
  CLI::Option_group* changes = command->add_option_group("changes", "At least one");
  changes->add_option("--ceremony", options->ceremonies, "A ceremony's transcript, whose domain it adopts");
  changes->add_option("--instruction", options->instructions, "An instruction's TOML, which it adds");
  changes->add_option("--end", options->ended, "The id of an instruction, which is in force no longer");
  changes->require_option(1, 0);
  command->add_option("--purpose", options->purpose, "What a new domain is for");
  command->callback([&context, options] { amend(context, *options); });
}

}  // namespace

void add_federation_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("federation", "Who takes part, with which keys, under which orders");
  group->require_subcommand(1);
  add_keys(*group, context);
  add_init(*group, context);
  add_show(*group, context);
  add_amend(*group, context);
}

}  // namespace candour::cli
