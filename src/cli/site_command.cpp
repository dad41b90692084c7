// `candour site serve DIR`: shows a release in a browser on this machine.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/cli/context.h"
#include "candour/cli/serve.h"

namespace candour::cli {

void add_site_command(CLI::App& app, Context& context) {
  struct SiteOptions {
    std::filesystem::path folder;
    std::uint16_t port = 8080;
  };
  auto options = std::make_shared<SiteOptions>();
  CLI::App* group = app.add_subcommand("site", "The public pages");
  group->require_subcommand(1);
  CLI::App* command = group->add_subcommand("serve", "Show a folder's pages on 127.0.0.1 until interrupted");
  command->add_option("DIR", options->folder, "The folder: a release")->required();
  command->add_option("--port", options->port, "The port; 0 takes any that is free");
  command->callback(
      [&context, options] { serve_until_interrupted(context, options->folder, options->port); });
}

}  // namespace candour::cli
