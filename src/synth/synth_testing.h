// What tests of synthesis share: the waiting-list collection with its publication, and files read as a
// hospital's system would.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/error.h"
#include "candour/collection/field_parse.h"
#include "candour/synth/synth.h"
#include "candour/table/csv_reader.h"
#include "candour/table/csv_writer.h"

namespace candour::synth::testing {

/// Loaded once a test program.
inline const collection::Collection& waiting_list() {
  static const collection::Collection loaded = collection::load_collection("collections/rtt-waiting-list");
  return loaded;
}

inline collection::Period september() {
  return collection::parse_period("2025-09", collection::PeriodKind::kMonth);
}

/// The built-in publication: 16 providers.
inline const table::Relation& publication() {
  static const table::Relation read = [] {
    const base::PosixDisk disk;
    const auto file = disk.open("tests/data/rtt-nonadmitted-2025-09.csv");
    base::FileSource source(*file);
    return table::parse_text_csv(source);
  }();
  return read;
}

inline const Expansion& expansion() {
  static const Expansion expanded = expand(waiting_list(), publication());
  return expanded;
}

struct MadeFile {
  std::string text;
  SynthFile made;
};

inline MadeFile make_file(std::string_view submitter, const SynthOptions& options = {},
                          const Expansion& of = expansion(), std::size_t piece_bytes = 1 << 16) {
  SyntheticSource source(waiting_list(), of, submitter, september(), options);
  MadeFile file;
  std::vector<std::uint8_t> piece(piece_bytes);
  while (const std::size_t got = source.read(piece)) {
    file.text.append(reinterpret_cast<const char*>(piece.data()), got);
  }
  file.made = source.made();
  return file;
}

/// A record of a file: its fields as bytes.
struct SourceRow {
  std::uint64_t line = 0;
  table::CsvFault fault = table::CsvFault::kNone;
  std::vector<std::string> fields;
};

inline std::vector<SourceRow> rows_of(std::string_view text) {
  base::MemorySource source(text);
  table::CsvReader reader(source);
  table::CsvRecord record;
  std::vector<SourceRow> rows;
  while (reader.next(record)) {
    rows.push_back({record.line, record.fault, {}});
    for (const table::CsvField& field : record.fields) rows.back().fields.emplace_back(field.bytes);
  }
  return rows;
}

/// Reads the fields of a row under the names of the collection's table.
class Columns {
 public:
  Columns() {
    const collection::Table& table = waiting_list().table("clock_stops");
    const auto& columns = waiting_list().source("clock_stops").columns;
    for (std::size_t i = 0; i < columns.size(); ++i) at_[table.fields[columns[i].field].name] = i;
  }
  [[nodiscard]] std::size_t count() const { return at_.size(); }
  [[nodiscard]] const std::string& of(const SourceRow& row, const std::string& field) const {
    return row.fields.at(at_.at(field));
  }
  [[nodiscard]] std::optional<base::Date> day(const SourceRow& row, const std::string& field) const {
    return base::Date::parse_iso(of(row, field));
  }
  /// The NHS number without its spaces.
  [[nodiscard]] std::string number(const SourceRow& row) const {
    std::string digits = of(row, "nhs_number");
    std::erase(digits, ' ');
    return digits;
  }

 private:
  std::map<std::string, std::size_t> at_;
};

/// The rows of a file by what they are for.
struct SortedRows {
  std::vector<SourceRow> good, decoys;
  std::map<std::uint64_t, SourceRow> planted;
};

inline SortedRows sorted_rows(const MadeFile& file) {
  static const Columns columns;
  std::map<std::uint64_t, std::string> planted;
  for (const Planted& one : file.made.planted) planted[one.line] = one.rule;
  SortedRows sorted;
  for (SourceRow& row : rows_of(file.text)) {
    if (row.line == 1) continue;
    if (planted.contains(row.line)) {
      sorted.planted[row.line] = std::move(row);
      continue;
    }
    const auto stop = columns.day(row, "clock_stop");
    const bool within = stop && *stop >= september().first_day && *stop <= september().last_day;
    (within ? sorted.good : sorted.decoys).push_back(std::move(row));
  }
  return sorted;
}

}  // namespace candour::synth::testing
