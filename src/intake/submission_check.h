// Intake of the CSV files of one submission: map the hospital's columns, parse every field by its type, run
// the row checks, find keys that repeat within a file or over several, and hand every row to a sink:
// accepted, or refused with its problems. One pass a file, fixed memory.
//
//   bytes → records → texts → typed chunk → type problems → required → row checks (SQL) → sink → report
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/progress.h"
#include "candour/base/stream.h"
#include "candour/intake/report.h"
#include "candour/intake/row_sink.h"
#include "candour/intake/submission.h"

namespace candour::intake {

/// A file with a header and no rows is accepted only as a nil return that somebody declared.
enum class Nil { kNotDeclared, kDeclared };

struct SourceFile {
  std::string name;              ///< for the report
  std::uint64_t size_bytes = 0;  ///< for progress
  base::ByteSource* bytes = nullptr;
  Nil nil = Nil::kNotDeclared;
};

class SubmissionCheck {
 public:
  /// All that is referred to outlives the check. Errors: CND-1112 (the period has not begun).
  SubmissionCheck(const collection::Collection& collection, const collection::Table& table,
                  const Submission& submission, RowSink& sink, const base::Clock& clock,
                  base::Progress& progress);
  ~SubmissionCheck();

  /// Checks one file whole, and gives the SHA-256 of the bytes that were read, in hexadecimal. What is wrong
  /// with the file itself is an Error (CND-1101 empty, 1102 no header, 1103 a column twice, 1104 a column
  /// missing, 1105 unknown, 1106 no rows and not declared nil, 1107 rows although declared nil, 1108 UTF-16,
  /// 1109 too many columns) and no value of a row is in it; what is wrong with rows is in the report. After
  /// an error nothing else can be done with the check.
  std::string check(const SourceFile& file);

  /// After the last file: one report a file, in their order. Problems in a report stand by line; a row is
  /// refused by every value that its types refuse, or else by every row check that it does not pass, or else
  /// because its key stood in an earlier row of these files. `refused_whole` is for the caller to act on: it
  /// rolls its sink back. Call once.
  [[nodiscard]] std::vector<QualityReport> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace candour::intake
