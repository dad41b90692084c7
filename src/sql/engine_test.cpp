#include "candour/sql/engine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "candour/sql/duckdb_handles.h"
#include "candour/sql/sql_testing.h"
#include "candour/testing/shared.h"

namespace candour::sql {
namespace {

using table::Type;

const base::Label kPlace("test");

std::vector<Row> run(Engine& engine, std::string_view text, const std::vector<NamedSchema>& relations,
                     Reals reals = Reals::kRefused) {
  Result result = engine.run(check_select(text, relations, reals, kPlace));
  return collect(result);
}

void put(Engine& engine, std::string_view name, const table::Relation& relation) {
  table::RelationSource source(relation);
  engine.put_table(name, source);
}

TEST_CASE("every type goes into a table and comes back as it was") {
  const table::Relation relation = every_type();
  table::RelationSource source(relation);
  const std::vector<Row> expected = collect(source);
  Engine engine;
  put(engine, "rows", relation);
  CHECK(run(engine, "SELECT b, i, r, t, d FROM rows", {{"rows", relation.schema}}, Reals::kAllowed) ==
        expected);
}

TEST_CASE("a table put under a name replaces the one before, and names need no care") {
  Engine engine;
  const std::string name = "a \"quoted\" name";
  const table::Relation first = make_relation({{"x y", Type::kInteger}}, {{"1"}, {"2"}});
  const table::Relation second = make_relation({{"z", Type::kText}}, {{"three"}});
  put(engine, name, first);
  CHECK(run(engine, "SELECT \"x y\" FROM \"a \"\"quoted\"\" name\"", {{name, first.schema}}).size() == 2);
  put(engine, name, second);
  CHECK(run(engine, "SELECT z FROM \"a \"\"quoted\"\" name\"", {{name, second.schema}}) ==
        std::vector<Row>{{"three"}});
}

TEST_CASE("a table whose rows fail half way is not there") {
  Engine engine;
  Numbers broken(300'000, 250'000);
  CHECK_THROWS_WITH_AS(engine.put_table("rows", broken), "the source broke", std::runtime_error);
  CHECK(code_of([&] { static_cast<void>(run(engine, "SELECT n FROM rows", {{"rows", broken.schema()}})); }) ==
        "CND-1405");
}

TEST_CASE("a text that is not UTF-8 is refused, where DuckDB would make a null of it") {
  const table::Relation relation = make_relation({{"t", Type::kText}}, {{"sound"}, {"∅"}, {"\xff broken"}});
  Engine engine;
  CHECK(code_of([&] { put(engine, "rows", relation); }) == "CND-1405");
  table::RelationSource source(relation);
  Result result = engine.run_checks(check_expressions({"t IS NOT NULL"}, relation.schema, {kPlace}), source);
  CHECK(code_of([&] { static_cast<void>(collect(result)); }) == "CND-1405");
}

TEST_CASE("a table of many chunks keeps its rows and their order") {
  Engine engine;
  Numbers numbers(100'000);
  engine.put_table("rows", numbers);
  const std::vector<Row> rows = run(engine, "SELECT n FROM rows", {{"rows", numbers.schema()}});
  REQUIRE(rows.size() == 100'000);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].front() != std::to_string(i)) FAIL("row " << i << " is out of order");
  }
}

TEST_CASE("the macros give what the subset's page says") {
  Engine engine;
  put(engine, "rows",
      make_relation({{"a", Type::kDate}, {"b", Type::kDate}, {"n", Type::kInteger}},
                    {{"2024-02-28", "2024-03-01", "15"}, {"2025-09-30", "2025-09-01", "-15"}}));
  CHECK(
      run(engine,
          "SELECT days_between(a, b) AS d, add_days(a, 2) AS e, month_of(a) AS m, whole(n, 7) AS w FROM rows",
          {{"rows", table::Schema({{"a", Type::kDate}, {"b", Type::kDate}, {"n", Type::kInteger}})}}) ==
      std::vector<Row>{{"2", "2024-03-01", "2024-02-01", "2"}, {"-29", "2025-10-02", "2025-09-01", "-2"}});
}

TEST_CASE("the RTT statements band, sum and interpolate a small example") {
  const std::vector<table::ColumnSpec> columns = {{"provider", Type::kText},
                                                  {"treatment_function", Type::kText},
                                                  {"clock_start", Type::kDate},
                                                  {"clock_stop", Type::kDate}};
  std::vector<Row> rows;
  // 19 pathways of 7 days (band 0) and one of 8 (band 1); 729 days is the last band; one has no start; two
  // stop outside the period.
  for (int i = 0; i < 19; ++i) rows.push_back({"RA1", "C_100", "2025-09-08", "2025-09-15"});
  rows.push_back({"RA1", "C_100", "2025-09-07", "2025-09-15"});
  rows.push_back({"RA1", "C_101", "2023-10-01", "2025-09-29"});
  rows.push_back({"RA1", "C_101", "∅", "2025-09-30"});
  rows.push_back({"RA1", "C_101", "2025-08-01", "2025-08-31"});
  rows.push_back({"RA1", "C_101", "2025-08-01", "2025-10-01"});
  const table::Relation source = make_relation(columns, rows);
  const table::Relation period =
      make_relation({{"first_day", Type::kDate}, {"last_day", Type::kDate}}, {{"2025-09-01", "2025-09-30"}});
  Engine engine;
  put(engine, "rows", source);
  put(engine, "period", period);
  const CheckedSelect local =
      check_select(kRttLocal, {{"rows", source.schema}, {"period", period.schema}}, Reals::kRefused, kPlace);
  Result counts_result = engine.run(local);
  std::vector<Row> counts = collect(counts_result);
  std::sort(counts.begin(), counts.end());
  CHECK(counts == std::vector<Row>{{"RA1", "C_100", "0", "19"},
                                   {"RA1", "C_100", "1", "1"},
                                   {"RA1", "C_101", "104", "1"},
                                   {"RA1", "C_101", "∅", "1"}});
  put(engine, "counts", make_relation(local.result().columns(), counts));
  std::vector<Row> table = run(engine, kRttCombine, {{"counts", local.result()}}, Reals::kAllowed);
  std::sort(table.begin(), table.end());
  CHECK(table == std::vector<Row>{
                     {"RA1", "C_100", "20", "20", "0", "0", "0", "0.526316", "1.000000"},
                     {"RA1", "C_101", "2", "1", "1", "1", "1", "∅", "∅"},
                     {"RA1", "C_999", "22", "21", "1", "1", "1", "0.552632", "1.950000"},
                 });
}

CheckedExpressions checks_of(const std::vector<std::string>& texts, const table::Schema& schema) {
  return check_expressions(texts, schema, std::vector<base::Label>(texts.size(), kPlace));
}

TEST_CASE("row checks say for each row and expression whether it passes; null passes") {
  const table::Relation rows =
      make_relation({{"a", Type::kInteger}, {"b", Type::kInteger}, {"t", Type::kText}},
                    {{"1", "2", "x"}, {"2", "1", "y"}, {"∅", "1", "∅"}});
  table::RelationSource source(rows);
  Engine engine;
  Result result =
      engine.run_checks(checks_of({"a <= b -- in order", "t = 'x'\n", "TRUE"}, rows.schema), source);
  CHECK(collect(result) ==
        std::vector<Row>{{"true", "true", "true"}, {"false", "false", "true"}, {"true", "true", "true"}});
}

TEST_CASE("row checks keep the order of a long stream, on one thread and on two") {
  for (int threads : {1, 2}) {
    CAPTURE(threads);
    Numbers numbers(300'000);
    Engine engine({.threads = threads});
    Result result = engine.run_checks(checks_of({"n < 150000", "t IS NULL"}, numbers.schema()), numbers);
    table::Chunk chunk(result.schema());
    std::int64_t row = 0;
    while (result.next(chunk)) {
      for (std::size_t i = 0; i < chunk.rows(); ++i, ++row) {
        if (chunk.column(0).boolean(i) != (row < 150'000)) FAIL("row " << row);
        if (chunk.column(1).boolean(i) != (row % 7 == 0)) FAIL("row " << row);
      }
    }
    CHECK(row == 300'000);
  }
}

TEST_CASE("rows are pulled while the result is fetched, not before") {
  Numbers numbers(10'000'000);
  Engine engine;
  Result result = engine.run_checks(checks_of({"n >= 0"}, numbers.schema()), numbers);
  CHECK(numbers.pulled() == 0);
  table::Chunk chunk(result.schema());
  REQUIRE(result.next(chunk));
  CHECK(numbers.pulled() < 2'000'000);
}

TEST_CASE("no check at all gives no row and pulls none") {
  Numbers numbers(10);
  Engine engine;
  Result result = engine.run_checks(checks_of({}, numbers.schema()), numbers);
  table::Chunk chunk(result.schema());
  CHECK_FALSE(result.next(chunk));
  CHECK(numbers.pulled() == 0);
}

TEST_CASE("what a source throws reaches the reader as it was thrown, and the engine lives on") {
  for (std::int64_t fails_at : {std::int64_t{0}, std::int64_t{5}, std::int64_t{200'000}}) {
    CAPTURE(fails_at);
    Numbers numbers(300'000, fails_at);
    Engine engine;
    const CheckedExpressions checks = checks_of({"n >= 0"}, numbers.schema());
    {
      Result result = engine.run_checks(checks, numbers);
      CHECK_THROWS_WITH_AS(collect(result), "the source broke", std::runtime_error);
    }
    Numbers sound(10);
    Result result = engine.run_checks(checks, sound);
    CHECK(collect(result).size() == 10);
  }
}

TEST_CASE("a value that a statement cannot compute with ends it with a code and no value") {
  Engine engine;
  std::vector<Row> rows(5000, Row{"17", "2025-09-30"});
  rows[4000] = {"9434765919 and a name", "2025-09-30"};
  const table::Relation relation = make_relation({{"t", Type::kText}, {"d", Type::kDate}}, rows);
  put(engine, "rows", relation);
  const std::vector<NamedSchema> relations = {{"rows", relation.schema}};
  try {
    static_cast<void>(run(engine, "SELECT CAST(t AS BIGINT) AS n FROM rows", relations));
    FAIL("a text became a number");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode("CND-1405"));
    CHECK(base::describe(error).find("9434765919") == std::string::npos);
  }
  for (const char* text :
       {"SELECT add_days(d, 4000000) AS e FROM rows",
        "SELECT CAST(9223372036854775807 + CAST(COUNT(*) AS BIGINT) AS BIGINT) AS n FROM rows",
        "SELECT COUNT(*) / 0 AS r FROM rows"}) {
    CAPTURE(text);
    CHECK(code_of([&] { static_cast<void>(run(engine, text, relations, Reals::kAllowed)); }) == "CND-1405");
  }
  CHECK(run(engine, "SELECT COUNT(*) AS n FROM rows", relations) == std::vector<Row>{{"5000"}});
}

TEST_CASE("a statement that needs more than the engine's memory fails; it never spills") {
  Engine engine({.memory_limit_bytes = std::uint64_t{16} << 20});
  Numbers numbers(2'000'000);
  CHECK(code_of([&] { engine.put_table("rows", numbers); }) == "CND-1406");

  Engine roomier({.memory_limit_bytes = std::uint64_t{48} << 20});
  Numbers fewer(200'000);
  roomier.put_table("rows", fewer);
  CHECK(code_of([&] {
          static_cast<void>(
              run(roomier,
                  "SELECT a.n, CAST(SUM(a.n) OVER (PARTITION BY a.t ORDER BY a.n ROWS BETWEEN UNBOUNDED "
                  "PRECEDING AND CURRENT ROW) AS BIGINT) AS s FROM rows AS a CROSS JOIN rows AS b",
                  {{"rows", fewer.schema()}}));
        }) == "CND-1406");
}

TEST_CASE("a result that a later statement has closed fails; it does not end early in silence") {
  Engine engine;
  Numbers numbers(300'000);
  engine.put_table("rows", numbers);
  const std::vector<NamedSchema> relations = {{"rows", numbers.schema()}};
  Result first = engine.run(check_select("SELECT n FROM rows", relations, Reals::kRefused, kPlace));
  table::Chunk chunk(first.schema());
  REQUIRE(first.next(chunk));
  CHECK(run(engine, "SELECT COUNT(*) AS n FROM rows", relations) == std::vector<Row>{{"300000"}});
  CHECK(code_of([&] { static_cast<void>(collect(first)); }) == "CND-1405");
}

TEST_CASE("a statement whose tables were not put is refused") {
  Engine engine;
  const NamedSchema missing{"rows", table::Schema({{"n", Type::kInteger}})};
  CHECK(code_of([&] { static_cast<void>(run(engine, "SELECT n FROM rows", {missing})); }) == "CND-1405");
  put(engine, "rows", make_relation({{"n", Type::kText}}, {}));
  CHECK(code_of([&] { static_cast<void>(run(engine, "SELECT n FROM rows", {missing})); }) == "CND-1405");
}

TEST_CASE("The engine's library is the file of DuckDB that this process has loaded") {
  const std::filesystem::path library = engine_library();
  CHECK(library.filename().string().find("duckdb") != std::string::npos);
  std::ifstream maps("/proc/self/maps");
  const std::string loaded(std::istreambuf_iterator<char>(maps), {});
  CHECK(loaded.find(library.string()) != std::string::npos);
}

}  // namespace
}  // namespace candour::sql
