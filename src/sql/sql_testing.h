// What the tests of this module share: relations written as texts, results read as texts, and the RTT
// statements with which the subset was designed.
#pragma once

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/error.h"
#include "candour/table/chunk.h"

namespace candour::sql {

using Row = std::vector<std::string>;
inline constexpr std::string_view kNull = "∅";

inline void append_cell(table::Column& column, const std::string& cell) {
  if (cell == kNull) return column.append_null();
  switch (column.type()) {
    case table::Type::kBoolean:
      return column.append_boolean(cell == "true");
    case table::Type::kInteger:
      return column.append_integer(std::stoll(cell));
    case table::Type::kReal:
      return column.append_real(std::stod(cell));
    case table::Type::kText:
      return column.append_text(cell);
    case table::Type::kDate:
      return column.append_date(*base::Date::parse_iso(cell));
  }
}

inline table::Relation make_relation(std::vector<table::ColumnSpec> columns, const std::vector<Row>& rows) {
  table::Relation relation{table::Schema(std::move(columns)), {}};
  for (const Row& row : rows) {
    table::Chunk one(relation.schema);
    for (std::size_t i = 0; i < row.size(); ++i) append_cell(one.column(i), row[i]);
    relation.append_row(one, 0);
  }
  return relation;
}

inline std::string cell_text(const table::Column& column, std::size_t row) {
  if (column.is_null(row)) return std::string(kNull);
  switch (column.type()) {
    case table::Type::kBoolean:
      return column.boolean(row) ? "true" : "false";
    case table::Type::kInteger:
      return std::to_string(column.integer(row));
    case table::Type::kReal:
      return std::to_string(column.real(row));
    case table::Type::kText:
      return std::string(column.text(row));
    case table::Type::kDate:
      return column.date(row).iso();
  }
  return "";
}

inline std::vector<Row> collect(table::ChunkSource& source) {
  std::vector<Row> rows;
  table::Chunk chunk(source.schema());
  while (source.next(chunk)) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      Row cells;
      for (const table::Column& column : chunk.columns()) cells.push_back(cell_text(column, row));
      rows.push_back(std::move(cells));
    }
  }
  return rows;
}

/// `rows` rows of a number, its text, and every seventh a null; throws at row `fails_at`.
class Numbers final : public table::ChunkSource {
 public:
  explicit Numbers(std::int64_t rows, std::int64_t fails_at = -1) : rows_(rows), fails_at_(fails_at) {}
  [[nodiscard]] const table::Schema& schema() const override { return schema_; }
  [[nodiscard]] std::int64_t pulled() const { return next_; }
  bool next(table::Chunk& chunk) override {
    chunk.clear();
    for (; next_ < rows_ && !chunk.full(); ++next_) {
      if (next_ == fails_at_) throw std::runtime_error("the source broke");
      chunk.column(0).append_integer(next_);
      if (next_ % 7 == 0) {
        chunk.column(1).append_null();
      } else {
        chunk.column(1).append_text("a text of some length, number " + std::to_string(next_));
      }
    }
    return chunk.rows() > 0;
  }

 private:
  table::Schema schema_{{{"n", table::Type::kInteger}, {"t", table::Type::kText}}};
  std::int64_t rows_;
  std::int64_t fails_at_;
  std::int64_t next_ = 0;
};

/// A row of the least and one of the greatest values of each type, and one of nulls.
inline table::Relation every_type() {
  return make_relation(
      {{"b", table::Type::kBoolean},
       {"i", table::Type::kInteger},
       {"r", table::Type::kReal},
       {"t", table::Type::kText},
       {"d", table::Type::kDate}},
      {{"true", "9223372036854775807", "1.500000", "", "0001-01-01"},
       {"false", "-9223372036854775808", "-0.250000", "a text longer than twelve bytes, é, \"", "9999-12-31"},
       {"∅", "∅", "∅", "∅", "∅"}});
}

/// The code of the error that `action` throws; "" where it throws none.
template <typename Action>
std::string code_of(Action action) {
  try {
    action();
  } catch (const base::Error& error) {
    return std::string(error.code().view());
  }
  return "";
}

inline constexpr std::string_view kRttLocal = R"(-- one row a pathway, banded by whole weeks
WITH stopped AS (
  SELECT provider, treatment_function, days_between(clock_start, clock_stop) AS wait_days
  FROM rows
  CROSS JOIN period
  WHERE clock_stop BETWEEN period.first_day AND period.last_day
),
banded AS (
  SELECT provider, treatment_function,
    CASE WHEN wait_days IS NULL THEN CAST(NULL AS INTEGER)
         WHEN wait_days <= 7 THEN 0
         ELSE LEAST(104, CAST(FLOOR((wait_days - 1) / 7) AS INTEGER)) END AS week
  FROM stopped
)
SELECT provider, treatment_function, week, CAST(COUNT(*) AS BIGINT) AS pathways
FROM banded
GROUP BY provider, treatment_function, week;
)";

inline constexpr std::string_view kRttCombine = R"(WITH cell AS (
  SELECT provider, treatment_function, week, CAST(SUM(pathways) AS BIGINT) AS pathways
  FROM counts
  GROUP BY provider, treatment_function, week
),
cell_and_total AS (
  SELECT provider, treatment_function, week, pathways FROM cell
  UNION ALL
  SELECT provider, 'C_999', week, CAST(SUM(pathways) AS BIGINT) FROM cell GROUP BY provider, week
),
summary AS (
  SELECT provider, treatment_function,
    CAST(SUM(pathways) AS BIGINT) AS total,
    CAST(SUM(CASE WHEN week IS NOT NULL THEN pathways ELSE 0 END) AS BIGINT) AS known,
    CAST(SUM(CASE WHEN week >= 52 THEN pathways ELSE 0 END) AS BIGINT) AS weeks_52_plus,
    CAST(SUM(CASE WHEN week >= 65 THEN pathways ELSE 0 END) AS BIGINT) AS weeks_65_plus,
    CAST(SUM(CASE WHEN week >= 78 THEN pathways ELSE 0 END) AS BIGINT) AS weeks_78_plus
  FROM cell_and_total
  GROUP BY provider, treatment_function
),
running AS (
  SELECT provider, treatment_function, week, pathways,
    CAST(SUM(pathways) OVER (PARTITION BY provider, treatment_function ORDER BY week
         ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS up_to,
    CAST(SUM(pathways) OVER (PARTITION BY provider, treatment_function) AS BIGINT) AS known
  FROM cell_and_total
  WHERE week IS NOT NULL
),
quantile AS (
  SELECT provider, treatment_function, per_cent,
    CASE WHEN known < 20 THEN CAST(NULL AS DOUBLE)
         WHEN week = 104 THEN CAST(104 AS DOUBLE)
         ELSE CAST(week AS DOUBLE) + CAST(per_cent * known - 100 * (up_to - pathways) AS DOUBLE)
                                   / CAST(100 * pathways AS DOUBLE) END AS weeks
  FROM running
  CROSS JOIN (SELECT 50 AS per_cent UNION ALL SELECT 95) AS wanted
  WHERE 100 * up_to >= per_cent * known
    AND 100 * (up_to - pathways) < per_cent * known
)
SELECT s.provider, s.treatment_function, s.total, s.known, s.weeks_52_plus, s.weeks_65_plus, s.weeks_78_plus,
  m.weeks AS median, p.weeks AS p95
FROM summary AS s
LEFT JOIN quantile AS m
  ON m.provider = s.provider AND m.treatment_function = s.treatment_function AND m.per_cent = 50
LEFT JOIN quantile AS p
  ON p.provider = s.provider AND p.treatment_function = s.treatment_function AND p.per_cent = 95;
)";

}  // namespace candour::sql
