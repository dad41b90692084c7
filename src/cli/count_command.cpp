// `candour count`: a measure's local step over a provider's vault; its result is what leaves in counts mode.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/cli/options.h"
#include "candour/cli/provider_side.h"

namespace candour::cli {
namespace {

struct CountOptions {
  CollectionOptions collection;
  VaultOptions vault;
  ReferenceOptions references;
  std::string measure;
  std::string period;
  std::filesystem::path out;
};

void count(Context& context, const CountOptions& options) {
  const collection::Collection collection = options.collection.load();
  const collection::Measure& measure = collection.measure(options.measure);
  const collection::Table& table = collection.table(measure.table);
  const vault::Vault vault = options.vault.open(context);
  const minimise::Lookups lookups = node::load_lookups(context.disk, collection, options.references.paths());
  const measure::Counts counts = count_slice(context, vault, collection, measure,
                                             collection::parse_period(options.period, table.period), lookups);
  measure::store_counts(context.disk, options.out, counts);
  context.err << "Read " << counts.rows << " rows, counted those of the period into "
              << counts.relation.rows() << " counts: " << (options.out / "counts.csv").string() << '\n';
}

}  // namespace

void add_count_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<CountOptions>();
  CLI::App* command = app.add_subcommand("count", "Count a provider's rows where they lie, for one measure");
  options->collection.add_to(*command);
  command->add_option("--measure", options->measure, "The measure")->required();
  options->vault.add_to(*command);
  options->references.add_to(*command);
  command->add_option("--period", options->period, "The period: 2025-09")->required();
  command->add_option("--out", options->out, "The new folder for counts.csv and manifest.json")->required();
  command->callback([&context, options] { count(context, *options); });
}

}  // namespace candour::cli
