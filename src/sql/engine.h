// The SQL engine: DuckDB through its C API, closed in. It has no files, no network and no disk to spill to
// (temp_directory=''), so nothing identifiable can leave memory; a query that needs more than its memory
// fails. The two that touch a file, write_parquet and read_parquet, each have an engine of their own that
// knows that one file. It takes and gives typed chunks; it never formats a value. DuckDB's own error texts
// quote values, so they are dropped: an error of ours names the statement's place and a class of failure.
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

  /// Writes `rows` as Parquet (zstd, one row group order, the same bytes for the same rows) to `path` in a
  /// scratch folder; the caller stores it with Disk::store_new. Not durable by itself. `shape` is the SELECT
  /// list that makes the file's columns from those of `rows`, of our own source and for nested columns, which
  /// no schema has. Errors: CND-1407.
  static void write_parquet(table::ChunkSource& rows, const std::filesystem::path& path,
                            base::Literal shape = "*");

  /// Reads a Parquet file row group by row group, its rows in order. The caller must know the file's digest:
  /// DuckDB misreads some files that are damaged. `shape` makes the columns of `schema` from the file's; the
  /// names, the order and the exact types must be those of `schema`. The result outlives the engine. Errors:
  /// CND-2309 (the file is missing, is no Parquet or has other columns), and later those of Result::next.
  [[nodiscard]] static Result read_parquet(const std::filesystem::path& path, const table::Schema& schema,
                                           base::Literal shape = "*");

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The file of the DuckDB library that this process runs: with the program it decides what statements give.
[[nodiscard]] std::filesystem::path engine_library();

}  // namespace candour::sql
