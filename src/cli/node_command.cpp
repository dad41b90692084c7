// `candour node run|page`, and `candour witness run`, which is `node run` of a witness.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <ostream>
#include <set>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/base/sandbox.h"
#include "candour/cli/context.h"
#include "candour/node/confinement.h"
#include "candour/node/outbox_status.h"
#include "candour/node/run.h"
#include "candour/page/assets.h"

namespace candour::cli {
namespace {

struct RunOptions {
  std::filesystem::path config;
  std::uint16_t admin_port = 0;
  bool allow_root = false;
  std::optional<node::Role> role;  ///< that it must have
  std::set<std::string> again;
};

std::string_view state_name(node::FlowState state) {
  switch (state) {
    case node::FlowState::kUpToDate:
      return "up to date";
    case node::FlowState::kReceived:
      return "received";
    case node::FlowState::kFigures:
      return "entered in the log";
    case node::FlowState::kNotOrdered:
      return "not sent, CND-2020: no instruction in the log is for it";
    case node::FlowState::kFailed:
      break;
  }
  return "FAILED";
}

/// Who was left out of a slice, for the people of this machine alone.
void show_left_out(std::ostream& out, const vault::LeftOut& left_out) {
  out << "; left out: " << left_out.national << " rows opted out, " << left_out.type1 << " Type 1, "
      << left_out.waiting << " wait for the next check, " << left_out.without_number << " without a number";
}

/// By when each organisation must check for opt-outs again, where the opt-out applies.
void show_checks_due(std::ostream& out, const std::vector<node::FlowReport>& reports) {
  std::map<std::string, std::int64_t> due;
  for (const node::FlowReport& one : reports) {
    if (one.check_due) due[one.organisation] = *one.check_due;
  }
  for (const auto& [organisation, when] : due) {
    out << organisation << ": the next check for opt-outs is due by " << base::utc_text(when) << '\n';
  }
}

/// One line a slice, and why where it failed. A slice that failed stays in the outbox.
void show_flows(Context& context, const std::vector<node::FlowReport>& reports) {
  if (reports.empty()) {
    context.err
        << "Nothing is due: these vaults hold nothing of the collections that the configuration names.\n";
  }
  for (const node::FlowReport& one : reports) {
    context.out << one.organisation;
    for (const std::string* name : {&one.collection, &one.table, &one.period}) {
      if (!name->empty()) context.out << ' ' << *name;
    }
    context.out << ": " << state_name(one.state);
    if (one.state == node::FlowState::kReceived && one.revision > 0) {
      context.out << ", revision " << one.revision << ", " << one.rows << " rows";
    }
    if (one.left_out) show_left_out(context.out, *one.left_out);
    context.out << '\n';
    if (one.error) {
      context.out << base::describe(*one.error) << '\n';
      context.exit = Exit::kRefused;
    }
  }
  show_checks_due(context.out, reports);
}

/// A period that was asked for again and is in no report was mistyped, or nobody ordered it.
void show_unknown(Context& context, const std::set<std::string>& again,
                  const std::vector<node::FlowReport>& reports) {
  for (const std::string& period : again) {
    if (std::ranges::any_of(reports, [&](const node::FlowReport& one) {
          return one.period == period && one.state != node::FlowState::kFigures;
        })) {
      continue;
    }
    context.err << "Nothing is sent again for " << base::printable(period, 32)
                << ": no vault here has such a period that an instruction covers.\n";
    context.exit = Exit::kRefused;
  }
}

void run(Context& context, const RunOptions& options) {
  node::NodeConfig config = node::parse_config(base::load_text(context.disk, options.config), options.config);
  if (options.role && config.role != *options.role) {
    throw base::Error("CND-2450", "The node's configuration breaks a rule.")
        .with("rule", base::Label("`candour witness run` runs a node whose role is witness"));
  }
  if (options.admin_port != 0) config.admin_port = options.admin_port;
  base::refuse_unsafe_start({.root = options.allow_root ? base::Root::kAllowed : base::Root::kRefused,
                             .key_files = node::key_files(context.disk, config)});
  node::Log log([](std::string_view line) { std::clog << line << std::flush; }, context.clock);
  const node::NodeParts parts{context.disk, context.clock, context.random, context.progress, log, config};
  if (config.role != node::Role::kProvider) return node::run_server_node(parts, {});
  const std::vector<node::FlowReport> reports = node::run_provider_once(parts, options.again);
  show_flows(context, reports);
  show_unknown(context, options.again, reports);
}

void write_page(Context& context, const std::filesystem::path& path, const std::filesystem::path& out) {
  const node::NodeConfig config = node::parse_config(base::load_text(context.disk, path), path);
  context.disk.make_folder(out);
  context.disk.store_new(out / "index.html", node::outbox_page(node::outbox_entries(context.disk, config),
                                                               context.clock.now_unix_seconds()));
  context.disk.store_new(out / "candour.css", page::style_sheet());
  context.err << "Wrote " << (out / "index.html").string() << '\n';
}

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("--config", options.config, "The node's node.toml")->required();
  command.add_option("--admin-port", options.admin_port,
                     "Health, metrics and pages on 127.0.0.1, instead of the configuration's port");
  command.add_flag("--allow-root", options.allow_root, "Run although the user is root");
}

}  // namespace

void add_witness_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<RunOptions>();
  options->role = node::Role::kWitness;
  CLI::App* group = app.add_subcommand("witness", "A witness of a federation's log");
  group->require_subcommand(1);
  CLI::App* command = group->add_subcommand("run", "Cosign the log's heads");
  add_run_options(*command, *options);
  command->callback([&context, options] { run(context, *options); });
}

void add_node_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* group = app.add_subcommand("node", "A node of a federation");
  group->require_subcommand(1);
  CLI::App* command =
      group->add_subcommand("run", "Run a hub, a guardian or a witness, or a provider's flows");
  add_run_options(*command, *options);
  command->add_option("--again", options->again,
                      "A provider sends this period again, changed or not: 2025-09; may be repeated");
  command->callback([&context, options] { run(context, *options); });

  auto config = std::make_shared<std::filesystem::path>();
  auto out = std::make_shared<std::filesystem::path>();
  command = group->add_subcommand("page", "Write a page of what a provider's organisations have sent");
  command->add_option("--config", *config, "The provider's node.toml")->required();
  command->add_option("--out", *out, "A new folder")->required();
  command->callback([&context, config, out] { write_page(context, *config, *out); });
}

}  // namespace candour::cli
