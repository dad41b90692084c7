#include "candour/cli/demo_patient.h"

#include <algorithm>
#include <map>

#include "candour/cli/before_and_after.h"
#include "candour/lake/lake.h"
#include "candour/node/lake_tables.h"
#include "candour/node/scratch.h"
#include "candour/node/vault_rows.h"
#include "candour/table/csv_writer.h"

namespace candour::cli {
namespace {

constexpr std::size_t kRowsLookedAt = 500;

/// What is left of a row, as one text; and the pseudonyms of all rows of the lake with that text.
using PseudonymsByRow = std::map<std::string, std::vector<std::string>>;

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += value + '\x1f';
  return text;
}

PseudonymsByRow rows_of_lake(Context& context, const AtHub& hub, const vault::Slice& slice,
                             const collection::Collection& collection, const collection::Table& table) {
  const node::ScratchFolder scratch;
  lake::Table held = lake::Table::open({context.disk, context.random, scratch.path()},
                                       node::lake_folder(hub.lake, collection.name, table.name));
  const lake::Snapshot now = held.snapshot();
  const auto rows = held.rows(now, {slice.submitter, slice.period});
  table::Chunk chunk(rows->schema());
  PseudonymsByRow found;
  while (rows->next(chunk)) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      std::vector<std::string> values;
      for (std::size_t column = 1; column < rows->schema().size(); ++column) {
        const std::string& name = rows->schema().columns()[column].name;
        if (std::ranges::find(hub.fields, name) == hub.fields.end()) continue;
        values.push_back(table::canonical_text(chunk.column(column), row).value_or(""));
      }
      found[joined(values)].push_back(table::canonical_text(chunk.column(0), row).value_or(""));
    }
  }
  return found;
}

std::string left_of(const std::vector<BeforeAfter>& row) {
  std::vector<std::string> values;
  for (const BeforeAfter& field : row) {
    if (!field.after_name.empty()) values.push_back(field.after);
  }
  return joined(values);
}

}  // namespace

std::string show_patient(Context& context, const vault::Vault& vault,
                         const collection::Collection& collection, const collection::Table& table,
                         const collection::Period& period, const minimise::Lookups& lookups,
                         const AtHub* hub) {
  const base::SecretBytes key = vault.local_pseudonym_key();
  const minimise::Minimiser minimiser(table, period, lookups, key, hub == nullptr ? nullptr : &hub->fields);
  const vault::Slice slice = node::slice_of(vault, collection, table, period);
  auto rows = before_and_after(vault, slice, table, minimiser, hub == nullptr ? 1 : kRowsLookedAt);
  if (rows.empty()) return "";
  if (hub == nullptr || !table.person) return render_before_and_after(rows.front());
  const PseudonymsByRow held = rows_of_lake(context, *hub, slice, collection, table);
  for (std::vector<BeforeAfter>& row : rows) {
    const auto found = held.find(left_of(row));
    if (found == held.end() || found->second.size() != 1 || found->second.front().empty()) continue;
    row[*table.person].after_name = "pseudonym";
    row[*table.person].after = found->second.front();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!table.fields[i].of_submitter) continue;
      row[i].after_name = "whose slice it is";
      row[i].after = slice.submitter;
    }
    return render_before_and_after(row);
  }
  return render_before_and_after(rows.front());
}

}  // namespace candour::cli
