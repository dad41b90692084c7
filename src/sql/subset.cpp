#include "candour/sql/subset.h"

#include <mutex>
#include <optional>
#include <utility>

#include "candour/base/json.h"
#include "candour/sql/duckdb_handles.h"
#include "candour/sql/lexis.h"
#include "candour/sql/tree.h"
#include "candour/sql/vectors.h"

namespace candour::sql {
namespace {

// Deep enough for a chain of a hundred operators; DuckDB itself stops at a thousand.
constexpr std::size_t kTreeDepth = 400;
constexpr std::size_t kTreeBytes = std::size_t{16} << 20;

[[noreturn]] void fail_statement(base::Literal message, const base::Label& place, std::size_t line) {
  throw base::Error("CND-1401", message).with("place", place).with("line", line);
}

/// The one database of the checker: opening one takes 10 ms, and it keeps nothing of a statement. Whoever
/// holds a session holds it alone; what was made in it is rolled back.
class Session {
 public:
  Session() : lock_(mutex()), database_(shared()) { CANDOUR_CHECK(database_.execute("BEGIN TRANSACTION")); }
  ~Session() { CANDOUR_CHECK(database_.execute("ROLLBACK")); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  [[nodiscard]] const Database& database() const { return database_; }

 private:
  static std::mutex& mutex() {
    static std::mutex mutex;
    return mutex;
  }
  // Never destroyed: DuckDB keeps a state by thread, which is gone before statics are, and a database that is
  // closed after it writes into freed memory.
  static const Database& shared() {
    static const Database& database = *new Database(DatabaseOptions{});
    return database;
  }
  std::scoped_lock<std::mutex> lock_;
  const Database& database_;
};

/// The tree as DuckDB writes it. skip_empty must stay off: it drops the empty set of ROLLUP, which then looks
/// like a plain GROUP BY.
std::string serialize(std::string_view text, const base::Label& place) {
  const Session session;
  PreparedHandle prepared;
  const char* statement =
      "SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR), skip_null := true, skip_default := true) AS "
      "VARCHAR)";
  CANDOUR_CHECK(duckdb_prepare(session.database().connection(), statement, prepared.out()) == DuckDBSuccess);
  ResultHandle result;
  if (duckdb_bind_varchar_length(prepared.get(), 1, text.data(), text.size()) != DuckDBSuccess ||
      duckdb_execute_prepared(prepared.get(), result.get()) != DuckDBSuccess) {
    fail_statement("The statement cannot be parsed.", place, 1);
  }
  const ChunkHandle chunk(duckdb_fetch_chunk(*result.get()));
  if (!chunk || duckdb_data_chunk_get_size(chunk.get()) != 1) {
    fail_statement("The statement cannot be parsed.", place, 1);
  }
  table::Column column(table::Type::kText);
  CANDOUR_CHECK(read_vector(duckdb_data_chunk_get_vector(chunk.get(), 0), DUCKDB_TYPE_VARCHAR, 1, column));
  if (column.is_null(0) || column.text(0).size() > kTreeBytes) {
    fail_statement("The statement is too large.", place, 1);
  }
  return std::string(column.text(0));
}

// DuckDB gives the offset of a syntax error as a text of digits.
std::size_t error_line(const base::Json& tree, std::string_view text) {
  const base::Json* position = tree.find("position");
  std::size_t offset = 0;
  if (position == nullptr || position->text() == nullptr) return 1;
  for (char c : *position->text()) {
    if (c < '0' || c > '9' || offset > text.size()) return 1;
    offset = 10 * offset + static_cast<std::size_t>(c - '0');
  }
  return line_of(text, offset);
}

base::Json parse_tree(const std::string& serialized, const base::Label& place) {
  try {
    return base::parse_json(serialized, kTreeDepth);
  } catch (const base::Error&) {
    throw base::Error("CND-1402", "The statement is nested too deep, or holds a number that is too long.")
        .with("place", place);
  }
}

/// The one SELECT of the text, as a tree.
base::Json parse_select(std::string_view text, const base::Label& place) {
  const base::Json tree = parse_tree(serialize(text, place), place);
  const base::Json* error = tree.find("error");
  const base::Json* statements = tree.find("statements");
  if (error == nullptr || *error != base::Json(false) || statements == nullptr ||
      statements->array() == nullptr) {
    fail_statement("The text is not a SELECT.", place, error_line(tree, text));
  }
  if (statements->array()->size() != 1) fail_statement("The text is not one SELECT.", place, 1);
  const base::Json& statement = statements->array()->front();
  const base::Json* node = statement.find("node");
  const base::Json* parameters = statement.find("named_param_map");
  const bool bare = parameters == nullptr || parameters->is_null() ||
                    (parameters->array() != nullptr && parameters->array()->empty());
  if (node == nullptr || !bare) fail_statement("The text is not one SELECT without parameters.", place, 1);
  return *node;
}

void create_table(const Database& database, std::string_view name, const table::Schema& schema,
                  const base::Label& place) {
  if (database.execute("CREATE TABLE " + quote_identifier(name) + " (" + column_definitions(schema) + ")")) {
    return;
  }
  throw base::Error("CND-1403", "A relation cannot be given to SQL: it has no column, or two of one name.")
      .with("place", place)
      .with("name", base::Label(name));
}

/// The types of the statement's result, bound to the tables of `database`.
std::vector<duckdb_type> bind(const Database& database, const std::string& text, const base::Label& place) {
  PreparedHandle prepared;
  if (duckdb_prepare(database.connection(), text.c_str(), prepared.out()) != DuckDBSuccess) {
    throw base::Error("CND-1403", "The statement does not fit the relations that it may read.")
        .with("place", place);
  }
  CANDOUR_CHECK(duckdb_prepared_statement_type(prepared.get()) == DUCKDB_STATEMENT_TYPE_SELECT);
  std::vector<duckdb_type> types;
  const idx_t columns = duckdb_prepared_statement_column_count(prepared.get());
  for (idx_t i = 0; i < columns; ++i) {
    types.push_back(duckdb_prepared_statement_column_type(prepared.get(), i));
  }
  return types;
}

table::Schema result_schema(const std::vector<std::string>& names, const std::vector<duckdb_type>& types,
                            Reals reals, const base::Label& place) {
  CANDOUR_CHECK(names.size() == types.size());
  std::vector<table::ColumnSpec> columns;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::optional<table::Type> type = column_type(types[i]);
    if (!type || (*type == table::Type::kReal && reals == Reals::kRefused)) {
      throw base::Error("CND-1404", "A column of the result has a type that it may not have.")
          .with("place", place)
          .with("column", base::Label(names[i]));
    }
    columns.push_back({names[i], *type});
  }
  return table::Schema(std::move(columns));
}

}  // namespace

CheckedSelect check_select(std::string_view text, const std::vector<NamedSchema>& relations, Reals reals,
                           const base::Label& place) {
  check_lexis(text, Phrase::kStatement, place);
  const base::Json node = parse_select(text, place);
  const TreeSummary summary = check_tree(node, relations, {.reals = reals}, {text, place});
  const Session session;
  for (const NamedSchema& relation : relations) {
    create_table(session.database(), relation.name, relation.schema, place);
  }
  CheckedSelect select;
  select.text_ = std::string(text);
  select.reads_ = summary.reads;
  select.result_ = result_schema(summary.result, bind(session.database(), select.text_, place), reals, place);
  return select;
}

CheckedExpressions check_expressions(const std::vector<std::string>& texts, const table::Schema& columns,
                                     const std::vector<base::Label>& places) {
  CANDOUR_CHECK(texts.size() == places.size());
  CheckedExpressions checked;
  checked.texts_ = texts;
  checked.columns_ = columns;
  // A relation without a name: the columns can be named, the relation cannot.
  const std::vector<NamedSchema> row = {{"", columns}};
  std::vector<std::string> selects;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    check_lexis(texts[i], Phrase::kExpression, places[i]);
    // The line end closes a comment that the text may end with; the spelling has seen to the parentheses.
    selects.push_back("SELECT (" + texts[i] + "\n)");
    static_cast<void>(check_tree(parse_select(selects[i], places[i]), row,
                                 {.reals = Reals::kRefused, .row_expression = true},
                                 {selects[i], places[i]}));
  }
  if (texts.empty()) return checked;
  const Session session;
  create_table(session.database(), "candour_rows", columns, places.front());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::vector<duckdb_type> types =
        bind(session.database(), selects[i] + " FROM candour_rows", places[i]);
    if (types.size() != 1 || types.front() != DUCKDB_TYPE_BOOLEAN) {
      throw base::Error("CND-1404", "A row expression is neither true nor false.").with("place", places[i]);
    }
  }
  return checked;
}

}  // namespace candour::sql
