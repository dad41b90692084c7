// One pass over the rows of a file: records become batches, batches pass the row checks through one SQL
// statement, and each row goes to the sink and the report once its verdict is known, in the order of the
// file.
//
// The statement pulls: DuckDB asks this ChunkSource for rows and gives verdicts in the same order, some
// chunks later. What lies between waits in a queue of batches.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "candour/intake/batch.h"
#include "candour/intake/report_builder.h"
#include "candour/intake/row_parser.h"
#include "candour/intake/submission_check.h"
#include "candour/sql/engine.h"

namespace candour::intake {

class RowPass final : public table::ChunkSource {
 public:
  struct Parts {
    const collection::Table& table;
    const Submission& submission;
    const SourceFile& file;
    std::size_t file_index;  ///< among the submission's files
    std::size_t width;       ///< columns of the header
    table::CsvReader& reader;
    RowParser& parser;
    std::unique_ptr<sql::Engine>& engine;  ///< made where it is not there yet and the table has checks
    ReportBuilder& report;
    RowSink& sink;
    const DuplicateFound& on_duplicate;
  };
  /// All parts outlive the pass.
  explicit RowPass(const Parts& parts);

  /// Reads to the end. Errors: CND-1107 (rows although nil was declared); those of the source and the sink.
  void run();
  /// Whether the last record ends inside quotes.
  [[nodiscard]] bool last_record_is_open() const { return last_record_is_open_; }
  [[nodiscard]] bool last_row_was_refused() const { return last_row_was_refused_; }

  // ChunkSource: what the row checks see.
  [[nodiscard]] const table::Schema& schema() const override { return check_schema_; }
  bool next(table::Chunk& chunk) override;

 private:
  [[nodiscard]] std::unique_ptr<Batch> empty_batch();
  bool read_batch(Batch& batch);
  bool next_record(table::CsvRecord& record);
  void take_verdicts(const table::Chunk& verdicts);
  void finish_front();
  void emit(Batch& batch);
  bool refuse(const Batch& batch, std::size_t row, std::string_view record, std::span<Problem> problems);
  bool settle(const Batch& batch, std::size_t row, std::string_view record,
              std::span<const FailedCheck> failed);
  [[nodiscard]] Problem problem_of(const BatchEntry& entry, std::size_t check, std::string_view record);

  Parts parts_;
  table::Schema row_schema_;
  table::Schema check_schema_;
  std::vector<std::size_t> check_fields_;
  std::deque<std::unique_ptr<Batch>> waiting_;
  std::vector<std::unique_ptr<Batch>> spare_;

  // Blank lines are rows only where a row follows: many exports end with some.
  table::CsvRecord held_;
  bool holds_record_ = false;
  std::uint64_t first_blank_line_ = 0;
  std::uint64_t blank_lines_ = 0;
  std::uint64_t rows_read_ = 0;
  bool last_record_is_open_ = false;
  bool last_row_was_refused_ = false;

  // What of the batch being emitted goes to the sink.
  std::vector<Problem> row_problems_;
  std::vector<std::size_t> kept_;
  std::vector<std::uint64_t> kept_lines_;
  std::vector<std::string_view> kept_records_;
};

}  // namespace candour::intake
