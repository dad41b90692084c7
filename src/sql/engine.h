// The SQL engine: DuckDB through its C API, closed in. It has no files, no network and no disk to spill to
// (temp_directory=''), so nothing identifiable can leave memory; a query that needs more than its memory
// fails. A ParquetFile is an engine that knows one file and nothing else. They take and give typed chunks and
// never format a value. DuckDB's own error texts quote values, so they are dropped: an error of ours names
// the statement's place and a class of failure.
//
// https://duckdb.org/docs/stable/clients/c/api; ../reference/engine-facts.md sections 2.2 and 2.3.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "candour/sql/subset.h"
#include "candour/table/chunk.h"

namespace candour::sql {

struct EngineOptions {
  std::uint64_t memory_limit_bytes = std::uint64_t{256} << 20;
  int threads = 1;
};

/// A statement's result, fetched chunk by chunk; valid while its Engine lives. One at a time an engine.
class Result final : public table::ChunkSource {
 public:
  ~Result() override;
  Result(Result&&) noexcept;
  [[nodiscard]] const table::Schema& schema() const override;
  /// Errors: CND-1405 (the statement failed while it ran, or gave a real that is not finite or a date outside
  /// the years 0001 to 9999), CND-1406 (out of memory).
  bool next(table::Chunk& chunk) override;

 private:
  friend class Engine;
  friend class ParquetFile;
  struct State;
  explicit Result(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Engine {
 public:
  /// Errors: CND-1406 (DuckDB cannot start with so little memory or so many threads).
  explicit Engine(EngineOptions options = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Copies a relation into a table called `name` that statements may read; a table of that name is replaced.
  /// What `rows` throws comes out as it is; when they fail half way there is no table of the name.
  /// Errors: CND-1405 (no column, two of one name, or a text that is not UTF-8), CND-1406 (out of memory).
  void put_table(std::string_view name, table::ChunkSource& rows);

  /// Runs a checked SELECT over the tables that were put. The result's types are those it was checked with.
  /// Errors: CND-1405 (a table is missing or has other types).
  [[nodiscard]] Result run(const CheckedSelect& select);

  /// Runs row expressions over a stream, one pass, in order, in fixed memory: for each row of `rows` the
  /// result has one kBoolean column an expression, true where the row passes (NULL passes). `rows` is pulled
  /// while the result is fetched and must outlive it; what it throws comes out of Result::next as it was
  /// thrown. With no expression the result has no rows, and none is pulled.
  [[nodiscard]] Result run_checks(const CheckedExpressions& checks, table::ChunkSource& rows);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// An engine of one Parquet file, which it may read and write and which is all that it knows. What stands at
/// the path may be another file each time: nothing is kept between two calls. `shape` is the SELECT list, of
/// our own source, that makes the one's columns from the other's, for nested columns, which no schema has.
class ParquetFile {
 public:
  /// Errors: CND-1406 (DuckDB cannot start).
  explicit ParquetFile(const std::filesystem::path& path);
  ~ParquetFile();
  ParquetFile(const ParquetFile&) = delete;
  ParquetFile& operator=(const ParquetFile&) = delete;

  /// Writes `rows` (zstd, one row group order, the same bytes for the same rows); the path is in a scratch
  /// folder, and the caller stores the file with Disk::store_new. Not durable by itself. What `rows` throws
  /// comes out as it is. Errors: CND-1407.
  void write(table::ChunkSource& rows, base::Literal shape = "*");

  /// Reads row group by row group, the rows in order. The caller must know the file's digest: DuckDB misreads
  /// some files that are damaged. The names, the order and the exact types of the columns must be those of
  /// `schema`. One result at a time, valid while this lives. Errors: CND-2309 (the file is missing, is no
  /// Parquet or has other columns), and later those of Result::next.
  [[nodiscard]] Result read(const table::Schema& schema, base::Literal shape = "*");

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The file of the DuckDB library that this process runs: with the program it decides what statements give.
[[nodiscard]] std::filesystem::path engine_library();

}  // namespace candour::sql
