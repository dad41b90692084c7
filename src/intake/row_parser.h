// From a CSV record to typed values and problems, one field after another: shape, text, type, required. Used
// by SubmissionCheck. It parses straight into the columns of a batch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "candour/collection/field_parse.h"
#include "candour/intake/batch.h"
#include "candour/intake/header.h"
#include "candour/intake/submission.h"
#include "candour/table/csv_reader.h"
#include "candour/table/csv_text.h"

namespace candour::intake {

/// What became of one field over all rows of a file.
struct FieldCounts {
  std::uint64_t should_have = 0;  ///< rows in which the field must be set; all rows where it never must
  std::uint64_t have = 0;         ///< of those, rows with a value
  std::uint64_t values = 0;
  std::uint64_t valid = 0;
};

/// Why a record cannot be a row, in a sentence; nothing where it can be one.
[[nodiscard]] std::string_view shape_problem(const table::CsvRecord& record, std::size_t width);

/// What a record looked like in the file, without its line end. A record with a fault gives what was read of
/// it.
void append_record(const table::CsvRecord& record, char delimiter, std::string& out);

class RowParser {
 public:
  /// All that is referred to outlives the parser.
  RowParser(const collection::Collection& collection, const collection::Table& table,
            const collection::SourceMapping& mapping, const Submission& submission, const HeaderMap& header,
            table::TextDecoder decoder);
  ~RowParser();
  RowParser(const RowParser&) = delete;
  RowParser& operator=(const RowParser&) = delete;

  /// Adds one record to a batch that is not full.
  void parse(const table::CsvRecord& record, std::uint64_t row, Batch& batch);

  /// The cell of a field in a record that passed, as it stood in the file. For the few rows that a check
  /// refuses: it splits the record again.
  [[nodiscard]] ProblemCell cell_of(std::size_t field, std::string_view record);

  [[nodiscard]] table::Encoding encoding() const { return decoder_.encoding(); }
  [[nodiscard]] const std::vector<FieldCounts>& counts() const { return counts_; }

 private:
  void parse_field(std::size_t field, const table::CsvRecord& record, const BatchEntry& entry, Batch& batch);
  void check_presence(const table::CsvRecord& record, const BatchEntry& entry, Batch& batch);
  [[nodiscard]] bool must_be_set(std::size_t field) const;
  void add_problem(const BatchEntry& entry, collection::ValueProblem what, std::size_t field,
                   std::string_view value, Batch& batch) const;

  const collection::Table& table_;
  const HeaderMap& header_;
  char delimiter_;
  collection::ParseContext context_;
  std::vector<collection::FieldParser> parsers_;
  table::TextDecoder decoder_;
  std::string decoded_;                 ///< storage of the field being decoded; wiped at the end
  std::vector<std::uint8_t> set_;       ///< by field: whether the row being parsed has a value
  std::vector<std::uint8_t> readable_;  ///< by field: whether it has one that could be read
  std::vector<FieldCounts> counts_;
};

}  // namespace candour::intake
