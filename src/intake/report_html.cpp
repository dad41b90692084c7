#include <string>
#include <utility>
#include <vector>

#include "candour/base/printable.h"
#include "candour/intake/problem_words.h"
#include "candour/intake/report.h"
#include "candour/intake/words.h"
#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/table_html.h"

namespace candour::intake {
namespace {

using page::Html;

// A page of ten thousand problems helps nobody and is slow to open; the JSON form has them all.
constexpr std::size_t kProblemsOnPage = 1000;
constexpr std::size_t kTitleShown = 60;

std::string title_of(const QualityReport& report) {
  if (report.refused_whole) return "The file was refused whole";
  if (report.declared_nil) return "A nil return";
  if (report.rows_refused == 0) return "Every row was accepted";
  return counted(report.rows_refused, "row was refused", "rows were refused");
}

Html summary(const QualityReport& report) {
  Html html = page::headline({{with_thousands(report.rows_in), "rows in the file"},
                              {with_thousands(report.rows_accepted), "accepted"},
                              {with_thousands(report.rows_refused), "refused"}});
  if (report.refused_whole) {
    html += page::warning("Nothing of this file was taken",
                          page::paragraph("More than " + limit_in_words(report) +
                                          " of its rows were refused. Correct what most rows have in common, "
                                          "then load it again."));
  }
  if (report.may_be_cut_off) html += page::warning("Not whole?", page::paragraph(kCutOffSentence));
  std::vector<page::SummaryRow> rows;
  const auto add = [&](std::string key, const std::string& value) {
    if (!value.empty()) rows.push_back({std::move(key), Html::from_text(value)});
  };
  add("File", base::printable(report.file, kTitleShown));
  add("Collection and table", report.collection + ", " + report.table);
  add("Submitter", report.submitter);
  add("Period", report.period);
  add("Rows kept with warnings", with_thousands(report.rows_warned));
  add("Rows whose key is not repeated", percent(report.unique.part, report.unique.whole));
  add("Timeliness", timeliness_in_words(report));
  add("Change", change_in_words(report));
  add("Read as", report.encoding);
  add("SHA-256 of the file", report.file_sha256);
  std::string ignored;
  for (const std::string& column : report.ignored_columns) {
    ignored += (ignored.empty() ? "" : ", ") + base::printable(column, kTitleShown);
  }
  add("Columns that were not read", ignored);
  html += page::summary_list(rows);
  return html;
}

Html fields(const QualityReport& report) {
  page::DataTable table;
  table.id = "fields-table";
  table.caption = "How complete and valid each field is";
  table.columns = {
      {"Field"}, {"Your column"}, {"Complete", page::Align::kNumber}, {"Valid", page::Align::kNumber}};
  for (const FieldQuality& field : report.fields) {
    table.rows.push_back(
        {field.name, field.column.empty() ? "(none)" : base::printable(field.column, kTitleShown),
         percent(field.complete.part, field.complete.whole), percent(field.valid.part, field.valid.whole)});
  }
  Html html = page::heading(page::Level::kTwo, "fields", "Fields");
  html += page::render_table(table);
  html += page::paragraph(
      "Complete: rows with a value, of the rows that should have one. Valid: values that passed the field's "
      "type, of the values there were. Shares are rounded down.");
  return html;
}

Html rules(const QualityReport& report) {
  Html html = page::heading(page::Level::kTwo, "rules", "Rules that rows did not pass");
  if (report.rules.empty()) {
    html += page::paragraph("Every row passed every rule.");
    return html;
  }
  page::DataTable table;
  table.id = "rules-table";
  table.caption = "Rows by rule";
  table.columns = {
      {"What it says"}, {"Rows", page::Align::kNumber}, {"Outcome", page::Align::kWhole}, {"What to do"},
      {"Rule"},         {"Code", page::Align::kWhole}};
  for (const RuleCount& rule : report.rules) {
    table.rows.push_back({page::with_inline_code(rule.message), with_thousands(rule.rows),
                          rule.level == collection::Level::kError ? "Refused" : "Warning",
                          page::with_inline_code(rule.remedy), rule.rule, rule.code});
  }
  html += page::render_table(table);
  return html;
}

Html problems(const QualityReport& report, Values values) {
  if (report.problems.empty()) return {};
  Html html = page::heading(page::Level::kTwo, "problems", "Problems, line by line");
  page::DataTable table;
  table.id = "problems-table";
  table.caption = "Refused rows first, then warnings, each in the order of the file's lines";
  table.columns = {{"Line", page::Align::kNumber}, {"Problem"}, {"Where"}, {"Code", page::Align::kWhole}};
  const std::size_t on_page = std::min(kProblemsOnPage, report.problems.size());
  const std::vector<const Problem*> ordered = refused_first(report);
  for (std::size_t i = 0; i < on_page; ++i) {
    const Problem& problem = *ordered[i];
    const ProblemWords words = words_of(problem, report, values);
    table.rows.push_back({std::to_string(problem.line), words.failed, words.place, problem.code});
  }
  html += page::render_table(table);
  const std::uint64_t rest = report.problems.size() - on_page + report.problems_left_out;
  if (rest > 0) html += page::paragraph("And " + counted(rest, "problem more.", "problems more."));
  return html;
}

}  // namespace

std::string render_html(const QualityReport& report, Values values) {
  page::Page page;
  page.title = title_of(report);
  page.caption = "Quality report";
  page.lead =
      base::printable(report.file, kTitleShown) + ", sent by " + report.submitter + " for " + report.period;
  page.phase_tag = values == Values::kShown ? "Confidential" : "Without values";
  page.phase = values == Values::kShown
                   ? "This page stays at the hospital: it may show what identifies a patient."
                   : "This page shows no values of patients' records.";
  // What has to be mended comes before what is merely good to know.
  page.contents = {{"#summary", "Summary"}, {"#rules", "Rules that rows did not pass"}};
  if (!report.problems.empty()) page.contents.push_back({"#problems", "Problems, line by line"});
  page.contents.push_back({"#fields", "Fields"});
  page.content = page::heading(page::Level::kTwo, "summary", "Summary");
  page.content += summary(report);
  page.content += rules(report);
  page.content += problems(report, values);
  page.content += fields(report);
  page.footer_note = "Each code has a page: candour explain CODE.";
  return page::render_page(page);
}

}  // namespace candour::intake
