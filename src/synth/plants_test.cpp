#include "candour/synth/plants.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "candour/synth/synth_testing.h"

namespace candour::synth {
namespace {

using collection::ValueProblem;
using synth::testing::expansion;
using synth::testing::MadeFile;
using synth::testing::make_file;
using synth::testing::september;
using synth::testing::sorted_rows;
using synth::testing::SortedRows;
using synth::testing::SourceRow;
using synth::testing::waiting_list;

/// What the types say of a row, as rules' names. The row checks are SQL, and are tested where intake is.
class TypeRules {
 public:
  explicit TypeRules(std::string_view submitter)
      : table_(waiting_list().table("clock_stops")), mapping_(waiting_list().source("clock_stops")) {
    context_ = {&waiting_list(), &mapping_, september(), {std::string(submitter)}};
    for (const auto& column : mapping_.columns) parsers_.emplace_back(table_.fields[column.field], context_);
  }

  /// The rules that the row breaks, with a space behind each.
  [[nodiscard]] std::string broken_by(const SourceRow& row) const {
    if (row.fault != table::CsvFault::kNone || row.fields.size() != mapping_.columns.size()) {
      return "record-shape ";
    }
    std::set<std::string_view> rules;
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
      const ValueProblem problem = problem_of(i, row);
      if (problem != ValueProblem::kNone) rules.insert(collection::rule_name(problem));
    }
    std::string text;
    for (const std::string_view rule : rules) text += std::string(rule) + " ";
    return text;
  }

 private:
  [[nodiscard]] std::size_t column_of(std::size_t field) const {
    std::size_t i = 0;
    while (mapping_.columns[i].field != field) ++i;
    return i;
  }
  [[nodiscard]] bool is_set(std::size_t field, const SourceRow& row) const {
    return !row.fields[column_of(field)].empty();
  }
  [[nodiscard]] ValueProblem parse(std::size_t i, const SourceRow& row) const {
    table::Column parsed(collection::column_type(table_.fields[mapping_.columns[i].field].type));
    return parsers_[i].parse(row.fields[i], parsed);
  }
  /// A value that cannot be read demands nothing of other fields: one mistake is one problem.
  [[nodiscard]] ValueProblem problem_of(std::size_t i, const SourceRow& row) const {
    using When = collection::Required::When;
    const collection::Field& field = table_.fields[mapping_.columns[i].field];
    if (row.fields[i].empty()) {
      const When when = field.required.when;
      const bool required = when == When::kAlways ||
                            (when == When::kUnlessSet && !is_set(field.required.other, row)) ||
                            (when == When::kIfSet && is_set(field.required.other, row));
      return required ? ValueProblem::kMissing : ValueProblem::kNone;
    }
    if (field.absent_if && is_set(*field.absent_if, row) &&
        parse(column_of(*field.absent_if), row) == ValueProblem::kNone) {
      return ValueProblem::kMustBeAbsent;
    }
    return parse(i, row);
  }

  const collection::Table& table_;
  const collection::SourceMapping& mapping_;
  collection::ParseContext context_;
  std::vector<collection::FieldParser> parsers_;
};

std::vector<PlantKind> kinds_for(const std::string& submitter) {
  const collection::Period period = september();
  FileContext file;
  file.collection = &waiting_list();
  file.table = &waiting_list().table("clock_stops");
  file.mapping = &waiting_list().source("clock_stops");
  file.period = &period;
  file.submitter = submitter;
  return plant_kinds(file, *waiting_list().synth);
}

bool is_row_check(const std::string& rule) {
  const auto& checks = waiting_list().table("clock_stops").checks;
  return std::any_of(checks.begin(), checks.end(), [&](const auto& check) { return check.name == rule; });
}

TEST_CASE(
    "good rows and decoys break no rule of the types, and a planted row breaks the one that it is for") {
  for (const char* submitter : {"RRJ", "ACG31"}) {
    CAPTURE(submitter);
    const MadeFile file = make_file(submitter, {3, 200});
    const SortedRows rows = sorted_rows(file);
    const TypeRules rules(submitter);
    for (const auto* right : {&rows.good, &rows.decoys}) {
      for (const SourceRow& row : *right) {
        CAPTURE(row.line);
        CHECK(rules.broken_by(row) == "");
      }
    }
    REQUIRE(rows.planted.size() == file.made.planted.size());
    for (const Planted& planted : file.made.planted) {
      CAPTURE(planted.line);
      const std::string broken = rules.broken_by(rows.planted.at(planted.line));
      if (planted.rule == "duplicate" || is_row_check(planted.rule)) {
        CHECK(broken == "");
      } else {
        CHECK(broken == planted.rule + " ");
      }
    }
  }
}

TEST_CASE("a planted duplicate repeats a good row that stands above it") {
  const MadeFile file = make_file("RRJ", {3, 200});
  const SortedRows rows = sorted_rows(file);
  std::size_t duplicates = 0;
  for (const Planted& planted : file.made.planted) {
    if (planted.rule != "duplicate") continue;
    ++duplicates;
    CAPTURE(planted.line);
    const SourceRow& row = rows.planted.at(planted.line);
    CHECK(std::any_of(rows.good.begin(), rows.good.end(), [&](const SourceRow& good) {
      return good.line < row.line && good.fields == row.fields;
    }));
  }
  CHECK(duplicates > 0);
}

TEST_CASE("a large file has every kind of error") {
  const std::vector<PlantKind> kinds = kinds_for("RRJ");
  std::map<std::string, std::size_t> wanted;
  for (const PlantKind& kind : kinds) ++wanted[kind.rule];
  std::map<std::string, std::size_t> found;
  for (const Planted& planted : make_file("RRJ").made.planted) ++found[planted.rule];
  CHECK(found.size() == wanted.size());
  for (const auto& [rule, count] : wanted) {
    CAPTURE(rule);
    CHECK(found[rule] >= count);
  }
  // Every problem of the types that this collection's fields can have, every check that refuses, and the
  // shapes.
  for (const auto& check : waiting_list().table("clock_stops").checks) {
    CAPTURE(check.name);
    CHECK(wanted.contains(check.name) == (check.level == collection::Level::kError));
  }
  for (const char* rule : {"required", "date", "sentinel-date", "future-date", "code-list", "nhs-number-form",
                           "nhs-number-check-digit", "nhs-number-filler", "ods-code", "submitter", "postcode",
                           "length", "control-character", "absent", "duplicate", "record-shape"}) {
    CAPTURE(rule);
    CHECK(wanted.contains(rule));
  }
}

TEST_CASE("one row in a hundred is planted over all providers, as many as asked for, or none") {
  std::uint64_t good = 0;
  std::uint64_t planted = 0;
  for (const auto& [submitter, groups] : expansion().groups) {
    const SynthFile made = make_file(submitter).made;
    good += made.rows;
    planted += made.planted.size();
  }
  CHECK(good > 60'000);
  CHECK(planted > good / 110);
  CHECK(planted < good / 75);  // more than a hundredth: middling files have every kind once
  CHECK(make_file("RRJ", {1, 0}).made.planted.empty());
  const SynthFile many = make_file("ACG31", {1, 500}).made;
  CHECK(many.planted.size() == many.rows / 2);
}

TEST_CASE("errors change no good row's number: only where they stand") {
  const SynthFile without = make_file("RRJ", {1, 0}).made;
  const SynthFile with = make_file("RRJ").made;
  CHECK(with.rows == without.rows);
  CHECK(with.decoys == without.decoys);
}

}  // namespace
}  // namespace candour::synth
