#include "candour/release/figures.h"

#include "candour/base/error.h"
#include "candour/page/text.h"

namespace candour::release {
namespace {

std::size_t column_index(const table::Relation& relation, const std::string& name) {
  const auto found = relation.schema.find(name);
  if (!found) {
    throw base::Error("CND-1708", "The release names a column that its table does not have.")
        .with("column", base::Label(name));
  }
  return *found;
}

/// A reason as a reader understands it.
std::string reason_text(std::string_view status) {
  if (status == "too-few") return "too few";
  if (status == "x") return "not sent";
  return status.empty() ? "–" : std::string(status);
}

}  // namespace

void for_each_row(const table::Relation& relation, const Where& where,
                  const std::function<void(const table::Chunk&, std::size_t)>& visit) {
  std::vector<std::pair<std::size_t, const std::string*>> conditions;
  for (const auto& [column, value] : where) conditions.emplace_back(column_index(relation, column), &value);
  for (const table::Chunk& chunk : relation.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      bool wanted = true;
      for (const auto& [column, value] : conditions) {
        wanted = wanted && !chunk.column(column).is_null(row) && chunk.column(column).text(row) == *value;
      }
      if (wanted) visit(chunk, row);
    }
  }
}

std::int64_t sum_of(const table::Relation& relation, const std::vector<std::string>& columns,
                    const Where& where) {
  std::vector<std::size_t> indices;
  for (const std::string& name : columns) {
    indices.push_back(column_index(relation, name));
    if (relation.schema.columns()[indices.back()].type != table::Type::kInteger) {
      throw base::Error("CND-1708", "The release adds a column that is no count.")
          .with("column", base::Label(name));
    }
  }
  std::int64_t sum = 0;
  for_each_row(relation, where, [&](const table::Chunk& chunk, std::size_t row) {
    for (const std::size_t i : indices) {
      if (!chunk.column(i).is_null(row)) sum += chunk.column(i).integer(row);
    }
  });
  return sum;
}

std::string cell_text(const collection::ReleaseTable& table, const table::Relation& relation,
                      const table::Chunk& chunk, std::size_t row, const std::string& name) {
  const table::Column& column = chunk.column(column_index(relation, name));
  const collection::ReleaseColumn* declared = table.find(name);
  if (column.is_null(row)) {
    const bool has_status = declared != nullptr && declared->status;
    const table::Column& status =
        chunk.column(column_index(relation, has_status ? *declared->status : "return"));
    return reason_text(status.is_null(row) ? std::string_view() : status.text(row));
  }
  if (column.type() == table::Type::kInteger) return page::grouped(column.integer(row));
  if (column.type() == table::Type::kReal) {
    return page::rounded(column.real(row), declared == nullptr ? 1 : declared->decimals);
  }
  return std::string(column.text(row));
}

}  // namespace candour::release
