// What release.toml declares: the tables of a release, their frames, disclosure rule, charts and words.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/date.h"
#include "candour/table/type.h"

namespace candour::collection {

/// One figure of a release table.
struct ReleaseColumn {
  std::string name;
  std::string title;
  table::Type type = table::Type::kInteger;
  std::string unit;                   ///< "pathways", "weeks"; for people
  double tolerance = 0;               ///< `release compare`: reals within it are equal
  std::optional<std::string> status;  ///< the text column that says why a value is absent ("too-few")
  std::string nil;                    ///< in a row that the frame adds: "0", "" (absent), "too-few"
  bool is_status = false;             ///< it is the status of another column
  bool published = true;              ///< the publication has it too; if not, it is compared with nothing
  int decimals = 1;                   ///< of a real, on a page; data keep every digit

  /// Whether a publication in the table's shape has the column.
  [[nodiscard]] bool is_compared() const { return published && !is_status; }
};

/// One dimension of the frame: the submitters, or the codes of a list.
struct FrameDimension {
  std::string column;  ///< "submitter", "treatment_function"
  std::string title;
  std::string codes;  ///< a code list; empty for the submitters
};

struct ReleaseChart {
  enum class Kind { kBands, kRanking };
  std::string name, title, description;
  Kind kind = Kind::kBands;  ///< kBands: columns of the summed rows side by side; kRanking: one
                             ///< column over rows, largest first
  std::vector<std::string> columns;
  std::vector<std::int64_t> groups;  ///< kBands: how many columns make one bar, in order; empty: one each
  std::vector<std::string> group_titles;
  std::map<std::string, std::string> where;  ///< dimension → value
  std::int64_t limit = 20;                   ///< kRanking: bars
};

struct ReleaseTable {
  std::string name;
  std::string title;
  std::string measure;
  std::string rule;  ///< disclosure rule: only "none" until disclosure control is built
  std::vector<FrameDimension> frame;
  std::vector<ReleaseColumn> columns;  ///< after the frame's; their order is the table's
  std::vector<ReleaseChart> charts;
  std::vector<std::string> summary;  ///< the columns that the page's table shows; the CSV has all
  std::map<std::string, std::string> summary_where;  ///< the rows that it shows
  std::string footnotes;                             ///< Markdown

  [[nodiscard]] const ReleaseColumn* find(std::string_view column) const;
};

/// A change after which figures mean something else: what is before it and after it is not one series.
struct SeriesBreak {
  base::Date from;   ///< the first day to which the new meaning applies
  std::string what;  ///< a sentence: what changed
};

struct ReleaseSpec {
  std::string title;
  std::string headline;  ///< Markdown; {{column}} is the sum of a column of the first table over the rows of
                         ///< headline_where, {{figure}} the sum of the columns of that headline figure
  std::map<std::string, std::string> headline_where;
  std::map<std::string, std::vector<std::string>> headline_figures;  ///< integer columns only
  std::string label;  ///< "official statistics in development", …
  std::string contact;
  std::string lead_statistician;
  std::vector<ReleaseTable> tables;
  std::vector<SeriesBreak> series_breaks;  ///< by day
};

}  // namespace candour::collection
