// `candour synth`: a hospital's files from published counts.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/cli/options.h"
#include "candour/cli/synth_files.h"

namespace candour::cli {
namespace {

struct SynthCommandOptions {
  CollectionOptions collection;
  std::filesystem::path publication;
  std::string period;
  std::string providers = "all";
  synth::SynthOptions synth;
  int threads = 2;
  std::filesystem::path out;
};

void make_files(Context& context, const SynthCommandOptions& options) {
  const collection::Collection collection = options.collection.load();
  Publication publication = load_publication(context.disk, collection, options.publication);
  choose_submitters(publication, options.providers);
  const collection::Period period =
      collection::parse_period(options.period, options.collection.table_of(collection).period);
  const std::vector<synth::SynthFile> files = write_synthetic_files(
      context, {&collection, &publication, period, options.synth, options.threads, options.out});
  std::uint64_t rows = 0;
  for (const synth::SynthFile& file : files) rows += file.rows;
  context.err << "Made " << files.size() << " files with " << rows
              << " pathways of people who do not exist.\n";
}

}  // namespace

void add_synth_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<SynthCommandOptions>();
  CLI::App* command = app.add_subcommand("synth", "Make synthetic source files from published counts");
  options->collection.add_to(*command);
  options->collection.add_table_to(*command);
  command->add_option("--publication", options->publication, "The published CSV")->required();
  command->add_option("--period", options->period, "The period: 2025-09")->required();
  command->add_option("--providers", options->providers, "CODE,… or all");
  command->add_option("--seed", options->synth.seed, "The same seed gives the same bytes");
  command->add_option("--planted", options->synth.planted_per_thousand,
                      "Additional rows with an error, for every thousand rows");
  command->add_option("--threads", options->threads, "Threads")->check(CLI::Range(1, 64));
  command->add_option("--out", options->out, "The new folder")->required();
  command->callback([&context, options] { make_files(context, *options); });
}

}  // namespace candour::cli
