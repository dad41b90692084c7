#include "candour/vault/row_table.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/vault/vault_format.h"

namespace candour::vault {
namespace {

using base::Error;
using base::Label;

std::string_view sql_type(table::Type type) {
  switch (type) {
    case table::Type::kBoolean:
      return "BOOLEAN";
    case table::Type::kInteger:
      return "INTEGER";
    case table::Type::kReal:
      return "REAL";
    case table::Type::kText:
      return "TEXT";
    case table::Type::kDate:
      return "DATE";
  }
  CANDOUR_CHECK(false);
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += between;
    out += part;
  }
  return out;
}

std::string parameter(std::size_t number) { return "?" + std::to_string(number); }

void bind_value(Statement& statement, int parameter_number, const table::Column& column, std::size_t row) {
  switch (column.type()) {
    case table::Type::kBoolean:
      statement.bind_integer(parameter_number, column.boolean(row) ? 1 : 0);
      return;
    case table::Type::kInteger:
      statement.bind_integer(parameter_number, column.integer(row));
      return;
    case table::Type::kReal:
      statement.bind_real(parameter_number, column.real(row));
      return;
    case table::Type::kText:
      statement.bind_text(parameter_number, column.text(row));
      return;
    case table::Type::kDate:
      statement.bind_integer(parameter_number, column.date(row).days_since_1970());
      return;
  }
}

void read_value(const Statement& statement, int index, table::Column& column) {
  switch (column.type()) {
    case table::Type::kBoolean:
      column.append_boolean(statement.integer(index) != 0);
      return;
    case table::Type::kInteger:
      column.append_integer(statement.integer(index));
      return;
    case table::Type::kReal:
      column.append_real(statement.real(index));
      return;
    case table::Type::kText:
      column.append_text(statement.text(index));
      return;
    case table::Type::kDate:
      column.append_date(base::Date(static_cast<std::int32_t>(statement.integer(index))));
      return;
  }
}

}  // namespace

RowTable::RowTable(const collection::Table& table, std::string_view collection_name)
    : table_(table),
      collection_(collection_name),
      rows_(sql_name(rows_name(collection_name, table.name))),
      quarantine_(sql_name(quarantine_name(collection_name, table.name))),
      schema_(table.row_schema()),
      in_vault_(table.fields.size(), true) {
  CANDOUR_CHECK(!table.key.empty());
}

std::string RowTable::rows_name(std::string_view collection_name, std::string_view table_name) {
  return "rows/" + std::string(collection_name) + "/" + std::string(table_name);
}
std::string RowTable::quarantine_name(std::string_view collection_name, std::string_view table_name) {
  return "quarantine/" + std::string(collection_name) + "/" + std::string(table_name);
}

bool RowTable::is_key(std::size_t field) const {
  return std::find(table_.key.begin(), table_.key.end(), field) != table_.key.end();
}
std::string RowTable::column(std::size_t field) const { return sql_name(table_.fields[field].name); }

std::string RowTable::key_columns(std::string_view prefix) const {
  std::vector<std::string> names;
  for (const std::size_t field : table_.key) names.push_back(std::string(prefix) + column(field));
  return joined(names, ", ");
}

std::string RowTable::where_key() const {
  std::string out = " WHERE _slice = ?1";
  for (const std::size_t field : table_.key) out += " AND " + column(field) + " = " + parameter(field + 2);
  return out;
}

std::string RowTable::same_key(std::string_view left, std::string_view right) const {
  std::vector<std::string> parts;
  for (const std::size_t field : table_.key) {
    parts.push_back(std::string(left) + column(field) + " = " + std::string(right) + column(field));
  }
  return joined(parts, " AND ");
}

std::vector<RowTable::HeldColumn> RowTable::held_columns(Database& database) const {
  std::vector<HeldColumn> held;
  Statement columns = database.prepare("PRAGMA table_info(" + rows_ + ")");
  while (columns.step()) {
    held.push_back({std::string(columns.text(1)), std::string(columns.text(2)), columns.integer(5)});
  }
  return held;
}

// A key whose fields changed would take two rows for one, or one for two; a value of another type would be
// read as what it is not. Neither can be mended in a file that holds rows already.
void RowTable::check_same(const std::vector<HeldColumn>& held) const {
  for (const HeldColumn& have : held) {
    if (have.name.starts_with('_')) continue;
    const std::optional<std::size_t> field = table_.find(have.name);
    const auto place = field ? std::find(table_.key.begin(), table_.key.end(), *field) : table_.key.end();
    // The slice is the first part of the key.
    const std::int64_t position = place == table_.key.end() ? 0 : place - table_.key.begin() + 2;
    const bool same_type = !field || have.type == sql_type(schema_.columns()[*field].type);
    if (position != have.key_position || !same_type) {
      throw Error("CND-1504", "The table's key or a field's type differs from what the vault holds.")
          .with("collection", Label(collection_))
          .with("table", Label(table_.name))
          .with("field", Label(have.name));
    }
  }
  for (const std::size_t field : table_.key) {
    const bool is_held = std::any_of(held.begin(), held.end(), [&](const HeldColumn& have) {
      return have.name == table_.fields[field].name;
    });
    if (!is_held) {
      throw Error("CND-1504", "The table's key or a field's type differs from what the vault holds.")
          .with("collection", Label(collection_))
          .with("table", Label(table_.name))
          .with("field", Label(table_.fields[field].name));
    }
  }
}

bool RowTable::look(Database& database) {
  const std::vector<HeldColumn> held = held_columns(database);
  if (held.empty()) return false;
  check_same(held);
  dropped_.clear();
  std::fill(in_vault_.begin(), in_vault_.end(), false);
  for (const HeldColumn& have : held) {
    if (have.name.starts_with('_')) continue;
    if (const std::optional<std::size_t> field = table_.find(have.name)) {
      in_vault_[*field] = true;
    } else {
      dropped_.push_back(sql_name(have.name));
    }
  }
  return true;
}

void RowTable::make(Database& database) const {
  std::string rows = "CREATE TABLE " + rows_ + " (_slice INTEGER NOT NULL";
  for (std::size_t i = 0; i < schema_.size(); ++i) {
    rows += ", " + column(i) + " " + std::string(sql_type(schema_.columns()[i].type));
  }
  rows += ", _file INTEGER NOT NULL, _line INTEGER NOT NULL, PRIMARY KEY (_slice, " + key_columns("") +
          ")) WITHOUT ROWID";
  database.run(rows);

  std::string refused = "CREATE TABLE " + quarantine_ + " (_id INTEGER PRIMARY KEY, _slice INTEGER NOT NULL";
  for (const std::size_t field : table_.key) {
    refused += ", " + column(field) + " " + std::string(sql_type(schema_.columns()[field].type));
  }
  refused +=
      ", _file INTEGER NOT NULL, _line INTEGER NOT NULL, _record BLOB NOT NULL, _problems TEXT NOT NULL)";
  database.run(refused);
  database.run("CREATE INDEX " + sql_name("key of " + quarantine_name(collection_, table_.name)) + " ON " +
               quarantine_ + " (_slice, " + key_columns("") + ")");
}

void RowTable::make_indexes(Database& database) const {
  for (const std::optional<std::size_t>& field : {table_.person, table_.pathway}) {
    // The key's own tree finds its first field.
    if (!field || table_.key.front() == *field) continue;
    const std::string& name = table_.fields[*field].name;
    database.run("CREATE INDEX IF NOT EXISTS " +
                 sql_name(name + " of " + rows_name(collection_, table_.name)) + " ON " + rows_ +
                 " (_slice, " + column(*field) + ")");
  }
}

void RowTable::make_or_extend(Database& database) {
  if (!look(database)) {
    make(database);
  } else {
    for (std::size_t i = 0; i < in_vault_.size(); ++i) {
      if (in_vault_[i]) continue;
      database.run("ALTER TABLE " + rows_ + " ADD COLUMN " + column(i) + " " +
                   std::string(sql_type(schema_.columns()[i].type)));
    }
  }
  make_indexes(database);
  CANDOUR_CHECK(look(database));
}

std::string RowTable::insert_sql() const {
  std::string names = "_slice";
  std::string values = "?1";
  for (std::size_t i = 0; i < schema_.size(); ++i) {
    names += ", " + column(i);
    values += ", " + parameter(i + 2);
  }
  const std::size_t file = schema_.size() + 2;
  return "INSERT INTO " + rows_ + " (" + names + ", _file, _line) VALUES (" + values + ", " +
         parameter(file) + ", " + parameter(file + 1) + ") ON CONFLICT DO NOTHING";
}

std::string RowTable::compare_sql() const {
  std::vector<std::string> same{"1"};
  for (std::size_t i = 0; i < schema_.size(); ++i) {
    if (!is_key(i)) same.push_back(column(i) + " IS " + parameter(i + 2));
  }
  for (const std::string& name : dropped_) same.push_back(name + " IS NULL");
  return "SELECT _file, _line, " + joined(same, " AND ") + " FROM " + rows_ + where_key();
}

std::string RowTable::touch_sql() const {
  const std::size_t file = schema_.size() + 2;
  return "UPDATE " + rows_ + " SET _file = " + parameter(file) + ", _line = " + parameter(file + 1) +
         where_key();
}

std::string RowTable::replace_sql() const {
  const std::size_t file = schema_.size() + 2;
  std::vector<std::string> sets{"_file = " + parameter(file), "_line = " + parameter(file + 1)};
  for (std::size_t i = 0; i < schema_.size(); ++i) {
    if (!is_key(i)) sets.push_back(column(i) + " = " + parameter(i + 2));
  }
  // A replaced row is the new row whole: what an older collection had beside it does not stay.
  for (const std::string& name : dropped_) sets.push_back(name + " = NULL");
  return "UPDATE " + rows_ + " SET " + joined(sets, ", ") + where_key();
}

std::string RowTable::quarantine_sql() const {
  std::string names = "_slice";
  std::string values = "?1";
  for (const std::size_t field : table_.key) {
    names += ", " + column(field);
    values += ", " + parameter(field + 2);
  }
  const std::size_t file = schema_.size() + 2;
  for (std::size_t i = file; i < file + 4; ++i) values += ", " + parameter(i);
  return "INSERT INTO " + quarantine_ + " (" + names + ", _file, _line, _record, _problems) VALUES (" +
         values + ")";
}

std::string RowTable::select_sql(const std::size_t* by) const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < schema_.size(); ++i) names.push_back(in_vault_[i] ? column(i) : "NULL");
  return "SELECT " + joined(names, ", ") + " FROM " + rows_ + " WHERE _slice = ?1" +
         (by == nullptr ? "" : " AND " + column(*by) + " = ?2") + " ORDER BY " + key_columns("");
}

std::optional<std::string> RowTable::numbers_sql() const {
  if (!table_.person || !in_vault_[*table_.person]) return std::nullopt;
  const std::string number = column(*table_.person);
  return "SELECT " + number + " FROM " + rows_ + " WHERE typeof(" + number + ") = 'text'";
}

std::string RowTable::remove_rows_sql() const {
  return "DELETE FROM " + rows_ + " WHERE _slice = ?1 AND _file < ?2";
}
std::string RowTable::remove_quarantined_sql() const {
  return "DELETE FROM " + quarantine_ + " WHERE _slice = ?1 AND _file < ?2";
}

std::string RowTable::settle_quarantined_sql() const {
  return "DELETE FROM " + quarantine_ + " AS q WHERE _slice = ?1 AND _file < ?2 AND (EXISTS (SELECT 1 FROM " +
         rows_ + " AS r WHERE r._slice = ?1 AND r._file >= ?2 AND " + same_key("r.", "q.") +
         ") OR EXISTS (SELECT 1 FROM " + quarantine_ + " AS n WHERE n._slice = ?1 AND n._file >= ?2 AND " +
         same_key("n.", "q.") +
         ") OR EXISTS (SELECT 1 FROM file AS old JOIN file AS new ON new.sha256 = old.sha256 AND new.id >= "
         "?2 "
         "WHERE old.id = q._file))";
}

void RowTable::bind_fields(Statement& statement, const table::Chunk& rows, std::size_t row) const {
  for (std::size_t i = 0; i < schema_.size(); ++i) {
    const table::Column& from = rows.column(i);
    if (from.is_null(row)) {
      statement.bind_null(static_cast<int>(i) + 2);
    } else {
      bind_value(statement, static_cast<int>(i) + 2, from, row);
    }
  }
  bind_key(statement, rows, row);
}

void RowTable::bind_key(Statement& statement, const table::Chunk& rows, std::size_t row) const {
  for (const std::size_t field : table_.key) {
    const table::Column& from = rows.column(field);
    if (from.is_null(row)) {
      // A primary key takes no NULL, and two NULLs would not be one key. No value is an empty blob.
      statement.bind_blob(static_cast<int>(field) + 2, {});
    } else {
      bind_value(statement, static_cast<int>(field) + 2, from, row);
    }
  }
}

void RowTable::bind_known_key(Statement& statement, const table::Chunk& rows, std::size_t row) const {
  bind_unknown_key(statement);
  for (const std::size_t field : table_.key) {
    const table::Column& from = rows.column(field);
    if (!from.is_null(row)) bind_value(statement, static_cast<int>(field) + 2, from, row);
  }
}

void RowTable::bind_unknown_key(Statement& statement) const {
  for (const std::size_t field : table_.key) statement.bind_null(static_cast<int>(field) + 2);
}

std::string_view RowTable::person_of(const Statement& statement) const {
  if (!table_.person) return {};
  const int index = static_cast<int>(*table_.person);
  const bool has_none = statement.is_null(index) || statement.is_blob(index);
  return has_none ? std::string_view() : statement.text(index);
}

void RowTable::read_fields(const Statement& statement, table::Chunk& rows) const {
  for (std::size_t i = 0; i < schema_.size(); ++i) {
    const int index = static_cast<int>(i);
    table::Column& to = rows.column(i);
    if (statement.is_null(index) || statement.is_blob(index)) {
      to.append_null();
    } else {
      read_value(statement, index, to);
    }
  }
}

}  // namespace candour::vault
