// Between table's chunks and DuckDB's vectors: one column type has one SQL type, and a value is copied as it
// stands, never formatted.
#pragma once

#include <optional>
#include <string>

#include "candour/sql/duckdb_handles.h"
#include "candour/table/chunk.h"

namespace candour::sql {

/// The SQL type that stores a column's type: BOOLEAN, BIGINT, DOUBLE, VARCHAR, DATE.
[[nodiscard]] duckdb_type sql_type(table::Type type);
[[nodiscard]] std::string_view sql_type_name(table::Type type);
/// The column type of a result: the same, and kInteger for INTEGER; nothing for any other.
[[nodiscard]] std::optional<table::Type> column_type(duckdb_type type);

/// `"name" TYPE, …` for a CREATE TABLE.
[[nodiscard]] std::string column_definitions(const table::Schema& schema);

/// Copies a whole column into a vector of sql_type(column.type()) with room for it. Errors: CND-1405 (a
/// text that is not UTF-8).
void fill_vector(const table::Column& column, duckdb_vector vector);

/// Appends `rows` values of a vector of `type` to `column`. False where a value has no place in the column's
/// type: a date outside the years 0001 to 9999, a real that is not finite.
[[nodiscard]] bool read_vector(duckdb_vector vector, duckdb_type type, idx_t rows, table::Column& column);

}  // namespace candour::sql
