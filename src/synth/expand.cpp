#include <set>

#include "candour/base/error.h"
#include "candour/sql/engine.h"
#include "candour/synth/synth.h"
#include "candour/table/csv_writer.h"

namespace candour::synth {
namespace {

constexpr std::string_view kSubmitter = "submitter";
constexpr std::string_view kRows = "pathways";

/// A group as a file is made from it.
Group group_of(const table::Chunk& chunk, std::size_t row, std::size_t submitter, std::size_t rows) {
  if (chunk.column(submitter).is_null(row) || chunk.column(rows).is_null(row) ||
      chunk.column(rows).integer(row) < 1) {
    throw base::Error("CND-1805", "A group of expand.sql has no submitter, or no rows.")
        .with("column", base::Label(chunk.column(submitter).is_null(row) ? kSubmitter : kRows));
  }
  Group group;
  group.rows = static_cast<std::uint64_t>(chunk.column(rows).integer(row));
  for (const table::Column& column : chunk.columns()) {
    group.values.push_back(table::canonical_text(column, row).value_or(""));
  }
  return group;
}

}  // namespace

Expansion expand(const collection::Collection& collection, const table::Relation& published) {
  if (!collection.expand || !collection.synth) {
    throw base::Error("CND-1801", "The collection does not say how a published table becomes rows.")
        .with("collection", base::Label(collection.name));
  }
  sql::Engine engine;
  table::RelationSource source(published);
  engine.put_table("published", source);
  collection.put_code_lists(engine, *collection.expand);
  sql::Result result = engine.run(*collection.expand);
  const table::Schema& schema = result.schema();
  const std::size_t submitter = schema.find(kSubmitter).value();
  const std::size_t rows = schema.find(kRows).value();

  table::Relation groups{schema, {}};
  table::Chunk chunk(schema);
  while (result.next(chunk)) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) groups.append_row(chunk, row);
  }
  table::sort_rows(groups);  // an engine's order is its own affair

  Expansion expansion;
  for (const table::ColumnSpec& column : schema.columns()) expansion.columns.push_back(column.name);
  const std::size_t named = published.schema.find(kSubmitter).value();
  for (const table::Chunk& part : published.chunks) {
    for (std::size_t row = 0; row < part.rows(); ++row)
      expansion.groups[std::string(part.column(named).text(row))];
  }
  for (const table::Chunk& part : groups.chunks) {
    for (std::size_t row = 0; row < part.rows(); ++row) {
      Group group = group_of(part, row, submitter, rows);
      expansion.groups[std::string(part.column(submitter).text(row))].push_back(std::move(group));
    }
  }
  return expansion;
}

}  // namespace candour::synth
