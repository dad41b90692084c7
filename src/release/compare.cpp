#include "candour/release/compare.h"

#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "candour/base/error.h"
#include "candour/release/release.h"
#include "candour/release/row_key.h"
#include "candour/sql/engine.h"
#include "candour/table/csv_writer.h"

namespace candour::release {
namespace {

constexpr std::string_view kTooFew = "too-few";
constexpr std::string_view kNothingSent = "x";
constexpr std::string_view kTooFewSign = "-";
constexpr std::string_view kMissing = "missing";
constexpr std::string_view kSubmitterName = "submitter_name";

/// The columns that a publication must have in the release table's shape: dimensions, then figures.
std::vector<std::string> shape_columns(const collection::ReleaseTable& table) {
  std::vector<std::string> names;
  for (const collection::FrameDimension& dimension : table.frame) names.push_back(dimension.column);
  for (const collection::ReleaseColumn& column : table.columns) {
    if (column.is_compared()) names.push_back(column.name);
  }
  return names;
}

/// `relation` with the columns `names` and, where it has one, the submitter's name; nothing where one is
/// missing.
std::optional<table::Relation> project(const table::Relation& relation,
                                       const std::vector<std::string>& names) {
  std::vector<std::size_t> from;
  std::vector<table::ColumnSpec> columns;
  for (const std::string& name : names) {
    const auto found = relation.schema.find(name);
    if (!found || relation.schema.columns()[*found].type != table::Type::kText) return std::nullopt;
    from.push_back(*found);
    columns.push_back({name, table::Type::kText});
  }
  if (const auto name = relation.schema.find(kSubmitterName)) {
    from.push_back(*name);
    columns.push_back({std::string(kSubmitterName), table::Type::kText});
  }
  table::Relation projected{table::Schema(std::move(columns)), {}};
  for (const table::Chunk& chunk : relation.chunks) {
    table::Chunk out(projected.schema);
    for (std::size_t i = 0; i < from.size(); ++i) {
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        out.column(i).append_from(chunk.column(from[i]), row);
      }
    }
    projected.chunks.push_back(std::move(out));
  }
  return projected;
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// One side's rows by their key.
struct Side {
  std::map<RowKey, RowPlace> rows;
  std::vector<std::size_t> figures;  ///< where each compared column stands
};

Side index_side(const table::Relation& relation, const collection::ReleaseTable& table,
                const std::set<std::string>& submitters) {
  Side side;
  std::vector<std::size_t> dimensions;
  std::optional<std::size_t> submitter;
  for (std::size_t i = 0; i < table.frame.size(); ++i) {
    dimensions.push_back(relation.schema.find(table.frame[i].column).value());
    if (table.frame[i].codes.empty()) submitter = i;
  }
  for (const std::string& name : shape_columns(table))
    side.figures.push_back(relation.schema.find(name).value());
  side.figures.erase(side.figures.begin(),
                     side.figures.begin() + static_cast<std::ptrdiff_t>(table.frame.size()));
  std::uint64_t number = 0;
  for (std::size_t c = 0; c < relation.chunks.size(); ++c) {
    for (std::size_t row = 0; row < relation.chunks[c].rows(); ++row) {
      ++number;
      RowKey key = key_of(relation.chunks[c], dimensions, row);
      if (submitter && !submitters.empty() && !submitters.contains(key[*submitter])) continue;
      if (!side.rows.emplace(std::move(key), RowPlace{c, row}).second) {
        throw base::Error("CND-1707", "A row stands twice in what is compared.")
            .with("table", base::Label(table.name))
            .with("row", number);
      }
    }
  }
  return side;
}

/// A released figure with what says why it may be absent.
struct Figure {
  const table::Column* column;
  std::size_t row;
  std::string_view status;
};

bool equals(const Figure& released, const std::optional<std::string_view>& published, double tolerance) {
  if (released.column->is_null(released.row)) {
    if (!published) return released.status == kNothingSent;
    return *published == kTooFewSign && released.status == kTooFew;
  }
  if (!published) return false;
  switch (released.column->type()) {
    case table::Type::kInteger:
      return parse_number<std::int64_t>(*published) == released.column->integer(released.row);
    case table::Type::kReal: {
      const auto number = parse_number<double>(*published);
      return number && std::abs(*number - released.column->real(released.row)) <= tolerance;
    }
    default:
      return *published == table::canonical_text(*released.column, released.row);
  }
}

/// The status of each compared column of a released row.
class Statuses {
 public:
  Statuses(const collection::ReleaseTable& table, const table::Schema& schema)
      : return_(schema.find("return").value()) {
    for (const collection::ReleaseColumn& column : table.columns) {
      if (!column.is_compared()) continue;
      columns_.push_back(column.status ? schema.find(*column.status) : std::nullopt);
    }
  }
  [[nodiscard]] std::string_view of(const table::Chunk& chunk, std::size_t row, std::size_t figure) const {
    const std::size_t column = columns_[figure].value_or(return_);
    return chunk.column(column).is_null(row) ? std::string_view() : chunk.column(column).text(row);
  }

 private:
  std::size_t return_;
  std::vector<std::optional<std::size_t>> columns_;
};

/// A row without a value in a dimension is nobody's.
void require_dimensions(const table::Relation& shaped, const collection::ReleaseTable& table) {
  std::uint64_t number = 0;
  for (const table::Chunk& chunk : shaped.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      ++number;
      for (std::size_t i = 0; i < table.frame.size(); ++i) {
        if (!chunk.column(i).is_null(row)) continue;
        throw base::Error("CND-1703", "A row of the published file does not say whose figures it has.")
            .with("row", number)
            .with("column", base::Label(table.frame[i].column));
      }
    }
  }
}

std::vector<const collection::ReleaseColumn*> compared_columns(const collection::ReleaseTable& table) {
  std::vector<const collection::ReleaseColumn*> columns;
  for (const collection::ReleaseColumn& column : table.columns) {
    if (column.is_compared()) columns.push_back(&column);
  }
  return columns;
}

// What shape.sql may not read here is a column that it expects and the published file does not have.
sql::CheckedSelect check_shape_sql(const collection::Collection& collection,
                                   const std::vector<sql::NamedSchema>& relations) {
  try {
    return sql::check_select(*collection.shape_sql, relations, sql::Reals::kRefused,
                             base::Label("published/shape.sql"));
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode("CND-1403")) throw;
    std::string column;
    for (const base::Error::Field& field : error.fields()) {
      const auto* name = std::get_if<std::string>(&field.value);
      if (field.name == "name" && name != nullptr) column = *name;
    }
    throw base::Error("CND-1703",
                      "The published file lacks a column that the collection's published/shape.sql reads.")
        .with("collection", base::Label(collection.name))
        .with("column", base::Label(column));
  }
}

}  // namespace

table::Relation shape_published(const collection::Collection& collection,
                                const collection::ReleaseTable& table, base::ByteSource& published) {
  const table::Relation raw = table::parse_text_csv(published);
  const std::vector<std::string> names = shape_columns(table);
  if (auto as_it_stands = project(raw, names)) {
    require_dimensions(*as_it_stands, table);
    return std::move(*as_it_stands);
  }
  if (!collection.shape_sql) {
    throw base::Error(
        "CND-1703",
        "The published file is not in the release table's shape, and the collection has no shape.sql.")
        .with("collection", base::Label(collection.name));
  }
  std::vector<sql::NamedSchema> relations = collection.code_list_schemas();
  relations.push_back({"published", raw.schema});
  const sql::CheckedSelect shape = check_shape_sql(collection, relations);
  sql::Engine engine;
  collection.put_code_lists(engine, shape);
  table::RelationSource source(raw);
  engine.put_table("published", source);
  sql::Result result = engine.run(shape);
  table::Relation shaped{result.schema(), {}};
  table::Chunk chunk(shaped.schema);
  while (result.next(chunk)) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) shaped.append_row(chunk, row);
  }
  auto projected = project(shaped, names);
  if (!projected) {
    throw base::Error("CND-1703",
                      "published/shape.sql does not give every dimension and figure of the table as text.")
        .with("collection", base::Label(collection.name))
        .with("table", base::Label(table.name));
  }
  require_dimensions(*projected, table);
  return std::move(*projected);
}

Comparison compare(const collection::ReleaseTable& table, const table::Relation& released,
                   const table::Relation& published, const std::vector<std::string>& submitters) {
  const std::set<std::string> wanted(submitters.begin(), submitters.end());
  const Side left = index_side(released, table, {});
  Side right = index_side(published, table, wanted);
  const std::vector<const collection::ReleaseColumn*> columns = compared_columns(table);
  const Statuses statuses(table, released.schema);
  Comparison comparison;
  const auto missing_row = [&](const RowKey& key, std::string_view of_released,
                               std::string_view of_published) {
    ++comparison.rows;
    comparison.cells += columns.size();
    comparison.differ += columns.size();
    comparison.differences.push_back({key, "", std::string(of_released), std::string(of_published)});
  };
  for (const auto& [key, place] : left.rows) {
    const auto other = right.rows.find(key);
    if (other == right.rows.end()) {
      missing_row(key, "there", kMissing);
      continue;
    }
    ++comparison.rows;
    const table::Chunk& ours = released.chunks[place.chunk];
    const table::Chunk& theirs = published.chunks[other->second.chunk];
    for (std::size_t i = 0; i < columns.size(); ++i) {
      ++comparison.cells;
      const table::Column& column = theirs.column(right.figures[i]);
      std::optional<std::string_view> text;
      if (!column.is_null(other->second.row)) text = column.text(other->second.row);
      const Figure figure{&ours.column(left.figures[i]), place.row, statuses.of(ours, place.row, i)};
      if (equals(figure, text, columns[i]->tolerance)) continue;
      ++comparison.differ;
      const auto shown = table::canonical_text(*figure.column, figure.row);
      comparison.differences.push_back({key, columns[i]->name,
                                        shown.value_or("absent (" + std::string(figure.status) + ")"),
                                        std::string(text.value_or("absent"))});
    }
    right.rows.erase(other);
  }
  for (const auto& [key, place] : right.rows) missing_row(key, kMissing, "there");
  return comparison;
}

std::string summary_line(const Comparison& comparison) {
  return "rows compared: " + std::to_string(comparison.rows) +
         ", cells compared: " + std::to_string(comparison.cells) +
         ", differ: " + std::to_string(comparison.differ);
}

table::Relation load_released(const base::Disk& disk, const std::filesystem::path& folder,
                              const collection::Collection& collection,
                              const collection::ReleaseTable& table) {
  const std::filesystem::path path = folder / "tables" / (table.name + ".csv");
  if (!disk.exists(path)) {
    throw base::Error("CND-1704", "The folder is no release of this collection: the table is not in it.")
        .with("path", path)
        .with("collection", base::Label(collection.name));
  }
  const auto file = disk.open(path);
  base::FileSource source(*file);
  return table::parse_canonical_csv(source, release_schema(table));
}

}  // namespace candour::release
