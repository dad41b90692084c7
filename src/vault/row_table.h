// A table of a collection as the vault holds it: two SQL tables, "rows/COLLECTION/TABLE" and
// "quarantine/COLLECTION/TABLE", made from the collection's declarations, and the statements on them.
//
// Rows stand by (slice, key) and are indexed by (slice, person) and (slice, pathway): a load then touches one
// narrow stretch of each tree, however many periods the vault holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/collection/collection.h"
#include "candour/table/chunk.h"
#include "candour/vault/sqlite.h"

namespace candour::vault {

class RowTable {
 public:
  /// Describes; touches nothing. `table` outlives it.
  RowTable(const collection::Table& table, std::string_view collection_name);

  /// Makes the SQL tables, or adds the fields that they lack. Errors: CND-1504 (a field's type or the key
  /// differs from the vault's).
  void make_or_extend(Database& database);
  /// Reads which fields the vault has; false where it holds no such table. Errors: CND-1504.
  [[nodiscard]] bool look(Database& database);

  // Statements. Parameters: ?1 the slice, ?2… the fields in the table's order, then the file, then the line.
  [[nodiscard]] std::string insert_sql() const;      ///< does nothing where the key stands already
  [[nodiscard]] std::string compare_sql() const;     ///< by key: file, line, whether every value is the same
  [[nodiscard]] std::string touch_sql() const;       ///< by key: sets file and line
  [[nodiscard]] std::string replace_sql() const;     ///< by key: sets everything
  [[nodiscard]] std::string quarantine_sql() const;  ///< takes also ?record and ?problems, after the line
  [[nodiscard]] int file_parameter() const { return static_cast<int>(table_.fields.size()) + 2; }

  /// The fields of the slice ?1 in the order of the keys; with `by`, of those rows whose field `by` is ?2.
  [[nodiscard]] std::string select_sql(const std::size_t* by) const;
  /// The NHS numbers of all the table's rows, whatever the slice, as often as they stand there; nothing where
  /// the vault has no such field.
  [[nodiscard]] std::optional<std::string> numbers_sql() const;
  /// Removes from the slice ?1 the rows, or the quarantined rows, of files before ?2.
  [[nodiscard]] std::string remove_rows_sql() const;
  [[nodiscard]] std::string remove_quarantined_sql() const;
  /// Removes from the slice ?1 quarantined rows of files before ?2 that the files from ?2 on have settled:
  /// they hold the same key, accepted or refused again, or are the same file once more.
  [[nodiscard]] std::string settle_quarantined_sql() const;

  /// Binds row `row` of `rows` to ?2…; a key's field that has no value as an empty blob.
  void bind_fields(Statement& statement, const table::Chunk& rows, std::size_t row) const;
  /// Binds only the key's fields.
  void bind_key(Statement& statement, const table::Chunk& rows, std::size_t row) const;
  /// Binds a refused row's key, as far as it is known: what is not equals nothing.
  void bind_known_key(Statement& statement, const table::Chunk& rows, std::size_t row) const;
  void bind_unknown_key(Statement& statement) const;
  /// Appends the current row of select_sql() to `rows`.
  void read_fields(const Statement& statement, table::Chunk& rows) const;

  /// The NHS number of the current row of select_sql(), until the next step; empty where there is none.
  [[nodiscard]] std::string_view person_of(const Statement& statement) const;

  [[nodiscard]] table::Chunk empty_chunk() const { return table::Chunk(schema_); }

  [[nodiscard]] static std::string rows_name(std::string_view collection_name, std::string_view table_name);
  [[nodiscard]] static std::string quarantine_name(std::string_view collection_name,
                                                   std::string_view table_name);

 private:
  struct HeldColumn {
    std::string name;
    std::string type;
    std::int64_t key_position = 0;  ///< from 1; 0 outside the key
  };
  [[nodiscard]] std::vector<HeldColumn> held_columns(Database& database) const;
  void check_same(const std::vector<HeldColumn>& held) const;
  void make(Database& database) const;
  void make_indexes(Database& database) const;
  [[nodiscard]] bool is_key(std::size_t field) const;
  [[nodiscard]] std::string column(std::size_t field) const;
  [[nodiscard]] std::string key_columns(std::string_view prefix) const;
  [[nodiscard]] std::string where_key() const;
  [[nodiscard]] std::string same_key(std::string_view left, std::string_view right) const;

  const collection::Table& table_;
  std::string collection_;
  std::string rows_;        ///< quoted
  std::string quarantine_;  ///< quoted
  table::Schema schema_;
  std::vector<bool> in_vault_;        ///< by field
  std::vector<std::string> dropped_;  ///< columns of fields that the collection no longer has; quoted
};

}  // namespace candour::vault
