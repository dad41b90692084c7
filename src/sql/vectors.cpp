#include "candour/sql/vectors.h"

#include <cmath>
#include <cstdint>

#include "candour/base/error.h"

namespace candour::sql {
namespace {

template <typename T, typename Value>
void fill_with(const table::Column& column, duckdb_vector vector, Value value) {
  T* data = static_cast<T*>(duckdb_vector_get_data(vector));
  for (std::size_t row = 0; row < column.size(); ++row) {
    data[row] = column.is_null(row) ? T{} : value(row);
  }
}

// DuckDB makes a null of a text that is not UTF-8, in silence: it must not.
void fill_texts(const table::Column& column, duckdb_vector vector) {
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_null(row)) continue;
    const std::string_view text = column.text(row);
    duckdb_vector_assign_string_element_len(vector, row, text.data(), text.size());
  }
  std::uint64_t* validity = duckdb_vector_get_validity(vector);
  if (validity == nullptr) return;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (!column.is_null(row) && !duckdb_validity_row_is_valid(validity, row)) {
      throw base::Error("CND-1405", "A text that was given to the SQL engine is not UTF-8.");
    }
  }
}

bool is_valid(std::uint64_t* validity, idx_t row) {
  return validity == nullptr || duckdb_validity_row_is_valid(validity, row);
}

// Calls append(data[row]) for each value that is there; false as soon as one has no place.
template <typename T, typename Append>
bool read_with(duckdb_vector vector, idx_t rows, table::Column& column, Append append) {
  T* data = static_cast<T*>(duckdb_vector_get_data(vector));
  std::uint64_t* validity = duckdb_vector_get_validity(vector);
  for (idx_t row = 0; row < rows; ++row) {
    if (!is_valid(validity, row)) {
      column.append_null();
    } else if (!append(data[row])) {
      return false;
    }
  }
  return true;
}

}  // namespace

duckdb_type sql_type(table::Type type) {
  switch (type) {
    case table::Type::kBoolean:
      return DUCKDB_TYPE_BOOLEAN;
    case table::Type::kInteger:
      return DUCKDB_TYPE_BIGINT;
    case table::Type::kReal:
      return DUCKDB_TYPE_DOUBLE;
    case table::Type::kText:
      return DUCKDB_TYPE_VARCHAR;
    case table::Type::kDate:
      return DUCKDB_TYPE_DATE;
  }
  return DUCKDB_TYPE_INVALID;
}

std::string_view sql_type_name(table::Type type) {
  switch (type) {
    case table::Type::kBoolean:
      return "BOOLEAN";
    case table::Type::kInteger:
      return "BIGINT";
    case table::Type::kReal:
      return "DOUBLE";
    case table::Type::kText:
      return "VARCHAR";
    case table::Type::kDate:
      return "DATE";
  }
  return "";
}

std::optional<table::Type> column_type(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
      return table::Type::kBoolean;
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
      return table::Type::kInteger;
    case DUCKDB_TYPE_DOUBLE:
      return table::Type::kReal;
    case DUCKDB_TYPE_VARCHAR:
      return table::Type::kText;
    case DUCKDB_TYPE_DATE:
      return table::Type::kDate;
    default:
      return std::nullopt;
  }
}

std::string column_definitions(const table::Schema& schema) {
  std::string text;
  for (const table::ColumnSpec& column : schema.columns()) {
    if (!text.empty()) text += ", ";
    text += quote_identifier(column.name) + " " + std::string(sql_type_name(column.type));
  }
  return text;
}

void fill_vector(const table::Column& column, duckdb_vector vector) {
  switch (column.type()) {
    case table::Type::kBoolean:
      fill_with<bool>(column, vector, [&](std::size_t row) { return column.boolean(row); });
      break;
    case table::Type::kInteger:
      fill_with<std::int64_t>(column, vector, [&](std::size_t row) { return column.integer(row); });
      break;
    case table::Type::kReal:
      fill_with<double>(column, vector, [&](std::size_t row) { return column.real(row); });
      break;
    case table::Type::kDate:
      fill_with<duckdb_date>(
          column, vector, [&](std::size_t row) { return duckdb_date{column.date(row).days_since_1970()}; });
      break;
    case table::Type::kText:
      fill_texts(column, vector);
      break;
  }
  std::uint64_t* validity = nullptr;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (!column.is_null(row)) continue;
    if (validity == nullptr) {
      duckdb_vector_ensure_validity_writable(vector);
      validity = duckdb_vector_get_validity(vector);
    }
    duckdb_validity_set_row_invalid(validity, row);
  }
}

bool read_vector(duckdb_vector vector, duckdb_type type, idx_t rows, table::Column& column) {
  static const base::Date kFirst = *base::Date::of(1, 1, 1);
  static const base::Date kLast = *base::Date::of(9999, 12, 31);
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
      return read_with<bool>(vector, rows, column, [&](bool value) {
        column.append_boolean(value);
        return true;
      });
    case DUCKDB_TYPE_INTEGER:
      return read_with<std::int32_t>(vector, rows, column, [&](std::int32_t value) {
        column.append_integer(value);
        return true;
      });
    case DUCKDB_TYPE_BIGINT:
      return read_with<std::int64_t>(vector, rows, column, [&](std::int64_t value) {
        column.append_integer(value);
        return true;
      });
    case DUCKDB_TYPE_DOUBLE:
      return read_with<double>(vector, rows, column, [&](double value) {
        if (!std::isfinite(value)) return false;
        column.append_real(value);
        return true;
      });
    case DUCKDB_TYPE_DATE:
      return read_with<duckdb_date>(vector, rows, column, [&](duckdb_date value) {
        const base::Date date(value.days);
        if (date < kFirst || date > kLast) return false;
        column.append_date(date);
        return true;
      });
    case DUCKDB_TYPE_VARCHAR:
      return read_with<duckdb_string_t>(vector, rows, column, [&](duckdb_string_t& value) {
        column.append_text({duckdb_string_t_data(&value), duckdb_string_t_length(value)});
        return true;
      });
    default:
      base::fail_check("a type of the subset", __FILE__, __LINE__);
  }
}

}  // namespace candour::sql
