// What the vault's tests share: a small table of people, rows for it, and a vault to put them into.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "candour/base/error.h"
#include "candour/base/random.h"
#include "candour/collection/collection.h"
#include "candour/table/chunk.h"
#include "candour/vault/sqlite.h"
#include "candour/vault/vault.h"

namespace candour::vault::testing {

/// A row as tests write it. An empty text or a negative number is no value.
struct Row {
  std::string person;
  std::string pathway;
  std::int32_t stop = 0;  ///< days since 1970
  std::string name;
  std::int64_t visits = -1;
  friend bool operator==(const Row&, const Row&) = default;
};

inline collection::Field field(std::string name, collection::FieldType type) {
  collection::Field made;
  made.name = std::move(name);
  made.type = type;
  return made;
}

/// clock_stops (person, pathway, stop, name, visits), key (pathway, stop).
inline collection::Table clock_stops() {
  collection::Table table;
  table.name = "clock_stops";
  table.fields = {field("person", collection::FieldType::kNhsNumber),
                  field("pathway", collection::FieldType::kText), field("stop", collection::FieldType::kDate),
                  field("name", collection::FieldType::kText),
                  field("visits", collection::FieldType::kInteger)};
  table.key = {1, 2};
  table.person = 0;
  table.pathway = 1;
  return table;
}

inline Slice slice(std::string period = "2025-09") {
  return {"waiting", "clock_stops", "RXX", std::move(period)};
}

inline void append(table::Chunk& chunk, const Row& row) {
  const auto text = [](table::Column& column, const std::string& value) {
    value.empty() ? column.append_null() : column.append_text(value);
  };
  text(chunk.column(0), row.person);
  text(chunk.column(1), row.pathway);
  row.stop < 0 ? chunk.column(2).append_null() : chunk.column(2).append_date(base::Date(row.stop));
  text(chunk.column(3), row.name);
  row.visits < 0 ? chunk.column(4).append_null() : chunk.column(4).append_integer(row.visits);
}

inline table::IdentifiableChunk chunk_of(const std::vector<Row>& rows) {
  table::Chunk chunk(clock_stops().row_schema());
  for (const Row& row : rows) append(chunk, row);
  return table::IdentifiableChunk(std::move(chunk));
}

inline void read(const table::IdentifiableChunk& identifiable, std::vector<Row>& out) {
  const table::Chunk& chunk = identifiable.reveal();
  const auto text = [&](std::size_t column, std::size_t row) {
    return chunk.column(column).is_null(row) ? std::string() : std::string(chunk.column(column).text(row));
  };
  for (std::size_t i = 0; i < chunk.rows(); ++i) {
    out.push_back({text(0, i), text(1, i),
                   chunk.column(2).is_null(i) ? -1 : chunk.column(2).date(i).days_since_1970(), text(3, i),
                   chunk.column(4).is_null(i) ? -1 : chunk.column(4).integer(i)});
  }
}

inline std::vector<Row> rows_of(const Vault& vault, const Slice& of = slice()) {
  std::vector<Row> rows;
  const collection::Table table = clock_stops();
  RowCursor cursor = vault.rows(table, of);
  table::IdentifiableChunk chunk{table::Chunk(table.row_schema())};
  while (cursor.next(chunk)) read(chunk, rows);
  return rows;
}

inline base::SecretBytes key(std::uint8_t first = 1) {
  base::SecretBytes made(32);
  for (std::size_t i = 0; i < made.size(); ++i) made.span()[i] = static_cast<std::uint8_t>(first + i);
  return made;
}

inline Vault make_vault(base::Disk& disk, const std::filesystem::path& path) {
  base::SeededRandom random(1, "vault");
  return Vault::create(disk, path, key(), random, "RXX");
}

/// Makes a vault into one of the format before erasure orders.
inline void make_version_3(Database& database) {
  Transaction transaction(database);
  for (const char* name : {"withdraw_place", "withdraw_week", "withdraw_order"}) {
    database.run("DROP TABLE " + sql_name(name));
  }
  database.run("PRAGMA user_version = 3");
  transaction.commit();
  database.checkpoint();
}

/// Makes a vault into one of the format before opt-outs.
inline void make_version_2(Database& database) {
  make_version_3(database);
  Transaction transaction(database);
  for (const char* name : {"regime", "opt_out_count", "opt_out_type1", "opt_out_check", "opt_out_request"}) {
    database.run("DROP TABLE " + sql_name(name));
  }
  database.run("PRAGMA user_version = 2");
  transaction.commit();
  database.checkpoint();
}

/// Makes a vault into one of the format before records of batches.
inline void make_version_1(Database& database) {
  make_version_2(database);
  Transaction transaction(database);
  database.run("DROP TABLE batch");
  database.run("PRAGMA user_version = 1");
  transaction.commit();
  database.checkpoint();
}

/// The code of the error that `action` throws, or "none".
std::string code_of(const auto& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return std::string(error.code().view());
  }
  return "none";
}

inline const std::vector<Row> kThree = {{"9990000018", "P1", 20000, "Ann", 3},
                                        {"9990000026", "P2", 20001, "Bob", -1},
                                        {"9990000018", "P3", 20002, "", 7}};

/// Loads `rows` as one file whose lines are 2, 3, 4 and so on.
inline LoadResult load(Vault& vault, Scope scope, const std::vector<Row>& rows, const Slice& into = slice(),
                       const std::string& file = "a.csv") {
  const collection::Table table = clock_stops();
  Load running = vault.begin_load(table, into, scope);
  running.begin_file(file, 1'760'000'000);
  const table::IdentifiableChunk chunk = chunk_of(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) static_cast<void>(running.put(chunk, i, i + 2));
  running.end_file(std::string(64, file.front()));
  return running.commit();
}

}  // namespace candour::vault::testing
