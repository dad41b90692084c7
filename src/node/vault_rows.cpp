#include "candour/node/vault_rows.h"

#include "candour/base/error.h"

namespace candour::node {

MinimisedRows::MinimisedRows(vault::RowCursor rows, const collection::Table& table,
                             const minimise::Minimiser& minimiser, Look look)
    : rows_(std::move(rows)),
      minimiser_(minimiser),
      look_(std::move(look)),
      schema_(table.minimised_schema()),
      buffer_(table::Chunk(table.row_schema())) {}

bool MinimisedRows::next(table::Chunk& chunk) {
  chunk.clear();
  if (!rows_.next(buffer_)) return false;
  if (look_) look_(buffer_);
  minimiser_.minimise(buffer_, chunk);
  return true;
}

vault::Slice slice_of(const vault::Vault& vault, const collection::Collection& collection,
                      const collection::Table& table, const collection::Period& period) {
  return {collection.name, table.name, vault.submitter(), period.name};
}

minimise::Lookups load_lookups(const base::Disk& disk, const collection::Collection& collection,
                               const std::map<std::string, std::filesystem::path>& paths) {
  minimise::Lookups lookups;
  for (const auto& [name, reference] : collection.references) {
    const auto found = paths.find(name);
    if (found == paths.end()) {
      throw base::Error("CND-1603", "The collection needs a reference that was not given.")
          .with("reference", base::Label(name));
    }
    lookups.emplace(name, minimise::Lookup::load(disk, found->second, reference));
  }
  return lookups;
}

}  // namespace candour::node
