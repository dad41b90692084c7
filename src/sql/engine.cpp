#include "candour/sql/engine.h"

#include <dlfcn.h>

#include <system_error>
#include <utility>
#include <vector>

#include "candour/base/error.h"
#include "candour/sql/duckdb_handles.h"
#include "candour/sql/row_feed.h"
#include "candour/sql/vectors.h"

namespace candour::sql {
namespace {

[[noreturn]] void fail_run(duckdb_error_type type) {
  if (type == DUCKDB_ERROR_OUT_OF_MEMORY) {
    throw base::Error("CND-1406", "A statement needs more memory than the SQL engine may use.");
  }
  throw base::Error("CND-1405", "A statement failed while it ran.").with("class", static_cast<int>(type));
}

void append_rows(const Database& database, const std::string& name, table::ChunkSource& rows) {
  const table::Schema& schema = rows.schema();
  AppenderHandle appender;
  CANDOUR_CHECK(duckdb_appender_create(database.connection(), nullptr, name.c_str(), appender.out()) ==
                DuckDBSuccess);
  std::vector<TypeHandle> types;
  std::vector<duckdb_logical_type> raw_types;
  for (const table::ColumnSpec& column : schema.columns()) {
    types.emplace_back(duckdb_create_logical_type(sql_type(column.type)));
    raw_types.push_back(types.back().get());
  }
  const ChunkHandle vectors(duckdb_create_data_chunk(raw_types.data(), raw_types.size()));
  const auto fail = [&appender] {
    const ErrorHandle error(duckdb_appender_error_data(appender.get()));
    fail_run(duckdb_error_data_error_type(error.get()));
  };
  table::Chunk chunk(schema);
  while (rows.next(chunk)) {
    duckdb_data_chunk_reset(vectors.get());
    for (std::size_t i = 0; i < schema.size(); ++i) {
      fill_vector(chunk.column(i), duckdb_data_chunk_get_vector(vectors.get(), i));
    }
    duckdb_data_chunk_set_size(vectors.get(), chunk.rows());
    if (duckdb_append_data_chunk(appender.get(), vectors.get()) != DuckDBSuccess) fail();
  }
  if (duckdb_appender_close(appender.get()) != DuckDBSuccess) fail();
}

// Exactly the columns of `schema`: where a statement gives INTEGER for an integer, a file may not.
bool has_columns(duckdb_prepared_statement prepared, const table::Schema& schema) {
  if (duckdb_prepared_statement_column_count(prepared) != schema.size()) return false;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const char* name = duckdb_prepared_statement_column_name(prepared, i);
    const bool same_name = name != nullptr && schema.columns()[i].name == name;
    duckdb_free(const_cast<char*>(name));
    if (!same_name ||
        duckdb_prepared_statement_column_type(prepared, i) != sql_type(schema.columns()[i].type)) {
      return false;
    }
  }
  return true;
}

}  // namespace

struct Engine::State {
  explicit State(EngineOptions options)
      : database(
            {.memory_limit_bytes = options.memory_limit_bytes, .threads = options.threads, .only_path = {}}) {
    feed.define_in(database.connection());
  }
  // The feed goes last: the database's table function points to it.
  RowFeed feed;
  Database database;
};

struct Result::State {
  /// A result without columns or rows.
  State() : feed(nullptr, &detach) {}
  State(const Database& database, RowFeed* rows_feed, const std::string& text, table::Schema result_schema)
      : feed(rows_feed, &detach), schema(std::move(result_schema)) {
    if (duckdb_prepare(database.connection(), text.c_str(), prepared.out()) != DuckDBSuccess) {
      throw base::Error("CND-1405", "A checked statement does not fit the tables that were put.");
    }
    const idx_t columns = duckdb_prepared_statement_column_count(prepared.get());
    for (idx_t i = 0; i < columns; ++i) {
      types.push_back(duckdb_prepared_statement_column_type(prepared.get(), i));
    }
    bool same = types.size() == schema.size();
    for (std::size_t i = 0; same && i < types.size(); ++i) {
      same = column_type(types[i]) == schema.columns()[i].type;
    }
    if (!same) throw base::Error("CND-1405", "A checked statement does not fit the tables that were put.");
  }
  /// Starts the statement at the first fetch, so that a source is pulled by next() alone.
  void start() {
    started = true;
    if (duckdb_pending_prepared_streaming(prepared.get(), pending.out()) != DuckDBSuccess) {
      fail_run(DUCKDB_ERROR_INVALID);
    }
    if (duckdb_execute_pending(pending.get(), result.get()) != DuckDBSuccess) fail();
  }
  [[noreturn]] void fail() {
    if (feed != nullptr) feed->rethrow_failure();
    fail_run(duckdb_result_error_type(result.get()));
  }
  ChunkHandle fetch() {
    ChunkHandle fetched(duckdb_fetch_chunk(*result.get()));
    // The end and a failure both give no chunk: only the result says which.
    if (!fetched && duckdb_result_error(result.get()) != nullptr) fail();
    if (!fetched && feed != nullptr) feed->rethrow_failure();
    return fetched;
  }

  static void detach(RowFeed* feed) {
    if (feed != nullptr) feed->detach();
  }
  // The feed is let go last: until the result is destroyed DuckDB may still pull from it.
  std::unique_ptr<RowFeed, void (*)(RowFeed*)> feed;
  table::Schema schema;
  std::vector<duckdb_type> types;
  PreparedHandle prepared;
  PendingHandle pending;
  ResultHandle result;
  bool started = false;
};

Result::Result(std::unique_ptr<State> state) : state_(std::move(state)) {}
Result::~Result() = default;
Result::Result(Result&&) noexcept = default;

const table::Schema& Result::schema() const { return state_->schema; }

bool Result::next(table::Chunk& chunk) {
  chunk.clear();
  if (state_->types.empty()) return false;
  if (!state_->started) state_->start();
  while (true) {
    const ChunkHandle fetched = state_->fetch();
    if (!fetched) return false;
    const idx_t rows = duckdb_data_chunk_get_size(fetched.get());
    if (rows == 0) continue;
    for (idx_t i = 0; i < state_->types.size(); ++i) {
      if (!read_vector(duckdb_data_chunk_get_vector(fetched.get(), i), state_->types[i], rows,
                       chunk.column(i))) {
        throw base::Error("CND-1405", "A statement gave a value that its type cannot hold.")
            .with("column", base::Label(state_->schema.columns()[i].name));
      }
    }
    return true;
  }
}

Engine::Engine(EngineOptions options) : state_(std::make_unique<State>(options)) {}
Engine::~Engine() = default;

void Engine::put_table(std::string_view name, table::ChunkSource& rows) {
  const Database& database = state_->database;
  const std::string table = quote_identifier(name);
  duckdb_error_type failure = DUCKDB_ERROR_INVALID;
  if (!database.execute("CREATE OR REPLACE TABLE " + table + " (" + column_definitions(rows.schema()) + ")",
                        &failure)) {
    fail_run(failure);
  }
  try {
    append_rows(database, std::string(name), rows);
  } catch (...) {
    // A part of the rows is worse than none: statements would count it.
    CANDOUR_CHECK(database.execute("DROP TABLE " + table));
    throw;
  }
}

Result Engine::run(const CheckedSelect& select) {
  return Result(std::make_unique<Result::State>(state_->database, nullptr, select.text(), select.result()));
}

Result Engine::run_checks(const CheckedExpressions& checks, table::ChunkSource& rows) {
  CANDOUR_CHECK(rows.schema() == checks.columns());
  std::string text = "SELECT ";
  std::vector<table::ColumnSpec> columns;
  for (const std::string& check : checks.texts()) {
    const std::string name = "c" + std::to_string(columns.size() + 1);
    if (!columns.empty()) text += ", ";
    // The line end closes a comment that the text may end with.
    text += "(" + check + "\n) IS NOT FALSE AS " + name;
    columns.push_back({name, table::Type::kBoolean});
  }
  if (columns.empty()) return Result(std::make_unique<Result::State>());
  text += " FROM candour_rows()";
  state_->feed.attach(rows);
  return Result(std::make_unique<Result::State>(state_->database, &state_->feed, text,
                                                table::Schema(std::move(columns))));
}

// One thread writes and reads the row groups one after another, so that the rows keep their order.
struct ParquetFile::State {
  explicit State(const std::filesystem::path& file)
      : path(file),
        name(quote_text(std::filesystem::absolute(file).lexically_normal().string())),
        database({.threads = 1, .only_path = std::filesystem::absolute(file).lexically_normal().string()}) {
    feed.define_in(database.connection());
  }
  std::filesystem::path path;
  std::string name;  ///< the path as DuckDB takes it
  // The feed goes last: the database's table function points to it.
  RowFeed feed;
  Database database;
};

ParquetFile::ParquetFile(const std::filesystem::path& path) : state_(std::make_unique<State>(path)) {}
ParquetFile::~ParquetFile() = default;

void ParquetFile::write(table::ChunkSource& rows, base::Literal shape) {
  RowFeed& feed = state_->feed;
  const std::unique_ptr<RowFeed, void (*)(RowFeed*)> attached(&feed, [](RowFeed* used) { used->detach(); });
  feed.attach(rows);
  if (state_->database.execute(
          "COPY (SELECT " + std::string(shape.view()) + " FROM candour_rows()) TO " + state_->name +
          " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, USE_TMP_FILE false)")) {
    return;
  }
  std::error_code ignored;
  std::filesystem::remove(state_->path, ignored);
  feed.rethrow_failure();
  throw base::Error("CND-1407", "The Parquet file cannot be written.").with("path", state_->path);
}

Result ParquetFile::read(const table::Schema& schema, base::Literal shape) {
  const std::string text = "SELECT " + std::string(shape.view()) + " FROM read_parquet(" + state_->name +
                           ", hive_partitioning = false)";
  PreparedHandle prepared;
  if (duckdb_prepare(state_->database.connection(), text.c_str(), prepared.out()) != DuckDBSuccess ||
      !has_columns(prepared.get(), schema)) {
    throw base::Error("CND-2309", "The Parquet file does not have the columns that it should have.")
        .with("path", state_->path);
  }
  return Result(std::make_unique<Result::State>(state_->database, nullptr, text, schema));
}

std::filesystem::path engine_library() {
  Dl_info info{};
  CANDOUR_CHECK(dladdr(reinterpret_cast<const void*>(&duckdb_library_version), &info) != 0);
  return std::filesystem::canonical(info.dli_fname);
}

}  // namespace candour::sql
