// `candour quarantine show`: the rows that were refused and wait for a corrected file, for the hospital's own
// eyes.
#include <CLI/CLI.hpp>
#include <limits>
#include <ostream>

#include "candour/base/json.h"
#include "candour/base/printable.h"
#include "candour/cli/options.h"
#include "candour/cli/provider_side.h"
#include "candour/intake/words.h"

namespace candour::cli {
namespace {

constexpr std::size_t kShown = std::numeric_limits<std::size_t>::max();  // all of it

struct QuarantineOptions {
  CollectionOptions collection;
  VaultOptions vault;
  std::string period;
  bool hide_values = false;
};

/// One line a problem: "  clock-stops-after-it-starts (CND-1204): The clock stops before it starts. [COLUMN,
/// …]".
void show_problems(std::ostream& out, const std::string& problems_json) {
  const base::Json problems = base::parse_json(problems_json);
  for (const base::Json& problem : *problems.array()) {
    out << "  " << *problem.find("rule")->text() << " (" << *problem.find("code")->text()
        << "): " << *problem.find("message")->text();
    std::string columns;
    for (const base::Json& column : *problem.find("columns")->array()) {
      columns += (columns.empty() ? "" : ", ") + *column.text();
    }
    out << (columns.empty() ? "" : " [" + columns + "]") << '\n';
  }
}

void show_quarantine(Context& context, const QuarantineOptions& options) {
  const collection::Collection collection = options.collection.load();
  const collection::Table& table = options.collection.table_of(collection);
  const vault::Vault vault = options.vault.open(context);
  const collection::Period period = collection::parse_period(options.period, table.period);
  std::uint64_t rows = 0;
  vault.visit_quarantine(node::slice_of(vault, collection, table, period),
                         [&](const vault::QuarantinedRow& row) {
                           ++rows;
                           // Neither a value nor the name of a file may write to the screen what is not
                           // theirs.
                           context.out << base::printable(row.file, kShown) << ", line " << row.line << '\n';
                           show_problems(context.out, row.problems.reveal());
                           if (!options.hide_values)
                             context.out << "  " << base::printable(row.record.reveal(), kShown) << '\n';
                         });
  context.err << rows << " rows in quarantine."
              << (rows == 0 ? "\n" : " A corrected file that holds them empties it.\n");
}

}  // namespace

void add_quarantine_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<QuarantineOptions>();
  CLI::App* group = app.add_subcommand("quarantine", "Refused rows that wait for a corrected file");
  group->require_subcommand(1);
  CLI::App* command = group->add_subcommand("show", "Show them with what is wrong with each");
  options->collection.add_to(*command);
  options->collection.add_table_to(*command);
  options->vault.add_to(*command);
  command->add_option("--period", options->period, "The period: 2025-09")->required();
  command->add_flag("--hide-values", options->hide_values, "Show places and rules only");
  command->callback([&context, options] { show_quarantine(context, *options); });
}

}  // namespace candour::cli
