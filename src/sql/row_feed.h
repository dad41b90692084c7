// The table function `candour_rows`: DuckDB pulls a ChunkSource through it, chunk by chunk, so that a stream
// of any length passes one statement in fixed memory and in order. A source that throws inside DuckDB's call
// must not unwind through C: the exception waits here until the fetch has returned.
#pragma once

#include <exception>

#include "candour/sql/duckdb_handles.h"
#include "candour/table/chunk.h"

namespace candour::sql {

class RowFeed {
 public:
  RowFeed() = default;
  ~RowFeed() { detach(); }
  RowFeed(const RowFeed&) = delete;
  RowFeed& operator=(const RowFeed&) = delete;

  /// Defines `candour_rows` in the connection's database; the feed must outlive it.
  void define_in(duckdb_connection connection);
  /// What the next statement reads; `source` must outlive its result.
  void attach(table::ChunkSource& source);
  /// Forgets the source and overwrites what the last chunk held.
  void detach();
  /// Throws what the source threw, once.
  void rethrow_failure();

 private:
  static void bind(duckdb_bind_info info);
  static void init(duckdb_init_info info);
  static void fill(duckdb_function_info info, duckdb_data_chunk output);

  table::ChunkSource* source_ = nullptr;
  table::Chunk chunk_;
  std::exception_ptr failure_;
};

}  // namespace candour::sql
