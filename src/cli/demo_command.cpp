#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/cli/demo.h"
#include "candour/cli/demo_next.h"
#include "candour/cli/demo_reverse.h"
#include "candour/cli/serve.h"
#include "candour/node/scratch.h"

namespace candour::cli {
namespace {

struct DemoCommandOptions {
  DemoOptions demo;
  bool once = false;
  std::uint64_t prefixes = kNhsPrefixes;
  std::uint16_t port = 8080;
};

void reverse(Context& context, const DemoCommandOptions& options) {
  const node::ScratchFolder scratch;
  const std::filesystem::path folder = options.demo.keep.empty() ? scratch.path() : options.demo.keep;
  context.disk.make_folder(folder);
  const ReverseAccount account = run_reverse(context, options.demo, options.prefixes, folder);
  context.out << render_reverse(account);
  if (!account.demo_holds) context.exit = Exit::kDiffers;
}

void demo(Context& context, const DemoCommandOptions& options) {
  const node::ScratchFolder scratch;
  const std::filesystem::path folder = options.demo.keep.empty() ? scratch.path() : options.demo.keep;
  context.disk.make_folder(folder);
  const DemoAccount account =
      run_demo(context, options.demo, folder,
               {.tell = [&](const std::string& section) { context.out << section << std::flush; }});
  if (!account.holds()) context.exit = Exit::kDiffers;
  const bool is_served = !options.once && account.holds();
  const bool goes_away = !is_served && options.demo.keep.empty();
  if (options.demo.records) {
    context.out
        << (goes_away
                ? "\nWhere to look next\n\n  `--keep FOLDER` keeps everything in a new folder: the log, "
                  "the release and its public register\n"
                : show_where_next(context, options.demo, folder))
        << std::flush;
  }
  if (is_served) {
    serve_until_interrupted(context, account.release_folder, options.port);
  }
}

}  // namespace

void add_demo_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<DemoCommandOptions>();
  CLI::App* command = app.add_subcommand(
      "demo", "From hospitals' files to a published statistic, on people who do not exist");
  command->add_option("--collection", options->demo.collection, "The collection");
  command->add_option("--publication", options->demo.publication,
                      "The published CSV; without it a built-in one");
  command->add_option("--period", options->demo.period, "The period: 2025-09");
  command->add_option("--providers", options->demo.providers, "CODE,… or all");
  command->add_option("--seed", options->demo.seed, "The same seed gives the same bytes");
  command->add_option("--threads", options->demo.threads, "Threads")->check(CLI::Range(1, 64));
  command->add_option("--published-at", options->demo.published_at, "When the release says it is published");
  command->add_option("--keep", options->demo.keep, "Keep every file in this new folder");
  command->add_option("--port", options->port, "The port of the site");
  command->add_flag("!--counts-only", options->demo.records,
                    "Counts mode alone: no federation, no further process");
  command->add_flag("--once", options->once, "End after the account: serve nothing");
  CLI::App* reverse_command = command->add_subcommand(
      "reverse", "Find people's numbers behind salted hashes, and try the same on what the hub holds");
  reverse_command->fallthrough();
  reverse_command
      ->add_option("--prefixes", options->prefixes,
                   "Try the numbers with so many of the highest first nine digits; without it all")
      ->check(CLI::Range(std::uint64_t{1}, kNhsPrefixes));
  command->callback([&context, options, reverse_command] {
    if (!reverse_command->parsed()) return demo(context, *options);
    if (!options->demo.records)
      throw CLI::ValidationError("--counts-only", "nothing is attacked without records");
    reverse(context, *options);
  });
}

}  // namespace candour::cli
