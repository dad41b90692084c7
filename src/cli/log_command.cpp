// `candour log`: what anybody does with a log: verify it, keep and serve a mirror, prove an entry, watch; and
// what is entered of what went wrong, at once or sealed.
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <ostream>
#include <thread>

#include "candour/base/error.h"
#include "candour/cli/log_commands.h"
#include "candour/cli/log_mirror.h"
#include "candour/cli/log_source.h"
#include "candour/cli/statement_files.h"
#include "candour/instruction/log_policy.h"
#include "candour/net/server.h"
#include "candour/node/log.h"
#include "candour/node/log_reader.h"
#include "candour/node/log_routes.h"
#include "candour/node/refusals.h"

namespace candour::cli {
namespace {

/// A quiet log has its head co-signed anew every 5 minutes.
constexpr std::chrono::seconds kFollowEvery{30};

struct MirrorOptions {
  std::string url, federation;
  std::filesystem::path folder;
  bool follow = false;
};

// While it follows, a log that cannot be reached is asked again; one that contradicts itself is not.
void mirror(Context& context, const MirrorOptions& options) {
  const auto remote = open_log(context, options.url);
  PublicMirror kept(context, *remote, options.folder, parse_federation(options.federation));
  while (true) {
    try {
      const std::uint64_t before = kept.store().published().head.size;
      kept.update();
      const std::uint64_t size = kept.store().published().head.size;
      if (!options.follow || size > before) context.err << "The mirror holds " << size << " entries.\n";
    } catch (const base::Error& error) {
      if (!options.follow || error.code() == base::ErrorCode("CND-2552")) throw;
      context.err << base::describe(error) << '\n';
    }
    if (!options.follow) return;
    std::this_thread::sleep_for(kFollowEvery);
  }
}

void serve(Context& context, const std::filesystem::path& folder, std::uint16_t port) {
  if (!context.disk.exists(folder / "heads")) {
    throw base::Error("CND-2469", "There is no log in this folder.").with("path", folder);
  }
  log::Store store(context.disk, folder, context.progress);
  node::Log log([&](std::string_view line) { context.err << line; }, context.clock);
  std::vector<net::Route> routes = node::log_routes(store);
  for (net::Route& route : routes) route = node::refusing(log, std::move(route));
  net::Server server({.port = port, .signals = net::Signals::kStop}, std::move(routes), context.clock);
  context.out << "http://127.0.0.1:" << server.port() << "/  (Ctrl-C ends it)" << std::endl;
  server.run({});
}

void write_policy(Context& context, const std::filesystem::path& folder, const std::string& federation) {
  const node::LogReader reader(context.disk, folder);
  const instruction::Register log = node::load_register(reader, parse_federation(federation));
  context.out << log::write_policy(instruction::log_policy(*log.charter()));
}

void add_mirror(CLI::App& group, Context& context) {
  auto options = std::make_shared<MirrorOptions>();
  CLI::App* command =
      group.add_subcommand("mirror", "Keep a mirror of a log, in which every entry is verified");
  command->add_option("URL", options->url, "http://127.0.0.1:PORT, or the folder of another mirror")
      ->required();
  command->add_option("FOLDER", options->folder, "The mirror, new or as it was left")->required();
  command->add_option("--federation", options->federation, "SHA-256 of the charter's version 1")->required();
  command->add_flag("--follow", options->follow, "Go on, and ask for what is new every 30 seconds");
  command->callback([&context, options] { mirror(context, *options); });
}

void add_serve(CLI::App& group, Context& context) {
  auto folder = std::make_shared<std::filesystem::path>();
  auto port = std::make_shared<std::uint16_t>(std::uint16_t{8080});
  CLI::App* command = group.add_subcommand("serve", "Serve a log or a mirror on 127.0.0.1");
  command->add_option("FOLDER", *folder, "The folder; nobody else may be writing in it")->required();
  command->add_option("--port", *port, "8080 without it; 0: any that is free");
  command->callback([&context, folder, port] { serve(context, *folder, *port); });
}

void add_policy(CLI::App& group, Context& context) {
  auto folder = std::make_shared<std::filesystem::path>();
  auto federation = std::make_shared<std::string>();
  CLI::App* command = group.add_subcommand(
      "policy", "The keys of the log and its witnesses, as C2SP tlog-policy, for other programs");
  command->add_option("FOLDER", *folder, "The folder of a log or a mirror")->required();
  command->add_option("--federation", *federation, "SHA-256 of the charter's version 1")->required();
  command->callback([&context, folder, federation] { write_policy(context, *folder, *federation); });
}

}  // namespace

void add_log_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("log", "The federation's log, as anybody reads it");
  group->require_subcommand(1);
  add_log_verify(*group, context);
  add_mirror(*group, context);
  add_serve(*group, context);
  add_log_prove(*group, context);
  add_policy(*group, context);
  add_log_watch(*group, context);
  add_log_incident(*group, context);
  add_log_seal(*group, context);
  add_log_redact(*group, context);
  add_log_sign(*group, context);
  add_submit(*group, context);
}

}  // namespace candour::cli
