// The frame: every cell that a release table must have, so that a zero, a nil return and nothing sent look
// different.
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "candour/base/error.h"
#include "candour/release/release.h"
#include "candour/release/row_key.h"

namespace candour::release {
namespace {

constexpr std::string_view kReturn = "return";
constexpr std::string_view kMade = "made";
constexpr std::string_view kNil = "nil";
constexpr std::string_view kNothingSent = "x";

/// The values of a dimension, in the order of the table.
std::vector<std::string> dimension_values(const collection::Collection& collection,
                                          const collection::FrameDimension& dimension,
                                          const std::vector<Submitter>& submitters) {
  std::vector<std::string> values;
  if (dimension.codes.empty()) {
    for (const Submitter& submitter : submitters) values.push_back(submitter.code);
  } else {
    for (const collection::Code& code : collection.codes.at(dimension.codes).codes())
      values.push_back(code.value);
  }
  return values;
}

std::size_t require_column(const table::Schema& schema, const std::string& name,
                           const collection::ReleaseTable& table) {
  const auto found = schema.find(name);
  if (!found) {
    throw base::Error("CND-1702", "The combining step does not give a column that the release declares.")
        .with("table", base::Label(table.name))
        .with("column", base::Label(name));
  }
  return *found;
}

/// What one submitter sent for the table's measure.
std::map<std::string, std::string_view> returns_of(const collection::ReleaseTable& table,
                                                   const ReleaseInputs& inputs) {
  std::map<std::string, std::string_view> returns;
  const auto counts = inputs.counts.find(table.measure);
  if (counts == inputs.counts.end()) return returns;
  for (const measure::Counts& one : counts->second) returns[one.submitter] = one.nil ? kNil : kMade;
  return returns;
}

void append_declared(table::Column& column, const std::string& value) {
  if (value.empty()) {
    column.append_null();
  } else if (column.type() == table::Type::kText) {
    column.append_text(value);
  } else {
    std::int64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    if (column.type() == table::Type::kInteger) column.append_integer(number);
    if (column.type() == table::Type::kReal) column.append_real(static_cast<double>(number));
  }
}

/// A row that the frame adds: the declared nils where a return was made, nothing where none was.
void append_missing(table::Chunk& out, const collection::ReleaseTable& table, std::string_view returned) {
  const std::size_t first = table.frame.size();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    table::Column& column = out.column(first + i);
    if (returned != kNothingSent) {
      append_declared(column, table.columns[i].nil);
    } else if (table.columns[i].is_status) {
      column.append_text(kNothingSent);
    } else {
      column.append_null();
    }
  }
}

/// Walks every combination of the dimensions' values, the last one fastest.
template <typename Visit>
void for_each_cell(const std::vector<std::vector<std::string>>& values, const Visit& visit) {
  for (const auto& of_dimension : values) {
    if (of_dimension.empty()) return;
  }
  std::vector<std::size_t> at(values.size(), 0);
  while (true) {
    RowKey key;
    for (std::size_t i = 0; i < values.size(); ++i) key.push_back(values[i][at[i]]);
    visit(key);
    std::size_t i = values.size();
    while (i > 0 && ++at[i - 1] == values[i - 1].size()) at[--i] = 0;
    if (i == 0) return;
  }
}

std::string joined(const RowKey& key) {
  std::string text;
  for (const std::string& part : key) text += (text.empty() ? "" : " ") + part;
  return text;
}

std::map<RowKey, RowPlace> index_rows(const table::Relation& relation,
                                      const std::vector<std::size_t>& columns,
                                      const collection::ReleaseTable& table) {
  std::map<RowKey, RowPlace> index;
  for (std::size_t c = 0; c < relation.chunks.size(); ++c) {
    for (std::size_t row = 0; row < relation.chunks[c].rows(); ++row) {
      if (!index.emplace(key_of(relation.chunks[c], columns, row), RowPlace{c, row}).second) {
        throw base::Error("CND-1702", "The combining step gives a row of the release twice.")
            .with("table", base::Label(table.name));
      }
    }
  }
  return index;
}

/// A figure of a release counts something, or is of what was counted: none is below 0, and charts rely on it.
void require_figure(const table::Column& column, std::size_t row, const collection::ReleaseTable& table,
                    const std::string& name, const RowKey& key) {
  if (column.is_null(row)) return;
  bool is_figure = true;
  if (column.type() == table::Type::kInteger) is_figure = column.integer(row) >= 0;
  if (column.type() == table::Type::kReal)
    is_figure = std::isfinite(column.real(row)) && column.real(row) >= 0;
  if (is_figure) return;
  throw base::Error("CND-1702", "The combining step gives a figure that is below 0, or no number.")
      .with("table", base::Label(table.name))
      .with("row", base::Label(joined(key)))
      .with("column", base::Label(name));
}

}  // namespace

table::Schema release_schema(const collection::ReleaseTable& table) {
  std::vector<table::ColumnSpec> columns;
  for (const collection::FrameDimension& dimension : table.frame) {
    columns.push_back({dimension.column, table::Type::kText});
  }
  for (const collection::ReleaseColumn& column : table.columns) columns.push_back({column.name, column.type});
  columns.push_back({std::string(kReturn), table::Type::kText});
  return table::Schema(std::move(columns));
}

table::Relation fill_frame(const collection::Collection& collection, const collection::ReleaseTable& table,
                           const table::Relation& combined, const ReleaseInputs& inputs) {
  std::vector<std::vector<std::string>> values;
  std::vector<std::size_t> dimensions;
  std::optional<std::size_t> submitter_dimension;
  for (std::size_t i = 0; i < table.frame.size(); ++i) {
    values.push_back(dimension_values(collection, table.frame[i], inputs.submitters));
    dimensions.push_back(require_column(combined.schema, table.frame[i].column, table));
    if (table.frame[i].codes.empty()) submitter_dimension = i;
  }
  std::vector<std::size_t> figures;
  for (const collection::ReleaseColumn& column : table.columns) {
    figures.push_back(require_column(combined.schema, column.name, table));
  }
  std::map<RowKey, RowPlace> cells = index_rows(combined, dimensions, table);
  const std::map<std::string, std::string_view> returns = returns_of(table, inputs);

  table::Relation framed{release_schema(table), {}};
  table::Chunk row(framed.schema);
  for_each_cell(values, [&](const RowKey& key) {
    row.clear();
    for (std::size_t i = 0; i < key.size(); ++i) row.column(i).append_text(key[i]);
    std::string_view returned = kMade;
    if (submitter_dimension) {
      const auto found = returns.find(key[*submitter_dimension]);
      returned = found == returns.end() ? kNothingSent : found->second;
    }
    const auto cell = cells.find(key);
    if (cell == cells.end()) {
      append_missing(row, table, returned);
    } else {
      for (std::size_t i = 0; i < figures.size(); ++i) {
        const table::Column& column = combined.chunks[cell->second.chunk].column(figures[i]);
        require_figure(column, cell->second.row, table, table.columns[i].name, key);
        row.column(key.size() + i).append_from(column, cell->second.row);
      }
      cells.erase(cell);
    }
    row.column(framed.schema.size() - 1).append_text(returned);
    framed.append_row(row, 0);
  });
  if (!cells.empty()) {
    throw base::Error("CND-1702", "The combining step gives a row outside the frame of the release.")
        .with("table", base::Label(table.name))
        .with("row", base::Label(joined(cells.begin()->first)));
  }
  return framed;
}

}  // namespace candour::release
