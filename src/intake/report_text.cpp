#include <algorithm>
#include <string>
#include <vector>

#include "candour/base/printable.h"
#include "candour/intake/problem_words.h"
#include "candour/intake/report.h"
#include "candour/intake/words.h"

namespace candour::intake {
namespace {

constexpr std::size_t kCellShown = 40;

// Characters, not bytes: titles may have accents.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Columns of words to the left, of figures to the right, two spaces between.
class TextTable {
 public:
  explicit TextTable(std::vector<bool> right) : right_(std::move(right)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  [[nodiscard]] std::string render() const {
    std::vector<std::size_t> widths(right_.size(), 0);
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    }
    std::string text;
    for (const auto& row : rows_) {
      std::string line = "  ";
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string gap(widths[i] - width_of(row[i]), ' ');
        if (i > 0) line += "  ";
        line += right_[i] ? gap + row[i] : row[i] + gap;
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

std::string outcome(const QualityReport& report) {
  if (report.refused_whole) {
    return "The file is refused whole: more than " + limit_in_words(report) + " of its rows were refused.";
  }
  if (report.declared_nil) return "A nil return: the file has no rows, as was declared.";
  if (report.rows_refused == 0) return "Every row was accepted.";
  return with_thousands(report.rows_accepted) + " of " + counted(report.rows_in, "row was", "rows were") +
         " accepted.";
}

std::string summary(const QualityReport& report) {
  std::string text = base::printable(report.file, kCellShown) + ": " + report.collection + ", " +
                     report.table + ", " + report.submitter + ", " + report.period + "\n" + outcome(report) +
                     "\n\n";
  TextTable table({false, true, true});
  table.add({"Rows in", with_thousands(report.rows_in)});
  table.add(
      {"Accepted", with_thousands(report.rows_accepted), percent(report.rows_accepted, report.rows_in)});
  table.add({"Refused", with_thousands(report.rows_refused), percent(report.rows_refused, report.rows_in)});
  table.add({"Kept with warnings", with_thousands(report.rows_warned),
             percent(report.rows_warned, report.rows_in)});
  table.add({"Keys not repeated", with_thousands(report.unique.part),
             percent(report.unique.part, report.unique.whole)});
  text += table.render();
  for (const std::string& sentence :
       {timeliness_in_words(report), change_in_words(report),
        report.may_be_cut_off ? std::string(kCutOffSentence) : std::string(),
        report.encoding.empty() ? std::string()
                                : "Read as " + report.encoding + "; SHA-256 " + report.file_sha256 + "."}) {
    if (!sentence.empty()) text += "  " + sentence + "\n";
  }
  if (!report.ignored_columns.empty()) {
    text += "  Columns that were not read: ";
    for (const std::string& column : report.ignored_columns) {
      text += (&column == &report.ignored_columns.front() ? "" : ", ") + base::printable(column, kCellShown);
    }
    text += ".\n";
  }
  return text;
}

std::string fields(const QualityReport& report) {
  if (report.fields.empty() || report.rows_in == 0) return {};
  TextTable table({false, false, true, true});
  table.add({"Field", "Your column", "Complete", "Valid"});
  for (const FieldQuality& field : report.fields) {
    table.add({field.name, field.column.empty() ? "(none)" : base::printable(field.column, kCellShown),
               percent(field.complete.part, field.complete.whole),
               percent(field.valid.part, field.valid.whole)});
  }
  return "\n" + table.render();
}

std::string rules(const QualityReport& report) {
  if (report.rules.empty()) return {};
  TextTable table({false, true, false, false});
  table.add({"Rule", "Rows", "", "What it says"});
  for (const RuleCount& rule : report.rules) {
    table.add({rule.rule, with_thousands(rule.rows),
               rule.level == collection::Level::kError ? "refused" : "warning", rule.message});
  }
  return "\n" + table.render();
}

}  // namespace

std::string render_text(const QualityReport& report, Values values, std::size_t problems_shown) {
  std::string text = summary(report) + fields(report) + rules(report);
  const std::size_t shown_count = std::min(problems_shown, report.problems.size());
  const std::vector<const Problem*> problems = refused_first(report);
  for (std::size_t i = 0; i < shown_count; ++i) {
    const ProblemWords words = words_of(*problems[i], report, values);
    text += "\n" + words.failed + "\n  " + words.place + "\n  " + words.remedy +
            (words.remedy.empty() ? "" : "  ") + "candour explain " + problems[i]->code + "\n";
  }
  const std::uint64_t rest = report.problems.size() - shown_count + report.problems_left_out;
  if (rest > 0) text += "\nAnd " + counted(rest, "problem more.", "problems more.") + "\n";
  return text;
}

}  // namespace candour::intake
