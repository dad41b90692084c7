// A measure: its declaration and its two steps, each bound to what it may read.
#include <set>

#include "candour/collection/declaration.h"

namespace candour::collection {
namespace {

using base::TomlTable;

std::vector<sql::NamedSchema> readable(const Collection& collection, std::string name, table::Schema schema) {
  std::vector<sql::NamedSchema> relations = collection.code_list_schemas();
  relations.push_back({"period", period_schema()});
  relations.push_back({std::move(name), std::move(schema)});
  return relations;
}

/// A hub believes what a provider counted as far as these columns allow: which they are must be certain.
void require_counts(const Measure& measure, const TomlTable& toml) {
  if (measure.counts.empty()) refuse("CND-1320", "A measure has no column of counts.", toml, "counts");
  std::set<std::string_view> names;
  for (const std::string& name : measure.counts) {
    const auto column = measure.local.result().find(name);
    if (!column) {
      refuse("CND-1305", "A measure's column of counts is none of its local step.", toml, "counts", name);
    }
    if (measure.local.result().columns()[*column].type != table::Type::kInteger) {
      refuse("CND-1320", "A measure's column of counts does not hold integers.", toml, "counts", name);
    }
    if (!names.insert(name).second) {
      refuse("CND-1320", "A measure names a column of counts twice.", toml, "counts", name);
    }
  }
}

}  // namespace

Measure load_measure(Folder& folder, const std::string& name, const Collection& collection) {
  const std::string stem = "measures/" + name;
  const TomlTable toml = TomlTable::parse(folder.text(stem + ".toml"), folder.path_of(stem + ".toml"));
  Measure measure;
  measure.name = name;
  measure.title = words(toml, "title");
  measure.table = toml.text("table");
  measure.unit = one_of<Unit>(
      toml, "unit",
      {{"row", Unit::kRow}, {"person", Unit::kPerson}, {"shared-pathway", Unit::kSharedPathway}});
  // Distinct people across providers and shared halves need linkage; counts from each provider cannot give
  // them.
  if (measure.unit != Unit::kRow) {
    refuse("CND-1311", "A measure's unit needs linkage, which counts from each provider cannot give.", toml,
           "unit", toml.text("unit"));
  }
  measure.counts = toml.texts("counts");
  toml.finish();
  const Table* table = nullptr;
  for (const Table& one : collection.tables) {
    if (one.name == measure.table) table = &one;
  }
  if (table == nullptr) {
    refuse("CND-1305", "A measure reads a table that the collection does not have.", toml, "table",
           measure.table);
  }
  const std::string local = stem + ".local.sql";
  measure.local = sql::check_select(folder.text(local), readable(collection, "rows", table->local_schema()),
                                    sql::Reals::kRefused, base::Label(local));
  require_counts(measure, toml);
  const std::string combine = stem + ".combine.sql";
  measure.combine =
      sql::check_select(folder.text(combine), readable(collection, "counts", measure.local.result()),
                        sql::Reals::kAllowed, base::Label(combine));
  return measure;
}

// As DuckDB's binder finds, by looking for each field without it.
std::vector<std::string> Collection::fields_read(const Measure& of) const {
  const table::Schema all = table(of.table).local_schema();
  const auto is_bound_without = [&](const std::string& field) {
    std::vector<table::ColumnSpec> others;
    for (const table::ColumnSpec& column : all.columns()) {
      if (column.name != field) others.push_back(column);
    }
    try {
      (void)sql::check_select(of.local.text(), readable(*this, "rows", table::Schema(std::move(others))),
                              sql::Reals::kRefused, base::Label(of.name));
      return true;
    } catch (const base::Error& error) {
      if (error.code() == base::ErrorCode("CND-1403")) return false;
      throw;
    }
  };
  std::vector<std::string> fields;
  const table::Schema minimised = table(of.table).minimised_schema();
  for (const table::ColumnSpec& column : minimised.columns()) {
    if (!is_bound_without(column.name)) fields.push_back(column.name);
  }
  return fields;
}

}  // namespace candour::collection
