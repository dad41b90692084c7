#include "candour/intake/report_builder.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "candour/base/catalogue.h"

namespace candour::intake {
namespace {

constexpr const char* kShapeMessage = "The record is not a row of the file's header.";

// Takes one of what is left for all files; a file that has few yet has one more whatever is left.
bool take(std::size_t& left, std::size_t has) {
  if (left > 0) {
    --left;
    return true;
  }
  return has < QualityReport::kProblemsOfEachFile;
}

bool earlier_line(const Duplicate& a, const Duplicate& b) { return a.row < b.row; }

std::string remedy_of(const collection::Table& table, const Problem& problem) {
  if (problem.code == kRowCheckCode) {
    for (const collection::RowCheck& check : table.checks) {
      if (check.name == problem.rule && !check.remedy.empty()) return check.remedy;
    }
  }
  const base::CataloguePage* page = base::find_page(problem.code);
  return page == nullptr ? std::string() : std::string(page->remedy);
}

// What refused rows first, then most rows, then by name.
bool weightier(const RuleCount& a, const RuleCount& b) {
  if (a.level != b.level) return a.level == collection::Level::kError;
  return a.rows != b.rows ? a.rows > b.rows : a.rule < b.rule;
}

}  // namespace

ReportBuilder::ReportBuilder(const collection::Collection& collection, const collection::Table& table,
                             const Submission& submission, const HeaderMap& header, ProblemBudget& budget)
    : table_(table), header_(header), budget_(budget) {
  report_.collection = collection.name;
  report_.table = table.name;
  report_.submitter = submission.submitter;
  report_.period = submission.period.name;
  report_.reject_above = table.reject_above;
  report_.ignored_columns = header.ignored;
}

RuleCount* ReportBuilder::find_rule(std::string_view rule) {
  const auto at = std::find_if(report_.rules.begin(), report_.rules.end(),
                               [&](const RuleCount& count) { return count.rule == rule; });
  return at == report_.rules.end() ? nullptr : &*at;
}

RuleCount& ReportBuilder::add_rule(const Problem& problem) {
  RuleCount rule;
  rule.rule = problem.rule;
  rule.code = problem.code;
  rule.message = problem.code == kRecordShapeCode ? kShapeMessage : problem.message;
  rule.remedy = remedy_of(table_, problem);
  rule.level = problem.level;
  return report_.rules.emplace_back(std::move(rule));
}

void ReportBuilder::count_rule(const Problem& problem) {
  RuleCount* rule = find_rule(problem.rule);
  ++(rule == nullptr ? add_rule(problem) : *rule).rows;
}

void ReportBuilder::add_problems(std::span<Problem> of_row) {
  if (of_row.empty()) return;
  const bool refused = std::any_of(of_row.begin(), of_row.end(), [](const Problem& problem) {
    return problem.level == collection::Level::kError;
  });
  ++(refused ? report_.rows_refused : report_.rows_warned);
  for (std::size_t i = 0; i < of_row.size(); ++i) {
    // Two bad dates are one row of the rule "date".
    const auto same_rule = [&](const Problem& before) { return before.rule == of_row[i].rule; };
    if (std::none_of(of_row.begin(), of_row.begin() + static_cast<std::ptrdiff_t>(i), same_rule)) {
      count_rule(of_row[i]);
    }
  }
  problems_seen_ += of_row.size();
  std::vector<Problem>& kept = refused ? refused_ : warnings_;
  std::size_t& left = refused ? budget_.refused : budget_.warnings;
  for (Problem& problem : of_row) {
    problem.row_is_refused = refused;
    if (!take(left, kept.size())) return;
    kept.push_back(std::move(problem));
  }
}

void ReportBuilder::count_warnings(std::span<const FailedCheck> of_row) {
  if (of_row.empty()) return;
  ++report_.rows_warned;
  problems_seen_ += of_row.size();
  for (const FailedCheck& failed : of_row) {
    const collection::RowCheck& check = table_.checks[failed.check];
    RuleCount* rule = find_rule(check.name);
    if (rule == nullptr) {
      Problem problem;
      problem.level = check.level;
      problem.rule = check.name;
      problem.code = kRowCheckCode;
      problem.message = check.message;
      rule = &add_rule(problem);
    }
    ++rule->rows;
  }
}

void ReportBuilder::add_duplicate(const Duplicate& duplicate) {
  ++duplicates_;
  if (take(budget_.duplicates, first_duplicates_.size())) {
    first_duplicates_.push_back(duplicate);
  } else {
    if (!earlier_line(duplicate, first_duplicates_.front())) return;
    std::pop_heap(first_duplicates_.begin(), first_duplicates_.end(), earlier_line);
    first_duplicates_.back() = duplicate;
  }
  std::push_heap(first_duplicates_.begin(), first_duplicates_.end(), earlier_line);
}

Problem ReportBuilder::problem_of(const Duplicate& duplicate, std::span<const std::string> files) const {
  Problem problem;
  problem.line = duplicate.row.line;
  problem.first_line = duplicate.first.line;
  if (duplicate.first.file != duplicate.row.file) problem.first_file = files[duplicate.first.file];
  problem.rule = kDuplicateRule;
  problem.code = kDuplicateCode;
  problem.message = kDuplicateMessage;
  for (std::size_t field : table_.key) {
    const std::string& title = header_.title_of_field[field];
    problem.cells.push_back({title.empty() ? table_.fields[field].title : title, std::nullopt});
  }
  return problem;
}

// Duplicates may be known only at the end and stand anywhere in the file. Refused rows and warnings have each
// their own limit: a file in which every row has a warning must not hide its errors.
void ReportBuilder::merge_problems(std::span<const std::string> files) {
  const auto by_line = [](const Problem& a, const Problem& b) { return a.line < b.line; };
  if (duplicates_ > 0) {
    for (const Duplicate& duplicate : first_duplicates_) refused_.push_back(problem_of(duplicate, files));
    add_rule(refused_.back()).rows = duplicates_;
    std::stable_sort(refused_.begin(), refused_.end(), by_line);
  }
  const std::size_t most = std::max(budget_.shown, QualityReport::kProblemsOfEachFile);
  if (refused_.size() > most) refused_.resize(most);
  budget_.shown -= std::min(budget_.shown, refused_.size());
  report_.problems.reserve(refused_.size() + warnings_.size());
  std::merge(std::make_move_iterator(refused_.begin()), std::make_move_iterator(refused_.end()),
             std::make_move_iterator(warnings_.begin()), std::make_move_iterator(warnings_.end()),
             std::back_inserter(report_.problems), by_line);
}

void ReportBuilder::end_of_file(FileFacts facts, const std::vector<FieldCounts>& fields) {
  report_.file = std::move(facts.file);
  report_.file_sha256 = std::move(facts.sha256);
  report_.encoding = std::move(facts.encoding);
  report_.declared_nil = facts.declared_nil;
  report_.may_be_cut_off = facts.may_be_cut_off;
  report_.days_after_period = facts.days_after_period;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    report_.fields.push_back({table_.fields[i].name,
                              header_.title_of_field[i],
                              {fields[i].have, fields[i].should_have},
                              {fields[i].valid, fields[i].values}});
  }
}

QualityReport ReportBuilder::finish(std::span<const std::string> files) {
  merge_problems(files);
  report_.rows_refused += duplicates_;
  report_.rows_accepted = passed_ - duplicates_;
  report_.unique = {passed_ - duplicates_, passed_};
  report_.problems_left_out = problems_seen_ + duplicates_ - report_.problems.size();
  report_.refused_whole =
      static_cast<double>(report_.rows_refused) > report_.reject_above * static_cast<double>(report_.rows_in);
  std::sort(report_.rules.begin(), report_.rules.end(), weightier);
  return std::move(report_);
}

}  // namespace candour::intake
