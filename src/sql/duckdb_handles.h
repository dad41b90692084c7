// DuckDB's C handles, each wrapped once. Only the sources of this module include it: nothing outside sees
// duckdb.h. What went wrong is a class of failure, never DuckDB's text, because that text quotes values.
#pragma once

#include <duckdb.h>

#include <string>
#include <string_view>
#include <utility>

namespace candour::sql {

/// Owns one handle that `Destroy` takes by pointer.
template <typename T, auto Destroy>
class Handle {
 public:
  Handle() = default;
  explicit Handle(T value) : value_(value) {}
  ~Handle() { reset(); }
  Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, T{})) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      value_ = std::exchange(other.value_, T{});
    }
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  [[nodiscard]] T get() const { return value_; }
  /// For a C function that fills the handle; what it held is destroyed first.
  [[nodiscard]] T* out() {
    reset();
    return &value_;
  }
  [[nodiscard]] explicit operator bool() const { return value_ != nullptr; }
  void reset() {
    if (value_ != nullptr) static_cast<void>(Destroy(&value_));
    value_ = T{};
  }

 private:
  T value_{};
};

using ConfigHandle = Handle<duckdb_config, duckdb_destroy_config>;
using DatabaseHandle = Handle<duckdb_database, duckdb_close>;
using ConnectionHandle = Handle<duckdb_connection, duckdb_disconnect>;
using PreparedHandle = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using PendingHandle = Handle<duckdb_pending_result, duckdb_destroy_pending>;
using ChunkHandle = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using TypeHandle = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;
using AppenderHandle = Handle<duckdb_appender, duckdb_appender_destroy>;
using TableFunctionHandle = Handle<duckdb_table_function, duckdb_destroy_table_function>;
using ErrorHandle = Handle<duckdb_error_data, duckdb_destroy_error_data>;

/// duckdb_result is a struct, not a pointer; destroying a zeroed one is allowed.
class ResultHandle {
 public:
  ResultHandle() = default;
  ~ResultHandle() { duckdb_destroy_result(&value_); }
  ResultHandle(const ResultHandle&) = delete;
  ResultHandle& operator=(const ResultHandle&) = delete;
  [[nodiscard]] duckdb_result* get() { return &value_; }

 private:
  duckdb_result value_{};
};

/// What a database is allowed; everything else is the same for all.
struct DatabaseOptions {
  std::uint64_t memory_limit_bytes = std::uint64_t{256} << 20;
  int threads = 1;
  /// The only file that the database may read or write, as an absolute path; empty for none.
  std::string only_path;
};

/// A database in memory with one connection: no files (but the one), no network, no extensions, nothing to
/// spill to, the subset's macros defined, and its configuration locked.
class Database {
 public:
  /// Errors: CND-1406 where DuckDB cannot be opened with these options.
  explicit Database(const DatabaseOptions& options);
  [[nodiscard]] duckdb_connection connection() const { return connection_.get(); }
  /// Runs one statement of our own. False where it fails; `failure` says with what class.
  [[nodiscard]] bool execute(const std::string& statement, duckdb_error_type* failure = nullptr) const;

 private:
  DatabaseHandle database_;
  ConnectionHandle connection_;
};

/// A name as a quoted identifier, and a text as a literal.
[[nodiscard]] std::string quote_identifier(std::string_view name);
[[nodiscard]] std::string quote_text(std::string_view text);

}  // namespace candour::sql
