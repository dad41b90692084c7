// What tests of counts and releases share: the waiting-list collection, minimised pathways and their counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/error.h"
#include "candour/base/random.h"
#include "candour/base/sha256.h"
#include "candour/measure/counts.h"
#include "candour/table/csv_writer.h"

namespace candour::measure::testing {

/// Loaded once a test program: every statement in it is checked by an engine.
inline const collection::Collection& waiting_list() {
  static const collection::Collection loaded = collection::load_collection("collections/rtt-waiting-list");
  return loaded;
}

inline const collection::Measure& waits() { return waiting_list().measure("waits"); }

inline collection::Period september() {
  return collection::parse_period("2025-09", collection::PeriodKind::kMonth);
}

inline std::string csv_of(const table::Relation& relation) {
  base::TextSink sink;
  table::write_csv(relation, sink);
  return sink.take();
}

/// A pathway as a local step sees it: a treatment function as hospitals write it, and how long it waited.
struct Pathway {
  std::string function = "100";
  std::optional<std::int32_t> wait_days;  ///< none where the clock start is not known
  base::Date stop = base::Date::of(2025, 9, 15).value();
};

/// Minimised rows that hold of each pathway what the measure reads, and nothing else.
inline table::Relation minimised(const std::vector<Pathway>& pathways) {
  const table::Schema schema = waiting_list().table("clock_stops").minimised_schema();
  table::Relation rows{schema, {}};
  const std::size_t function = schema.find("treatment_function").value();
  const std::size_t start = schema.find("clock_start").value();
  const std::size_t stop = schema.find("clock_stop").value();
  for (const Pathway& pathway : pathways) {
    table::Chunk row(schema);
    for (std::size_t i = 0; i < schema.size(); ++i) {
      if (i == function) {
        row.column(i).append_text(pathway.function);
      } else if (i == start && pathway.wait_days) {
        row.column(i).append_date(pathway.stop.plus_days(-*pathway.wait_days));
      } else if (i == stop) {
        row.column(i).append_date(pathway.stop);
      } else {
        row.column(i).append_null();
      }
    }
    rows.append_row(row, 0);
  }
  return rows;
}

/// What a submitter's local step gives for them.
inline Counts counts_of(std::string_view submitter, const std::vector<Pathway>& pathways,
                        std::uint64_t seed = 1) {
  const table::Relation rows = minimised(pathways);
  table::RelationSource source(rows);
  base::SeededRandom random(seed, submitter);
  return compute_counts(waiting_list(), waits(), submitter, september(), source, random);
}

/// A count of a local step: so many treatments in a week band, or with no known clock start.
struct Cell {
  std::string function;              ///< as published: "C_100"
  std::optional<std::int64_t> week;  ///< 0 to 104
  std::int64_t treatments = 0;
};

/// Counts made of cells, without the rows behind them.
inline Counts counts_of_cells(std::string_view submitter, const std::vector<Cell>& cells,
                              std::uint64_t seed = 1) {
  Counts counts;
  counts.collection = waiting_list().name;
  counts.collection_sha256 = base::to_hex(waiting_list().digest);
  counts.measure = waits().name;
  counts.submitter = submitter;
  counts.period = september().name;
  base::Bytes salt(16);
  base::SeededRandom(seed, submitter).fill(salt);
  counts.salt = base::to_hex(salt);
  table::Relation relation{waits().local.result(), {}};
  for (const Cell& cell : cells) {
    table::Chunk row(relation.schema);
    row.column(0).append_text(submitter);
    row.column(1).append_text(cell.function);
    if (cell.week) {
      row.column(2).append_integer(*cell.week);
    } else {
      row.column(2).append_null();
    }
    row.column(3).append_integer(cell.treatments);
    relation.append_row(row, 0);
    counts.rows += static_cast<std::uint64_t>(cell.treatments);
  }
  table::sort_rows(relation);
  counts.relation = std::move(relation);
  counts.counts_sha256 = base::to_hex(base::sha256(base::as_bytes(csv_of(counts.relation))));
  return counts;
}

}  // namespace candour::measure::testing
