#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "candour/base/sha256.h"
#include "candour/sql/duckdb_handles.h"
#include "candour/sql/engine.h"
#include "candour/sql/sql_testing.h"
#include "candour/testing/shared.h"

namespace candour::sql {
namespace {

using table::Type;

std::string file_digest(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  CHECK(bytes.substr(0, 4) == "PAR1");
  return base::to_hex(base::sha256(base::as_bytes(bytes)));
}

TEST_CASE("Parquet of the same rows is the same bytes in any time zone and under any name") {
  const testing::TemporaryFolder folder;
  const std::filesystem::path first = folder.path() / "first.parquet";
  const std::filesystem::path second = folder.path() / "it's a second.parquet";
  Numbers numbers(300'000);
  ParquetFile(first).write(numbers);
  REQUIRE(setenv("TZ", "Pacific/Auckland", 1) == 0);
  Numbers again(300'000);
  ParquetFile(second).write(again);
  REQUIRE(unsetenv("TZ") == 0);
  CHECK(file_digest(first) == file_digest(second));
  Numbers other(299'999);
  ParquetFile(second).write(other);
  CHECK(file_digest(first) != file_digest(second));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 2);
}

// A database of the test's own, with access to files: the engine has none.
std::vector<Row> read_parquet(const std::string& select) {
  // On one thread: ThreadSanitizer cannot see how DuckDB's threads agree.
  ConfigHandle config;
  DatabaseHandle database;
  ConnectionHandle connection;
  REQUIRE(duckdb_create_config(config.out()) == DuckDBSuccess);
  REQUIRE(duckdb_set_config(config.get(), "threads", "1") == DuckDBSuccess);
  REQUIRE(duckdb_open_ext(nullptr, database.out(), config.get(), nullptr) == DuckDBSuccess);
  REQUIRE(duckdb_connect(database.get(), connection.out()) == DuckDBSuccess);
  ResultHandle result;
  REQUIRE(duckdb_query(connection.get(), select.c_str(), result.get()) == DuckDBSuccess);
  std::vector<Row> rows(duckdb_row_count(result.get()));
  for (idx_t row = 0; row < rows.size(); ++row) {
    for (idx_t column = 0; column < duckdb_column_count(result.get()); ++column) {
      char* text = duckdb_value_varchar(result.get(), column, row);
      rows[row].push_back(text == nullptr ? std::string(kNull) : text);
      duckdb_free(text);
    }
  }
  return rows;
}

TEST_CASE("Parquet holds the rows in order, each type as its own") {
  const testing::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "types.parquet";
  const table::Relation relation = every_type();
  table::RelationSource source(relation);
  ParquetFile(path).write(source);
  const std::string file = "read_parquet(" + quote_text(path.string()) + ")";
  CHECK(
      read_parquet("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + file + ")") ==
      std::vector<Row>{{"b", "BOOLEAN"}, {"i", "BIGINT"}, {"r", "DOUBLE"}, {"t", "VARCHAR"}, {"d", "DATE"}});
  CHECK(read_parquet("SELECT b, i, r, length(t), d FROM " + file) ==
        std::vector<Row>{{"true", "9223372036854775807", "1.5", "0", "0001-01-01"},
                         {"false", "-9223372036854775808", "-0.25", "37", "9999-12-31"},
                         {"∅", "∅", "∅", "∅", "∅"}});
  Numbers numbers(300'000);
  ParquetFile(path).write(numbers);
  CHECK(read_parquet("SELECT count(*), min(n = file_row_number), count(t) FROM read_parquet(" +
                     quote_text(path.string()) + ", file_row_number = true)") ==
        std::vector<Row>{{"300000", "true", "257142"}});
}

TEST_CASE("Parquet that cannot be written is an error, and a source's own failure stays its own") {
  const testing::TemporaryFolder folder;
  Numbers numbers(10);
  CHECK(code_of([&] { ParquetFile(folder.path() / "none" / "x.parquet").write(numbers); }) == "CND-1407");
  Numbers broken(300'000, 250'000);
  const std::filesystem::path path = folder.path() / "broken.parquet";
  CHECK_THROWS_WITH_AS(ParquetFile(path).write(broken), "the source broke", std::runtime_error);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("Parquet is read back as it was written, in order, and no other columns pass for it") {
  const testing::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "it's.parquet";
  const table::Relation relation = every_type();
  table::RelationSource source(relation);
  ParquetFile(path).write(source);
  ParquetFile file(path);
  Result read = file.read(relation.schema);
  CHECK(read.schema() == relation.schema);
  table::RelationSource again(relation);
  CHECK(collect(read) == collect(again));

  const auto code = [&](std::vector<table::ColumnSpec> columns) {
    return code_of([&] { static_cast<void>(ParquetFile(path).read(table::Schema(std::move(columns)))); });
  };
  std::vector<table::ColumnSpec> columns = relation.schema.columns();
  CHECK(code(columns).empty());
  std::swap(columns[0], columns[1]);
  CHECK(code(columns) == "CND-2309");
  columns = relation.schema.columns();
  columns[3].name = "T";
  CHECK(code(columns) == "CND-2309");
  columns = relation.schema.columns();
  columns[1].type = Type::kReal;
  CHECK(code(columns) == "CND-2309");
  columns = relation.schema.columns();
  columns.pop_back();
  CHECK(code(columns) == "CND-2309");
}

TEST_CASE("Parquet of many row groups and of no row is read chunk by chunk") {
  const testing::TemporaryFolder folder;
  for (const std::int64_t count : {std::int64_t{0}, std::int64_t{300'000}}) {
    Numbers numbers(count);
    const table::Schema schema = numbers.schema();
    const std::filesystem::path path = folder.path() / (std::to_string(count) + ".parquet");
    ParquetFile(path).write(numbers);
    ParquetFile file(path);
    Result read = file.read(schema);
    std::int64_t rows = 0;
    table::Chunk chunk(schema);
    while (read.next(chunk)) {
      for (std::size_t row = 0; row < chunk.rows(); ++row, ++rows) {
        REQUIRE(chunk.column(0).integer(row) == rows);
      }
    }
    CHECK(rows == count);
  }
}

TEST_CASE("Nested columns are shaped on the way to Parquet and back") {
  const testing::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "nested.parquet";
  const table::Relation flat =
      make_relation({{"k", Type::kText}, {"n", Type::kInteger}}, {{"a", "1"}, {std::string(kNull), "2"}});
  table::RelationSource source(flat);
  ParquetFile(path).write(source,
                          "CASE WHEN k IS NOT NULL THEN {'key': k, 'map': MAP([k], [n])} END AS one, n");
  CHECK(code_of([&] { static_cast<void>(ParquetFile(path).read(flat.schema)); }) == "CND-2309");
  ParquetFile file(path);
  Result read = file.read(flat.schema, "one.key AS k, n");
  CHECK(collect(read) == std::vector<Row>{{"a", "1"}, {std::string(kNull), "2"}});
}

TEST_CASE("An engine of a file reads what stands there now, not what it read before") {
  const testing::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "one.parquet";
  ParquetFile file(path);
  for (const std::string text : {"a", "b", "c"}) {
    const table::Relation relation = make_relation({{"k", Type::kText}}, {{text}});
    table::RelationSource source(relation);
    file.write(source);
    Result read = file.read(relation.schema);
    CHECK(collect(read) == std::vector<Row>{{text}});
  }
}

TEST_CASE("What is no Parquet, or is not there, is not read") {
  const testing::TemporaryFolder folder;
  const table::Schema schema({{"n", Type::kInteger}});
  const auto code = [&](const std::filesystem::path& path) {
    return code_of([&] { static_cast<void>(ParquetFile(path).read(schema)); });
  };
  CHECK(code(folder.path() / "none.parquet") == "CND-2309");
  std::ofstream(folder.path() / "text.parquet") << "n\n1\n";
  CHECK(code(folder.path() / "text.parquet") == "CND-2309");
  Numbers numbers(3);
  ParquetFile(folder.path() / "one.parquet").write(numbers);
  CHECK(code(folder.path() / "*.parquet") == "CND-2309");
}

}  // namespace
}  // namespace candour::sql
