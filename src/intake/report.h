// The quality report of a file: what came in, what was refused and why, and for each field how complete and
// valid it is, as the data quality maturity index measures it. Data first; terminal, JSON and HTML are
// renderings.
//
// It names the hospital's own columns and lines. The terminal and HTML forms may show values (they stay at
// the provider); the JSON form never does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/json.h"
#include "candour/intake/problem.h"

namespace candour::intake {

/// A share as a fraction, so that no rounding is in the data.
struct Share {
  std::uint64_t part = 0;
  std::uint64_t whole = 0;
};

struct FieldQuality {
  std::string name;    ///< the collection's
  std::string column;  ///< the hospital's; empty where the file has no such column
  Share complete;      ///< rows with a value, of the rows that should have one; of all rows where none must
  Share valid;         ///< values that passed the field's type, of the values there were
};

struct RuleCount {
  std::string rule;
  std::string code;
  std::string message;  ///< a sentence
  std::string remedy;   ///< what the data team does about it
  collection::Level level = collection::Level::kError;
  std::uint64_t rows = 0;
};

/// What the same slice held before, for "change against last time". From the vault; absent for validate.
struct Before {
  std::string period;
  std::uint64_t rows = 0;
};

struct QualityReport {
  std::string collection, table, submitter, period;
  std::string file;         ///< its name without the folder
  std::string file_sha256;  ///< hexadecimal
  std::string encoding;     ///< "ASCII", "UTF-8", "Windows-1252"
  bool declared_nil = false;
  std::uint64_t rows_in = 0;  ///< records after the header
  std::uint64_t rows_accepted = 0;
  std::uint64_t rows_refused = 0;
  std::uint64_t rows_warned = 0;  ///< rows with a warning that were not refused by a check
  bool refused_whole = false;     ///< more than `reject_above` of the rows were refused
  double reject_above = 0;
  bool may_be_cut_off = false;  ///< the last record is broken in the way that a file cut in the middle breaks
  Share unique;  ///< rows whose key no earlier row has, of the rows that passed every other check
  std::optional<std::int64_t> days_after_period;  ///< timeliness: from the period's last day to this check
  std::vector<FieldQuality> fields;
  std::vector<RuleCount> rules;  ///< most rows first, then by name
  std::vector<std::string> ignored_columns;
  /// In the order of the lines: the first of refused rows, and the first of rows that are kept. Over all
  /// files of a submission there are kProblemsKept of the one and kWarningsKept of the other; a file whose
  /// turn comes when that many were kept still has kProblemsOfEachFile of each.
  std::vector<Problem> problems;
  std::uint64_t problems_left_out = 0;
  std::optional<Before> before;

  static constexpr std::size_t kProblemsKept = 10'000;
  static constexpr std::size_t kWarningsKept = 1'000;
  static constexpr std::size_t kProblemsOfEachFile = 20;
};

/// Whether values may be shown: on the hospital's own screen, not in a file that may travel.
enum class Values { kShown, kHidden };

[[nodiscard]] std::string render_text(const QualityReport& report, Values values,
                                      std::size_t problems_shown = 20);
[[nodiscard]] base::Json render_json(const QualityReport& report);
[[nodiscard]] std::string render_html(const QualityReport& report, Values values);

}  // namespace candour::intake
