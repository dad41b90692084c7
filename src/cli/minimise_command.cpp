// `candour minimise show`: rows of the vault beside what is left of them.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/base/error.h"
#include "candour/cli/before_and_after.h"
#include "candour/cli/options.h"
#include "candour/cli/provider_side.h"

namespace candour::cli {
namespace {

struct MinimiseOptions {
  CollectionOptions collection;
  VaultOptions vault;
  ReferenceOptions references;
  std::string period;
  std::size_t rows = 1;
};

void show(Context& context, const MinimiseOptions& options) {
  const collection::Collection collection = options.collection.load();
  const collection::Table& table = options.collection.table_of(collection);
  const vault::Vault vault = options.vault.open(context);
  const collection::Period period = collection::parse_period(options.period, table.period);
  const minimise::Lookups lookups = node::load_lookups(context.disk, collection, options.references.paths());
  const base::SecretBytes key = vault.local_pseudonym_key();
  const minimise::Minimiser minimiser(table, period, lookups, key);
  const vault::Slice slice = node::slice_of(vault, collection, table, period);
  if (vault.row_count(slice) == 0) {
    if (!vault.is_nil_return(slice)) {
      throw base::Error("CND-1607", "The vault holds neither rows nor a nil return for this period.")
          .with("table", base::Label(table.name))
          .with("period", base::Label(period.name));
    }
    context.err << "A nil return was declared for " << period.name << ": there are no rows.\n";
    return;
  }
  for (const auto& row : before_and_after(vault, slice, table, minimiser, options.rows)) {
    context.out << render_before_and_after(row) << '\n';
  }
}

}  // namespace

void add_minimise_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<MinimiseOptions>();
  CLI::App* group = app.add_subcommand("minimise", "What is left of a record when it leaves the provider");
  group->require_subcommand(1);
  CLI::App* command =
      group->add_subcommand("show", "Show rows of the vault beside the most that can be left of them");
  options->collection.add_to(*command);
  options->collection.add_table_to(*command);
  options->vault.add_to(*command);
  options->references.add_to(*command);
  command->add_option("--period", options->period, "The period: 2025-09")->required();
  command->add_option("--rows", options->rows, "How many rows");
  command->callback([&context, options] { show(context, *options); });
}

}  // namespace candour::cli
