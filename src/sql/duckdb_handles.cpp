#include "candour/sql/duckdb_handles.h"

#include "candour/base/error.h"

namespace candour::sql {
namespace {

std::string quote(std::string_view text, char mark) {
  std::string quoted(1, mark);
  for (char c : text) {
    if (c == mark) quoted += mark;
    quoted += c;
  }
  quoted += mark;
  return quoted;
}

void set(const ConfigHandle& config, const char* name, const std::string& value) {
  CANDOUR_CHECK(duckdb_set_config(config.get(), name, value.c_str()) == DuckDBSuccess);
}

// The subset's own functions; docs/reference/sql-subset.md has what each gives and its twin on Spark.
// `//` of DuckDB cuts towards zero, as `div` of Spark does.
constexpr const char* kMacros[] = {
    "CREATE MACRO days_between(a, b) AS date_diff('day', CAST(a AS DATE), CAST(b AS DATE))",
    "CREATE MACRO add_days(d, n) AS CAST(CAST(d AS DATE) + CAST(n AS INTEGER) AS DATE)",
    "CREATE MACRO month_of(d) AS CAST(date_trunc('month', CAST(d AS DATE)) AS DATE)",
    "CREATE MACRO whole(a, b) AS CAST(a AS BIGINT) // CAST(b AS BIGINT)",
};

}  // namespace

std::string quote_identifier(std::string_view name) { return quote(name, '"'); }
std::string quote_text(std::string_view text) { return quote(text, '\''); }

Database::Database(const DatabaseOptions& options) {
  ConfigHandle config;
  CANDOUR_CHECK(duckdb_create_config(config.out()) == DuckDBSuccess);
  set(config, "memory_limit", std::to_string(options.memory_limit_bytes) + "B");
  set(config, "temp_directory", "");
  set(config, "threads", std::to_string(options.threads));
  set(config, "autoinstall_known_extensions", "false");
  set(config, "autoload_known_extensions", "false");
  set(config, "preserve_insertion_order", "true");
  // An allowed path can only be named while access is still on: it goes off below.
  if (options.only_path.empty()) set(config, "enable_external_access", "false");
  char* text = nullptr;
  const duckdb_state opened = duckdb_open_ext(":memory:", database_.out(), config.get(), &text);
  duckdb_free(text);
  if (opened != DuckDBSuccess || duckdb_connect(database_.get(), connection_.out()) != DuckDBSuccess) {
    throw base::Error("CND-1406", "The SQL engine cannot start with the memory and threads it was given.")
        .with("bytes", options.memory_limit_bytes)
        .with("threads", options.threads);
  }
  if (!options.only_path.empty()) {
    CANDOUR_CHECK(execute("SET allowed_paths=[" + quote_text(options.only_path) + "]"));
    CANDOUR_CHECK(execute("SET enable_external_access=false"));
    // Another file may stand at the path the next time.
    CANDOUR_CHECK(execute("SET enable_external_file_cache=false"));
  }
  // A result that is streamed waits for its reader after each chunk: DuckDB would else pull a thousand chunks
  // of a source ahead of row checks whose results are small, and their rows would wait in memory.
  CANDOUR_CHECK(execute("SET streaming_buffer_size='1B'"));
  for (const char* macro : kMacros) CANDOUR_CHECK(execute(macro));
  CANDOUR_CHECK(execute("SET lock_configuration=true"));
}

bool Database::execute(const std::string& statement, duckdb_error_type* failure) const {
  ResultHandle result;
  const bool good = duckdb_query(connection_.get(), statement.c_str(), result.get()) == DuckDBSuccess;
  if (!good && failure != nullptr) *failure = duckdb_result_error_type(result.get());
  return good;
}

}  // namespace candour::sql
