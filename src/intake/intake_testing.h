// What the tests of this module share: a small collection built by hand, files as texts, and a sink that
// remembers. The collection is no folder, so that these tests fail for intake's faults alone;
// example_test.cpp runs the first real collection.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/catalogue.h"
#include "candour/base/clock.h"
#include "candour/base/error.h"
#include "candour/intake/submission_check.h"
#include "candour/sql/subset.h"

namespace candour::intake::testing {

inline collection::Field make_field(std::string name, std::string title, collection::FieldType type,
                                    collection::Required required) {
  collection::Field field;
  field.minimised_as = name;
  field.name = std::move(name);
  field.title = std::move(title);
  field.type = type;
  field.required = required;
  field.minimise = collection::Keep{};
  return field;
}

/// Fields by their index in the table.
enum FieldIndex : std::size_t {
  kNumber,
  kWithheld,
  kBirth,
  kPostcode,
  kProvider,
  kPathway,
  kFunction,
  kVisits,
  kNote,
  kStart,
  kStop
};

inline std::vector<collection::Field> make_fields() {
  using collection::FieldType;
  using When = collection::Required::When;
  std::vector<collection::Field> fields = {
      make_field("nhs_number", "NHS number", FieldType::kNhsNumber, {When::kUnlessSet, kWithheld}),
      make_field("withheld_reason", "Withheld identity reason", FieldType::kCode, {When::kNever, 0}),
      make_field("birth_date", "Date of birth", FieldType::kDate, {When::kNever, 0}),
      make_field("postcode", "Postcode", FieldType::kPostcode, {When::kNever, 0}),
      make_field("provider", "Provider", FieldType::kOds, {When::kAlways, 0}),
      make_field("pathway_id", "Pathway", FieldType::kText, {When::kAlways, 0}),
      make_field("treatment_function", "Function", FieldType::kCode, {When::kAlways, 0}),
      make_field("visits", "Visits", FieldType::kInteger, {When::kNever, 0}),
      make_field("note", "Note", FieldType::kText, {When::kNever, 0}),
      make_field("clock_start", "Clock start", FieldType::kDate, {When::kNever, 0}),
      make_field("clock_stop", "Clock stop", FieldType::kDate, {When::kAlways, 0}),
  };
  fields[kNumber].identifies = true;
  fields[kNumber].absent_if = kWithheld;
  fields[kNumber].minimise = collection::ToPseudonym{};
  fields[kBirth].identifies = true;
  fields[kBirth].minimise = collection::ToMonth{};
  fields[kPostcode].identifies = true;
  fields[kPostcode].minimise = collection::Drop{};
  fields[kPathway].identifies = true;
  fields[kPathway].max_length = 20;
  fields[kPathway].minimise = collection::ToLocalPseudonym{};
  fields[kWithheld].codes = "withheld";
  fields[kFunction].codes = "functions";
  fields[kProvider].of_submitter = true;
  fields[kVisits].min = 0;
  fields[kVisits].max = 99;
  fields[kNote].max_length = 1000;
  fields[kStart].not_after_period = true;
  return fields;
}

inline collection::RowCheck make_check(std::string name, collection::Level level, std::string sql,
                                       std::string message, std::vector<std::size_t> fields) {
  collection::RowCheck check;
  check.name = std::move(name);
  check.level = level;
  check.sql = std::move(sql);
  check.message = std::move(message);
  check.remedy = "Compare both dates in the source system.";
  check.fields = std::move(fields);
  return check;
}

inline void set_checks(collection::Table& table, std::vector<collection::RowCheck> checks) {
  table.checks = std::move(checks);
  std::vector<std::string> texts;
  std::vector<base::Label> places;
  for (const collection::RowCheck& check : table.checks) {
    texts.push_back(check.sql);
    places.emplace_back(check.name);
  }
  table.expressions = sql::check_expressions(texts, table.check_schema(), places);
}

inline collection::Collection make_collection() {
  collection::Collection made;
  made.name = "small";
  made.title = "A small collection";
  made.rows = "people";
  made.codes.emplace("withheld", collection::CodeList({{"97", "Withheld", {}, {}, {}}}));
  made.codes.emplace("functions",
                     collection::CodeList({{"100", "General surgery", {}, {}, {}},
                                           {"101", "Urology", {}, base::Date::of(2020, 3, 31), {}}}));
  collection::Table table;
  table.name = "stops";
  table.fields = make_fields();
  table.key = {kPathway, kStop};
  table.reject_above = 0.5;
  set_checks(table,
             {make_check("clock-stops-after-it-starts", collection::Level::kError,
                         "clock_start <= clock_stop", "The clock stops before it starts.", {kStop, kStart}),
              make_check("clock-start-known", collection::Level::kWarning, "clock_start IS NOT NULL",
                         "The clock start is not known.", {kStart})});
  made.tables.push_back(std::move(table));
  collection::SourceMapping mapping;
  mapping.table = "stops";
  mapping.date_forms = {"YYYY-MM-DD", "DD/MM/YYYY"};
  mapping.ignore = {"CONSULTANT CODE"};
  const char* const titles[] = {"NHS NUMBER",    "WITHHELD REASON", "BIRTH DATE", "POSTCODE",
                                "PROVIDER CODE", "PATHWAY ID",      "FUNCTION",   "VISITS",
                                "NOTE",          "CLOCK START",     "CLOCK STOP"};
  for (std::size_t i = 0; i < made.tables[0].fields.size(); ++i) mapping.columns.push_back({i, titles[i]});
  made.sources.push_back(std::move(mapping));
  return made;
}

inline const collection::Collection& small_collection() {
  static const collection::Collection made = make_collection();
  return made;
}

inline Submission september(std::string submitter = "R1H") {
  return {
      submitter, {submitter, "R1K"}, {"2025-09", *base::Date::of(2025, 9, 1), *base::Date::of(2025, 9, 30)}};
}

inline constexpr std::string_view kHeader =
    "NHS NUMBER,WITHHELD REASON,BIRTH DATE,POSTCODE,PROVIDER CODE,PATHWAY ID,FUNCTION,VISITS,NOTE,CLOCK "
    "START,"
    "CLOCK STOP\n";

/// A valid row of the small collection's file, some of its cells replaced.
inline std::string row_of(const std::string& pathway, const std::map<FieldIndex, std::string>& cells = {}) {
  std::vector<std::string> row = {"9434765919", "",  "1961-07-04", "M1 1AA",     "R1H",       pathway,
                                  "100",        "3", "",           "2025-08-01", "2025-09-30"};
  for (const auto& [field, text] : cells) row[field] = text;
  std::string line;
  for (const std::string& cell : row) line += (line.empty() && &cell == &row.front() ? "" : ",") + cell;
  return line + "\n";
}

/// Remembers what it was given. Repeated keys it tells at once, by the text of the key's fields.
class RememberingSink final : public RowSink {
 public:
  explicit RememberingSink(const collection::Table& table) : table_(table) {}

  void accept(const AcceptedRows& accepted, const DuplicateFound& found) override {
    const table::Chunk& chunk = accepted.rows.reveal();
    REQUIRE(accepted.kept.size() == accepted.lines.size());
    REQUIRE(accepted.kept.size() == accepted.records.size());
    for (std::size_t i = 0; i < accepted.kept.size(); ++i) {
      const std::size_t row = accepted.kept[i];
      const std::string key(chunk.column(kPathway).text(row));
      const auto [first, is_new] = firsts_.emplace(key, RowPlace{accepted.file, accepted.lines[i]});
      if (!is_new) {
        found({{accepted.file, accepted.lines[i]}, first->second});
        continue;
      }
      accepted_lines.push_back(accepted.lines[i]);
      accepted_records.emplace_back(accepted.records[i]);
      pathways.push_back(key);
      notes.emplace_back(chunk.column(kNote).is_null(row) ? "" : chunk.column(kNote).text(row));
    }
  }
  void refuse(const table::IdentifiableChunk& rows, std::size_t row, std::uint64_t line,
              std::string_view record, std::span<const Problem> problems) override {
    REQUIRE(row < rows.reveal().rows());
    const table::Column& pathway = rows.reveal().column(kPathway);
    refused_pathways.emplace_back(pathway.is_null(row) ? "" : pathway.text(row));
    refused_lines.push_back(line);
    refused_records.emplace_back(record);
    std::string rules;
    for (const Problem& problem : problems) rules += (rules.empty() ? "" : " ") + problem.rule;
    refused_rules.push_back(rules);
  }
  void finish(const DuplicateFound&) override { ++finished; }

  std::vector<std::uint64_t> accepted_lines, refused_lines;
  std::vector<std::string> accepted_records, refused_records, refused_rules, refused_pathways, pathways,
      notes;
  int finished = 0;

 private:
  const collection::Table& table_;
  std::map<std::string, RowPlace> firsts_;
};

struct Checked {
  QualityReport report;
  RememberingSink sink;
};

inline const base::FixedClock& clock_of_12_october() {
  static const base::FixedClock clock(base::Date::of(2025, 10, 12)->days_since_1970() * std::int64_t{86400});
  return clock;
}

/// Checks a submission of one file, as of 12 October 2025.
inline QualityReport check_one(const collection::Collection& collection, const collection::Table& table,
                               const Submission& submission, const SourceFile& file, RowSink& sink) {
  base::SilentProgress progress;
  SubmissionCheck check(collection, table, submission, sink, clock_of_12_october(), progress);
  check.check(file);
  return std::move(check.finish().at(0));
}

/// Checks a text as a file of the small collection.
inline Checked check(std::string_view text, Nil nil = Nil::kNotDeclared,
                     const collection::Collection& collection = small_collection()) {
  Checked checked{{}, RememberingSink(collection.tables[0])};
  base::MemorySource source(text);
  checked.report = check_one(collection, collection.tables[0], september(),
                             {"stops.csv", text.size(), &source, nil}, checked.sink);
  return checked;
}

inline Checked check_rows(const std::string& rows) { return check(std::string(kHeader) + rows); }

/// The code of the error that `text` is refused with, and its description; empty where it is not refused.
struct Refusal {
  std::string code;
  std::string words;
};
inline Refusal refusal_of(std::string_view text, Nil nil = Nil::kNotDeclared) {
  try {
    static_cast<void>(check(text, nil));
  } catch (const base::Error& error) {
    return {std::string(error.code().view()), base::describe(error)};
  }
  return {};
}

/// "rule:rows" of a report, in its order.
inline std::string rules_of(const QualityReport& report) {
  std::string text;
  for (const RuleCount& rule : report.rules) {
    text += (text.empty() ? "" : " ") + rule.rule + ":" + std::to_string(rule.rows);
  }
  return text;
}

}  // namespace candour::intake::testing
