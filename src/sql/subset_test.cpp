#include "candour/sql/subset.h"

#include <doctest/doctest.h>

#include "candour/sql/engine.h"
#include "candour/sql/sql_testing.h"

namespace candour::sql {
namespace {

using table::Type;

const base::Label kPlace("measures/test.local.sql");

std::vector<NamedSchema> relations() {
  return {{"rows", table::Schema({{"provider", Type::kText},
                                  {"treatment_function", Type::kText},
                                  {"clock_start", Type::kDate},
                                  {"clock_stop", Type::kDate},
                                  {"n", Type::kInteger},
                                  {"flag", Type::kBoolean},
                                  {"Provider Code", Type::kText},
                                  {">0-1", Type::kText}})},
          {"period", table::Schema({{"first_day", Type::kDate}, {"last_day", Type::kDate}})}};
}

std::string checked(std::string_view text, Reals reals = Reals::kRefused) {
  return code_of([&] { static_cast<void>(check_select(text, relations(), reals, kPlace)); });
}

struct Case {
  std::string text;
  std::string code;  // "" where it is accepted
};

void check_cases(std::initializer_list<Case> cases, Reals reals = Reals::kRefused) {
  for (const Case& one : cases) {
    CAPTURE(one.text);
    CHECK(checked(one.text, reals) == one.code);
  }
}

TEST_CASE("the subset takes what both engines read alike") {
  check_cases({
      {"SELECT provider FROM rows", ""},
      {"select Provider from ROWS", ""},
      {"SELECT provider FROM rows;", ""},
      {"SELECT provider FROM rows -- a comment at the end", ""},
      {"-- first\n/* then */ SELECT provider FROM rows ; -- last\n", ""},
      {"SELECT DISTINCT provider FROM rows", ""},
      {"SELECT \"Provider Code\" AS provider, \">0-1\" AS \"under 1\" FROM rows", ""},
      {"SELECT r.provider FROM rows AS r", ""},
      {"SELECT r.p FROM rows AS r (p)", ""},
      {"SELECT provider FROM rows, period WHERE clock_stop BETWEEN first_day AND last_day", ""},
      {"SELECT a.provider FROM rows AS a LEFT JOIN rows AS b ON a.provider = b.provider", ""},
      {"SELECT a.provider FROM rows AS a FULL OUTER JOIN rows AS b ON a.n = b.n", ""},
      {"SELECT n FROM rows JOIN (SELECT n FROM rows) AS b USING (n)", ""},
      {"SELECT provider, COUNT(*) AS n FROM rows GROUP BY provider HAVING COUNT(*) > 3", ""},
      {"SELECT COUNT(n) AS a, MIN(n) AS b, MAX(n) AS c, CAST(SUM(n) AS BIGINT) AS d FROM rows", ""},
      {"SELECT COALESCE(n, 0) + 1 - 2 * -n AS a, NULLIF(n, 3) AS b FROM rows", ""},
      {"SELECT LEAST(n, 104) AS a, GREATEST(n, 0, 5) AS b FROM rows", ""},
      {"SELECT UPPER(provider) || '-' || LOWER(SUBSTR(provider, 1, 2)) AS a FROM rows", ""},
      {"SELECT SUBSTRING(provider, 2) AS a FROM rows", ""},
      {"SELECT provider LIKE 'R%' AS a, provider NOT LIKE '%x' AS b FROM rows", ""},
      {"SELECT provider IN ('RA1', 'RB1') AS a, n NOT IN (1, 2) AS b FROM rows", ""},
      {"SELECT n IS NULL AS a, n IS NOT NULL AS b, NOT flag AS c, flag IS TRUE AS d FROM rows", ""},
      {"SELECT n IS DISTINCT FROM 3 AS a, TRUE AS b, 'it''s' AS c FROM rows", ""},
      {"SELECT CASE n WHEN 1 THEN 'one' ELSE 'more' END AS a FROM rows", ""},
      {"SELECT days_between(clock_start, clock_stop) AS d, add_days(clock_start, 7) AS e, "
       "month_of(clock_stop) AS m, whole(n, 7) AS w FROM rows",
       ""},
      {"SELECT CAST(FLOOR((n - 1) / 7) AS INTEGER) AS week FROM rows", ""},
      {"SELECT CAST(provider AS BIGINT) AS n FROM rows", ""},
      {"SELECT CAST(CAST(SUM(CAST(n AS DECIMAL(18, 1))) AS DECIMAL(18, 1)) AS VARCHAR) AS n FROM rows", ""},
      {"SELECT DATE '2025-09-30' AS d, CAST(NULL AS DATE) AS e FROM rows", ""},
      {"SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3", ""},
      {"SELECT w.week FROM (VALUES (0), (1), (104)) AS w (week)", ""},
      {"WITH a AS (SELECT n FROM rows), b (m) AS (SELECT n FROM a) SELECT m FROM b", ""},
      {"WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT x FROM a", ""},
      {"SELECT x FROM (WITH a AS (SELECT n AS x FROM rows) SELECT x FROM a) AS s", ""},
      {"SELECT CAST(SUM(n) OVER (PARTITION BY provider) AS BIGINT) AS a, COUNT(*) OVER (PARTITION BY n) AS b "
       "FROM rows",
       ""},
      {"SELECT CAST(SUM(n) OVER (PARTITION BY provider ORDER BY n ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) "
       "AS BIGINT) AS a FROM rows",
       ""},
      {"SELECT current_date FROM (SELECT clock_stop AS current_date FROM rows) AS s", ""},
  });
}

TEST_CASE("what is not one SELECT is refused as such") {
  check_cases({
      {"", "CND-1401"},
      {" -- nothing", "CND-1401"},
      {";", "CND-1401"},
      {"SELECT", "CND-1401"},
      {"SELEC provider FROM rows", "CND-1401"},
      {"SELECT provider FROM rows; SELECT n FROM rows", "CND-1401"},
      {"SELECT provider FROM rows; DROP TABLE rows", "CND-1401"},
      {"SELECT (1); ATTACH 'x.db'", "CND-1401"},
      {"INSERT INTO rows SELECT provider FROM rows", "CND-1401"},
      {"UPDATE rows SET n = 1", "CND-1401"},
      {"DELETE FROM rows", "CND-1401"},
      {"CREATE TABLE x AS SELECT 1", "CND-1401"},
      {"COPY rows TO 'x.csv'", "CND-1401"},
      {"ATTACH 'x.db'", "CND-1401"},
      {"PRAGMA version", "CND-1401"},
      {"SET threads = 8", "CND-1401"},
      {"DESCRIBE rows", "CND-1401"},
      {"FROM rows", "CND-1401"},
      {"TABLE rows", "CND-1401"},
      {"VALUES (1)", "CND-1401"},
      {"(SELECT n FROM rows)", "CND-1401"},
      {"WITH x AS (DELETE FROM rows RETURNING n) SELECT n FROM x", "CND-1401"},
      {"WITH x AS (INSERT INTO rows VALUES (1)) SELECT 1 AS a", "CND-1401"},
      {"SELECT 'open FROM rows", "CND-1401"},
      {"SELECT \"open FROM rows", "CND-1401"},
      {"SELECT n FROM rows /* open", "CND-1401"},
      {"SELECT (n FROM rows", "CND-1401"},
      {"SELECT n) FROM rows", "CND-1401"},
      {"SELECT n\x01 FROM rows", "CND-1401"},
      {"SELECT '\xff' AS a FROM rows", "CND-1401"},
  });
  CHECK(checked(std::string("SELECT n\0 FROM rows", 19)) == "CND-1401");
}

TEST_CASE("constructs outside the subset are refused") {
  check_cases({
      {"SELECT * FROM rows", "CND-1402"},
      {"SELECT r.* FROM rows AS r", "CND-1402"},
      {"SELECT COLUMNS(*) FROM rows", "CND-1402"},
      {"SELECT n FROM rows ORDER BY n", "CND-1402"},
      {"SELECT n FROM rows LIMIT 1", "CND-1402"},
      {"SELECT n FROM rows OFFSET 1", "CND-1402"},
      {"SELECT DISTINCT ON (n) n FROM rows", "CND-1402"},
      {"SELECT n FROM rows USING SAMPLE 3", "CND-1402"},
      {"SELECT n FROM rows TABLESAMPLE 10", "CND-1402"},
      {"SELECT n FROM rows QUALIFY COUNT(*) OVER (PARTITION BY n) = 1", "CND-1402"},
      {"SELECT n FROM main.rows", "CND-1402"},
      {"SELECT n FROM memory.main.rows", "CND-1402"},
      {"SELECT main.rows.n FROM rows", "CND-1402"},
      {"SELECT content AS a FROM read_text('/etc/passwd')", "CND-1402"},
      {"SELECT a FROM candour_rows()", "CND-1402"},
      {"SELECT 1 AS a FROM range(10)", "CND-1402"},
      {"SELECT getenv('HOME') AS a", "CND-1402"},
      {"SELECT current_setting('threads') AS a", "CND-1402"},
      {"SELECT now() AS a", "CND-1402"},
      {"SELECT random() AS a", "CND-1402"},
      {"SELECT round(n, 1) AS a FROM rows", "CND-1402"},
      {"SELECT avg(n) AS a FROM rows", "CND-1402"},
      {"SELECT median(n) AS a FROM rows", "CND-1402"},
      {"SELECT quantile_cont(n, 0.5) AS a FROM rows", "CND-1402"},
      {"SELECT regexp_matches(provider, 'R') AS a FROM rows", "CND-1402"},
      {"SELECT date_diff('day', clock_start, clock_stop) AS a FROM rows", "CND-1402"},
      {"SELECT clock_start + INTERVAL 1 DAY AS a FROM rows", "CND-1402"},
      {"SELECT main.lower(provider) AS a FROM rows", "CND-1402"},
      {"SELECT provider ILIKE 'r%' AS a FROM rows", "CND-1402"},
      {"SELECT provider LIKE 'x' ESCAPE '!' AS a FROM rows", "CND-1402"},
      {"SELECT provider SIMILAR TO 'x' AS a FROM rows", "CND-1402"},
      {"SELECT provider COLLATE NOCASE AS a FROM rows", "CND-1402"},
      {"SELECT COUNT(DISTINCT provider) AS a FROM rows", "CND-1402"},
      {"SELECT COUNT(*) FILTER (WHERE n > 1) AS a FROM rows", "CND-1402"},
      {"SELECT MIN(n, 3) AS a FROM rows", "CND-1402"},
      {"SELECT SUM(n) AS a FROM rows", "CND-1402"},
      {"SELECT provider FROM rows GROUP BY ALL", "CND-1402"},
      {"SELECT provider FROM rows GROUP BY ROLLUP (provider)", "CND-1402"},
      {"SELECT provider FROM rows GROUP BY CUBE (provider)", "CND-1402"},
      {"SELECT provider FROM rows GROUP BY GROUPING SETS ((provider), ())", "CND-1402"},
      {"SELECT n + 1 AS n FROM rows GROUP BY n HAVING n > 1", "CND-1402"},
      {"SELECT 1 AS a UNION SELECT 2", "CND-1402"},
      {"SELECT 1 AS a INTERSECT SELECT 2", "CND-1402"},
      {"SELECT 1 AS a EXCEPT ALL SELECT 2", "CND-1402"},
      {"SELECT n FROM rows NATURAL JOIN period", "CND-1402"},
      {"SELECT n FROM rows SEMI JOIN period ON n = 1", "CND-1402"},
      {"SELECT n FROM rows ANTI JOIN period ON n = 1", "CND-1402"},
      {"SELECT n FROM rows POSITIONAL JOIN period", "CND-1402"},
      {"SELECT n FROM rows ASOF JOIN period ON clock_stop >= first_day", "CND-1402"},
      {"SELECT n FROM rows, LATERAL (SELECT n AS m) AS t", "CND-1402"},
      {"SELECT (SELECT 1) AS a FROM rows", "CND-1402"},
      {"SELECT n FROM rows WHERE EXISTS (SELECT 1 AS a)", "CND-1402"},
      {"SELECT n FROM rows WHERE n IN (SELECT n FROM rows)", "CND-1402"},
      {"WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT x FROM a) SELECT x FROM a", "CND-1402"},
      {"WITH a AS MATERIALIZED (SELECT 1 AS x) SELECT x FROM a", "CND-1402"},
      {"WITH rows AS (SELECT 1 AS x) SELECT x FROM rows", "CND-1402"},
      {"SELECT w.x FROM (VALUES (0), (1)) AS w", "CND-1402"},
      {"SELECT w.x FROM (VALUES (1 + 1)) AS w (x)", "CND-1402"},
  });
}

TEST_CASE("spellings, numbers, casts and windows that the engines read differently are refused") {
  check_cases({
      {"SELECT n::VARCHAR AS a FROM rows", "CND-1402"},
      {"SELECT $1 AS a", "CND-1402"},
      {"SELECT ? AS a", "CND-1402"},
      {"SELECT $$text$$ AS a", "CND-1402"},
      {"SELECT E'a' AS a", "CND-1402"},
      {"SELECT x'00' AS a", "CND-1402"},
      {"SELECT 'a\\b' AS a", "CND-1402"},
      {"SELECT n // 2 AS a FROM rows", "CND-1402"},
      {"SELECT n % 2 AS a FROM rows", "CND-1402"},
      {"SELECT n ** 2 AS a FROM rows", "CND-1402"},
      {"SELECT n == 2 AS a FROM rows", "CND-1402"},
      {"SELECT @n AS a FROM rows", "CND-1402"},
      {"SELECT [1] AS a", "CND-1402"},
      {"SELECT {'a': 1} AS a", "CND-1402"},
      {"SELECT a: 1", "CND-1402"},
      {"SELECT \xc3\xa9 FROM rows", "CND-1402"},
      {"SELECT provider, FROM rows", "CND-1402"},
      {"SELECT n ISNULL AS a FROM rows", "CND-1402"},
      {"SELECT /* a /* b */ n FROM rows", "CND-1402"},
      {"SELECT 1e3 AS a", "CND-1402"},
      {"SELECT 1_000 AS a", "CND-1402"},
      {"SELECT 0x1F AS a", "CND-1402"},
      {"SELECT .5 < 1 AS a", "CND-1402"},
      {"SELECT 99999999999999999999 AS a", "CND-1402"},
      {"SELECT 1234567890123456.789 > 1 AS a", "CND-1402"},
      {"SELECT TRY_CAST(n AS VARCHAR) AS a FROM rows", "CND-1402"},
      {"SELECT CAST(n AS TEXT) AS a FROM rows", "CND-1402"},
      {"SELECT CAST(provider AS VARCHAR(3)) AS a FROM rows", "CND-1402"},
      {"SELECT CAST(n AS SMALLINT) AS a FROM rows", "CND-1402"},
      {"SELECT CAST(n AS HUGEINT) AS a FROM rows", "CND-1402"},
      {"SELECT CAST(n AS FLOAT) AS a FROM rows", "CND-1402"},
      {"SELECT CAST(n AS TIMESTAMP) AS a FROM rows", "CND-1402"},
      {"SELECT CAST(n AS DECIMAL(38, 1)) > 1 AS a FROM rows", "CND-1402"},
      {"SELECT CAST(2.5 AS INTEGER) AS a", "CND-1402"},
      {"SELECT CAST(n + 0.5 AS BIGINT) AS a FROM rows", "CND-1402"},
      {"SELECT CAST(n / 2 AS INTEGER) AS a FROM rows", "CND-1402"},
      {"SELECT CAST(CASE WHEN flag THEN 0.5 ELSE 1 END AS INTEGER) AS a FROM rows", "CND-1402"},
      {"SELECT whole(n * 0.5, 2) AS a FROM rows", "CND-1402"},
      {"SELECT n / 2 > 1 AS a FROM rows", "CND-1402"},
      {"SELECT CAST(n AS DOUBLE) > 1 AS a FROM rows", "CND-1402"},
      {"SELECT row_number() OVER (ORDER BY n) AS a FROM rows", "CND-1402"},
      {"SELECT lag(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS a FROM rows", "CND-1402"},
      {"SELECT COUNT(*) OVER (ORDER BY n) AS a FROM rows", "CND-1402"},
      {"SELECT COUNT(*) OVER (ORDER BY n RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS a FROM rows",
       "CND-1402"},
      {"SELECT COUNT(*) OVER (ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS a FROM rows", "CND-1402"},
      {"SELECT COUNT(*) OVER (ORDER BY n ROWS BETWEEN n PRECEDING AND CURRENT ROW) AS a FROM rows",
       "CND-1402"},
      {"SELECT COUNT(*) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES) AS a "
       "FROM rows",
       "CND-1402"},
  });
}

TEST_CASE("a name that the place does not give is refused, whatever DuckDB would make of it") {
  check_cases({
      {"SELECT nhs_number FROM rows", "CND-1403"},
      {"SELECT provider FROM secret", "CND-1403"},
      {"SELECT provider FROM 'rows.csv'", "CND-1403"},
      {"SELECT provider FROM \"rows.csv\"", "CND-1403"},
      {"SELECT database_name AS a FROM duckdb_databases", "CND-1403"},
      {"SELECT name AS a FROM sqlite_master", "CND-1403"},
      {"SELECT rowid FROM rows", "CND-1403"},
      {"SELECT current_date AS a FROM rows", "CND-1403"},
      {"SELECT user AS a FROM rows", "CND-1403"},
      {"SELECT rows AS a FROM rows", "CND-1403"},
      {"SELECT period.provider FROM rows, period", "CND-1403"},
      {"SELECT rows.provider FROM rows AS r", "CND-1403"},
      {"SELECT n AS a, a + 1 AS b FROM rows", "CND-1403"},
      {"SELECT n AS a FROM rows WHERE a > 1", "CND-1403"},
      {"SELECT n AS a FROM rows GROUP BY a", "CND-1403"},
      {"SELECT x.m FROM rows, (SELECT n AS m) AS x", "CND-1403"},
      {"WITH b AS (SELECT x FROM a), a AS (SELECT 1 AS x) SELECT x FROM b", "CND-1403"},
      {"WITH a AS (SELECT x FROM a) SELECT x FROM a", "CND-1403"},
      {"SELECT y FROM (WITH a AS (SELECT 1 AS y) SELECT y FROM a) AS s, a", "CND-1403"},
      {"SELECT n FROM rows JOIN period USING (n)", "CND-1403"},
      {"SELECT provider + 1 AS a, clock_start * 2 AS b FROM rows", "CND-1403"},
      {"SELECT n FROM rows AS a, rows AS b", "CND-1403"},
      {"SELECT provider, COUNT(*) AS n FROM rows", "CND-1403"},
      {"SELECT 1 AS a UNION ALL SELECT 2, 3", "CND-1403"},
      {"SELECT floor(1, 2) AS a", "CND-1403"},
  });
}

TEST_CASE("a result has a name and a type of Candour for each column") {
  check_cases({
      {"SELECT NULL AS a", ""},
      {"SELECT CAST(n AS DECIMAL(9, 1)) AS a FROM rows", "CND-1404"},
      {"SELECT 1.5 AS a", "CND-1404"},
      {"SELECT FLOOR(n / 2) AS a FROM rows", "CND-1404"},
      {"SELECT COUNT(*) FROM rows", "CND-1402"},
      {"SELECT n, n + 1 AS N FROM rows", "CND-1402"},
  });
  const CheckedSelect select =
      check_select("SELECT Provider, CAST(n AS INTEGER) AS \"N\", clock_stop AS d, flag FROM ROWS",
                   relations(), Reals::kRefused, kPlace);
  CHECK(
      select.result() ==
      table::Schema(
          {{"Provider", Type::kText}, {"N", Type::kInteger}, {"d", Type::kDate}, {"flag", Type::kBoolean}}));
  CHECK(select.reads() == std::vector<std::string>{"rows"});
}

TEST_CASE("a combining step may give reals, a local step may not") {
  check_cases({{"SELECT n / 2 AS a, CAST(n AS DOUBLE) AS b FROM rows", ""}}, Reals::kAllowed);
  CHECK(check_select("SELECT n / 2 AS a FROM rows", relations(), Reals::kAllowed, kPlace).result() ==
        table::Schema({{"a", Type::kReal}}));
}

TEST_CASE("an error says where and what") {
  try {
    static_cast<void>(
        check_select("SELECT provider,\n  round(n) AS r\nFROM rows", relations(), Reals::kRefused, kPlace));
    FAIL("round was taken");
  } catch (const base::Error& error) {
    const std::string text = base::describe(error);
    CHECK(text.find("measures/test.local.sql") != std::string::npos);
    CHECK(text.find("round") != std::string::npos);
    REQUIRE(error.fields().size() == 3);
    CHECK(std::get<std::int64_t>(error.fields()[1].value) == 2);
  }
}

std::string repeat(std::string_view text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST_CASE("no statement is deep or long enough to exhaust the checker") {
  CHECK(checked("SELECT " + repeat("(", 60) + "n" + repeat(")", 60) + " AS a FROM rows") == "");
  CHECK(checked("SELECT " + repeat("(", 5000) + "n" + repeat(")", 5000) + " AS a FROM rows") == "CND-1401");
  CHECK(checked("SELECT n" + repeat(" + 1", 50) + " AS a FROM rows") == "");
  CHECK(checked("SELECT n" + repeat(" + 1", 12000) + " AS a FROM rows") != "");
  CHECK(checked("SELECT n FROM rows WHERE flag" + repeat(" AND flag", 5000)) == "");
  CHECK(checked("SELECT " + repeat("NOT ", 12000) + "flag AS a FROM rows") != "");
  CHECK(checked("SELECT " + repeat("- ", 12000) + "n AS a FROM rows") != "");
  CHECK(checked("SELECT " + repeat("CASE WHEN flag THEN ", 3000) + "1" + repeat(" END", 3000) +
                " AS a FROM rows") != "");
  CHECK(checked("SELECT 1 AS a" + repeat(" UNION ALL SELECT 2", 104)) == "");
  CHECK(checked("SELECT 1 AS a" + repeat(" UNION ALL SELECT 2", 3000)) != "crash");
  CHECK(checked("SELECT n FROM rows" + repeat(", period", 5000)) != "");
  CHECK(checked("SELECT '" + std::string(std::size_t{64} << 10, 'x') + "' AS a") == "CND-1401");
  std::string doubling = "WITH a0 AS (SELECT 1 AS x)";
  for (int i = 1; i <= 40; ++i) {
    const std::string from = " FROM a" + std::to_string(i - 1);
    doubling += ", a" + std::to_string(i) + " AS (SELECT x" + from + " UNION ALL SELECT x" + from + ")";
  }
  CHECK(checked(doubling + " SELECT x FROM a40") == "CND-1402");
}

TEST_CASE("a wide statement passes: a hundred and five bands, a column each") {
  std::string text = "SELECT provider";
  for (int week = 0; week < 105; ++week) {
    const std::string number = std::to_string(week);
    text += ",\n  CAST(SUM(CASE WHEN n = " + number + " THEN 1 ELSE 0 END) AS BIGINT) AS week_" + number;
  }
  CHECK(checked(text + "\nFROM rows\nGROUP BY provider") == "");
}

TEST_CASE("the RTT statements are of the subset") {
  const CheckedSelect local = check_select(kRttLocal, relations(), Reals::kRefused, kPlace);
  CHECK(local.reads() == std::vector<std::string>{"period", "rows"});
  const CheckedSelect combine =
      check_select(kRttCombine, {{"counts", local.result()}}, Reals::kAllowed, kPlace);
  CHECK(combine.result().columns().back() == table::ColumnSpec{"p95", Type::kReal});
  CHECK(code_of([&] {
          static_cast<void>(check_select(kRttCombine, {{"counts", local.result()}}, Reals::kRefused, kPlace));
        }) == "CND-1402");
}

TEST_CASE("a relation with two columns of one name is an error, not a crash") {
  const table::Schema twice({{"a", Type::kText}, {"A", Type::kText}});
  CHECK(code_of([&] {
          static_cast<void>(check_select("SELECT 1 AS x", {{"published", twice}}, Reals::kRefused, kPlace));
        }) == "CND-1403");
}

}  // namespace
}  // namespace candour::sql
