#include <charconv>
#include <string>
#include <utility>

#include "candour/base/error.h"
#include "candour/intake/report.h"

namespace candour::intake {
namespace {

using base::Json;

Json share(const Share& value) { return Json::Object{{"part", value.part}, {"whole", value.whole}}; }

std::string_view level_name(collection::Level level) {
  return level == collection::Level::kError ? "error" : "warning";
}

// A share that a collection declares, as it would write it: JSON of ours has no fractions.
std::string shortest(double number) {
  char text[32];
  const auto [end, failure] = std::to_chars(text, text + sizeof text, number);
  CANDOUR_CHECK(failure == std::errc());
  return {text, end};
}

Json of_fields(const QualityReport& report) {
  Json::Array fields;
  for (const FieldQuality& field : report.fields) {
    fields.push_back(Json::Object{{"name", field.name},
                                  {"column", field.column},
                                  {"complete", share(field.complete)},
                                  {"valid", share(field.valid)}});
  }
  return fields;
}

Json of_rules(const QualityReport& report) {
  Json::Array rules;
  for (const RuleCount& rule : report.rules) {
    rules.push_back(Json::Object{{"rule", rule.rule},
                                 {"code", rule.code},
                                 {"level", level_name(rule.level)},
                                 {"rows", rule.rows},
                                 {"message", rule.message},
                                 {"remedy", rule.remedy}});
  }
  return rules;
}

// Places and words of a problem; its values stay in the report's other forms.
Json of_problems(const QualityReport& report) {
  Json::Array problems;
  for (const Problem& problem : report.problems) {
    Json::Array columns;
    for (const ProblemCell& cell : problem.cells) columns.push_back(cell.column);
    Json::Object object{{"line", problem.line},
                        {"row", problem.row == 0 ? Json() : Json(problem.row)},
                        {"level", level_name(problem.level)},
                        {"rule", problem.rule},
                        {"code", problem.code},
                        {"columns", std::move(columns)},
                        {"message", problem.message}};
    if (problem.first_line) object.emplace_back("first_line", *problem.first_line);
    if (!problem.first_file.empty()) object.emplace_back("first_file", problem.first_file);
    problems.push_back(std::move(object));
  }
  return problems;
}

}  // namespace

base::Json render_json(const QualityReport& report) {
  Json::Array ignored(report.ignored_columns.begin(), report.ignored_columns.end());
  Json::Object object{
      {"collection", report.collection},
      {"table", report.table},
      {"submitter", report.submitter},
      {"period", report.period},
      {"file", report.file},
      {"file_sha256", report.file_sha256},
      {"encoding", report.encoding},
      {"declared_nil", report.declared_nil},
      {"rows_in", report.rows_in},
      {"rows_accepted", report.rows_accepted},
      {"rows_refused", report.rows_refused},
      {"rows_warned", report.rows_warned},
      {"refused_whole", report.refused_whole},
      {"reject_above", shortest(report.reject_above)},
      {"may_be_cut_off", report.may_be_cut_off},
      {"unique", share(report.unique)},
      {"days_after_period", report.days_after_period ? Json(*report.days_after_period) : Json()},
      {"before", report.before
                     ? Json(Json::Object{{"period", report.before->period}, {"rows", report.before->rows}})
                     : Json()},
      {"fields", of_fields(report)},
      {"rules", of_rules(report)},
      {"ignored_columns", std::move(ignored)},
      {"problems", of_problems(report)},
      {"problems_left_out", report.problems_left_out}};
  return object;
}

}  // namespace candour::intake
