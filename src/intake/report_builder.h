// Collects a quality report while a file is read, in memory that does not grow with the file: counts, and the
// first problems by line.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "candour/intake/header.h"
#include "candour/intake/report.h"
#include "candour/intake/row_parser.h"
#include "candour/intake/row_sink.h"
#include "candour/intake/submission.h"

namespace candour::intake {

/// What is known of a file once it was read.
struct FileFacts {
  std::string file, sha256, encoding;
  bool declared_nil = false;
  bool may_be_cut_off = false;
  std::int64_t days_after_period = 0;
};

/// How many problems the files of a submission may still keep together, so that memory does not grow with
/// them.
struct ProblemBudget {
  std::size_t refused = QualityReport::kProblemsKept;
  std::size_t warnings = QualityReport::kWarningsKept;
  std::size_t duplicates = QualityReport::kProblemsKept;
  std::size_t shown = QualityReport::kProblemsKept;  ///< of refused rows and duplicates, in the reports
};

class ReportBuilder {
 public:
  /// All that is referred to outlives the builder.
  ReportBuilder(const collection::Collection& collection, const collection::Table& table,
                const Submission& submission, const HeaderMap& header, ProblemBudget& budget);

  void add_row() { ++report_.rows_in; }
  /// A row that no check refused.
  void add_passed(std::uint64_t rows) { passed_ += rows; }
  /// Takes the problems of one row; rows come in the order of their lines. A row with an error is refused,
  /// one with warnings alone stays.
  void add_problems(std::span<Problem> of_row);
  /// Whether the report still lists the warnings of rows that are kept.
  [[nodiscard]] bool lists_warnings() const {
    return budget_.warnings > 0 || warnings_.size() < QualityReport::kProblemsOfEachFile;
  }
  /// Counts the warnings of one kept row, which are checks of the table, without listing them.
  void count_warnings(std::span<const FailedCheck> of_row);
  /// A row of this file that passed and repeats a key; in any order, after end_of_file() too.
  void add_duplicate(const Duplicate& duplicate);

  [[nodiscard]] std::uint64_t rows_in() const { return report_.rows_in; }
  [[nodiscard]] const std::string& file() const { return report_.file; }
  /// After the last row; `fields` are the parser's counts.
  void end_of_file(FileFacts facts, const std::vector<FieldCounts>& fields);
  /// The report; `files` are the names of all files of the submission. Call once.
  [[nodiscard]] QualityReport finish(std::span<const std::string> files);

 private:
  RuleCount* find_rule(std::string_view rule);
  RuleCount& add_rule(const Problem& problem);
  void count_rule(const Problem& problem);
  [[nodiscard]] Problem problem_of(const Duplicate& duplicate, std::span<const std::string> files) const;
  void merge_problems(std::span<const std::string> files);

  const collection::Table& table_;
  const HeaderMap& header_;
  ProblemBudget& budget_;
  QualityReport report_;
  std::uint64_t passed_ = 0;
  std::uint64_t problems_seen_ = 0;
  std::uint64_t duplicates_ = 0;
  std::vector<Problem> refused_;             ///< of refused rows, by line
  std::vector<Problem> warnings_;            ///< of kept rows, by line
  std::vector<Duplicate> first_duplicates_;  ///< a heap, the greatest line on top
};

}  // namespace candour::intake
