// published/ and examples/: what ties a collection to a publication, and what tests it.
#include <algorithm>

#include "candour/collection/declaration.h"

namespace candour::collection {
namespace {

using base::TomlTable;

// The first release table as texts, without what only we publish and without statuses: a publication shows in
// the value itself why it is absent.
table::Schema published_schema(const ReleaseTable& table) {
  std::vector<table::ColumnSpec> columns;
  for (const FrameDimension& dimension : table.frame)
    columns.push_back({dimension.column, table::Type::kText});
  for (const ReleaseColumn& column : table.columns) {
    if (column.is_compared()) columns.push_back({column.name, table::Type::kText});
  }
  return table::Schema(std::move(columns));
}

[[noreturn]] void refuse_expansion(base::Literal message, std::string_view column) {
  throw base::Error("CND-1316", message)
      .with("place", base::Label("published/expand.sql"))
      .with("column", base::Label(column));
}

void check_expansion(const table::Schema& result) {
  const std::vector<table::ColumnSpec> needed = {{"submitter", table::Type::kText},
                                                 {"pathways", table::Type::kInteger}};
  for (const table::ColumnSpec& column : needed) {
    const auto found = result.find(column.name);
    if (!found || result.columns()[*found].type != column.type) {
      refuse_expansion("expand.sql gives submitter (a text) and pathways (a whole number).", column.name);
    }
  }
  for (const table::ColumnSpec& column : result.columns()) {
    if (column.type != table::Type::kText && column.type != table::Type::kInteger) {
      refuse_expansion("expand.sql gives texts and whole numbers only.", column.name);
    }
  }
}

}  // namespace

void load_published(Folder& folder, Collection& collection) {
  if (folder.has("published/shape.sql")) collection.shape_sql = folder.text("published/shape.sql");
  const bool expand = folder.has("published/expand.sql");
  if (!expand && !folder.has("published/synth.toml")) return;
  const std::string name = "published/expand.sql";
  std::vector<sql::NamedSchema> relations = collection.code_list_schemas();
  relations.push_back({"published", published_schema(collection.release.tables.front())});
  collection.expand =
      sql::check_select(folder.text(name), relations, sql::Reals::kRefused, base::Label(name));
  check_expansion(collection.expand->result());
  const std::string synth = "published/synth.toml";
  const TomlTable toml = TomlTable::parse(folder.text(synth), folder.path_of(synth));
  collection.synth = load_synth(toml, collection);
  toml.finish();
}

Examples load_examples(const TomlTable& toml, const Collection& collection) {
  Examples examples;
  examples.table = toml.text("table");
  const auto table = std::find_if(collection.tables.begin(), collection.tables.end(),
                                  [&](const Table& one) { return one.name == examples.table; });
  if (table == collection.tables.end()) {
    refuse("CND-1305", "The examples are of a table that the collection does not have.", toml, "table",
           examples.table);
  }
  examples.submitter = words(toml, "submitter");
  examples.period = parse_period(toml.text("period"), table->period);
  toml.finish();
  return examples;
}

}  // namespace candour::collection
