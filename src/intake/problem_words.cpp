#include "candour/intake/problem_words.h"

#include <algorithm>
#include <cmath>

#include "candour/base/printable.h"
#include "candour/intake/words.h"
#include "candour/page/text.h"

namespace candour::intake {
namespace {

constexpr std::size_t kValueShown = 60;
constexpr std::size_t kTitleShown = 60;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// A sentence behind a colon: "The clock …" loses its capital, "NHS number …" keeps it.
std::string continued(std::string sentence) {
  const bool abbreviation = sentence.size() > 1 && is_upper(sentence[1]);
  if (!sentence.empty() && is_upper(sentence[0]) && !abbreviation) {
    sentence[0] = static_cast<char>(sentence[0] - 'A' + 'a');
  }
  return sentence;
}

std::string place_of(const Problem& problem, const std::string& file, Values values) {
  // Line numbers are typed into editors: they have no thousands separator.
  std::string place = base::printable(file, kTitleShown) + ", line " + std::to_string(problem.line);
  for (const ProblemCell& cell : problem.cells) {
    place += ", " + base::printable(cell.column, kTitleShown);
    if (values == Values::kShown && cell.value)
      place += " " + base::printable(cell.value->reveal(), kValueShown);
  }
  if (problem.first_line) place += ", as in line " + std::to_string(*problem.first_line);
  if (!problem.first_file.empty()) place += " of " + base::printable(problem.first_file, kTitleShown);
  return place + " (rule " + problem.rule + ")";
}

}  // namespace

ProblemWords words_of(const Problem& problem, const QualityReport& report, Values values) {
  ProblemWords words;
  words.failed = problem.row == 0 ? "A row" : "Row " + with_thousands(problem.row);
  words.failed += problem.level == collection::Level::kError ? " was refused: "
                  : problem.row_is_refused                   ? " has a warning too: "
                                                             : " was kept with a warning: ";
  words.failed += continued(problem.message);
  words.place = place_of(problem, report.file, values);
  const auto rule = std::find_if(report.rules.begin(), report.rules.end(),
                                 [&](const RuleCount& count) { return count.rule == problem.rule; });
  if (rule != report.rules.end()) words.remedy = rule->remedy;
  return words;
}

std::vector<const Problem*> refused_first(const QualityReport& report) {
  std::vector<const Problem*> problems;
  problems.reserve(report.problems.size());
  for (const Problem& problem : report.problems) problems.push_back(&problem);
  std::stable_partition(problems.begin(), problems.end(),
                        [](const Problem* problem) { return problem->level == collection::Level::kError; });
  return problems;
}

std::string timeliness_in_words(const QualityReport& report) {
  if (!report.days_after_period) return {};
  const std::int64_t days = *report.days_after_period;
  if (days == 0) return "Checked on the period's last day.";
  const std::string count = counted(static_cast<std::uint64_t>(std::abs(days)), "day", "days");
  return "Checked " + count + (days > 0 ? " after" : " before") + " the period's last day.";
}

std::string change_in_words(const QualityReport& report) {
  if (!report.before) return {};
  const std::uint64_t now = report.rows_accepted;
  const std::uint64_t then = report.before->rows;
  std::string text = "The last time (" + report.before->period + ") held " + counted(then, "row", "rows");
  if (now == then) return text + ": as many as now.";
  return text + ": " + with_thousands(now > then ? now - then : then - now) +
         (now > then ? " more now." : " fewer now.");
}

std::string limit_in_words(const QualityReport& report) {
  std::string text = page::rounded(report.reject_above * 100, 1);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + " %";
}

}  // namespace candour::intake
