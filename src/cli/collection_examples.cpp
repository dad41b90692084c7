#include "candour/cli/collection_examples.h"

#include <set>

#include "candour/base/error.h"
#include "candour/cli/provider_side.h"
#include "candour/table/csv_writer.h"

namespace candour::cli {
namespace {

using LineAndRule = std::pair<std::string, std::string>;

struct Examples {
  std::filesystem::path folder;
  const collection::Table* table = nullptr;
  intake::Submission submission;
};

Examples examples_of(const collection::Collection& collection) {
  if (!collection.examples) {
    throw base::Error("CND-1319", "The collection has no examples, which are its tests.")
        .with("path", collection.folder / "examples");
  }
  const collection::Examples& declared = *collection.examples;
  return {collection.folder / "examples",
          &collection.table(declared.table),
          {declared.submitter, {declared.submitter}, declared.period}};
}

std::set<LineAndRule> refusals_of(const intake::QualityReport& report) {
  std::set<LineAndRule> refusals;
  for (const intake::Problem& problem : report.problems) {
    if (problem.level == collection::Level::kError)
      refusals.insert({std::to_string(problem.line), problem.rule});
  }
  return refusals;
}

std::set<LineAndRule> expected_refusals(const base::Disk& disk, const std::filesystem::path& path) {
  const auto file = disk.open(path);
  base::FileSource source(*file);
  const table::Relation relation = table::parse_text_csv(source);
  const auto line = relation.schema.find("line");
  const auto rule = relation.schema.find("rule");
  if (!line || !rule) {
    throw base::Error("CND-1319", "The expected report of an example has other columns than line,rule.")
        .with("path", path);
  }
  std::set<LineAndRule> refusals;
  for (const table::Chunk& chunk : relation.chunks) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      refusals.insert(
          {std::string(chunk.column(*line).text(row)), std::string(chunk.column(*rule).text(row))});
    }
  }
  return refusals;
}

intake::QualityReport report_of(Context& context, const collection::Collection& collection,
                                const Examples& examples, const char* file) {
  auto reports = validate_files(context, collection, *examples.table, examples.submission,
                                {examples.folder / file}, intake::Nil::kNotDeclared);
  return std::move(reports.front());
}

ExampleResult run_valid(Context& context, const collection::Collection& collection,
                        const Examples& examples) {
  const intake::QualityReport report = report_of(context, collection, examples, "valid.csv");
  ExampleResult result{"valid.csv", report.rows_refused == 0 && report.rows_in > 0, ""};
  result.account =
      std::to_string(report.rows_accepted) + " of " + std::to_string(report.rows_in) + " rows accepted";
  return result;
}

ExampleResult run_invalid(Context& context, const collection::Collection& collection,
                          const Examples& examples) {
  const intake::QualityReport report = report_of(context, collection, examples, "invalid.csv");
  const std::set<LineAndRule> found = refusals_of(report);
  const std::set<LineAndRule> wanted =
      expected_refusals(context.disk, examples.folder / "invalid.expected.csv");
  ExampleResult result{"invalid.csv", found == wanted,
                       std::to_string(found.size()) + " refusals as expected"};
  if (result.holds) return result;
  result.account.clear();
  for (const auto& [line, rule] : wanted) {
    if (!found.contains({line, rule})) result.account += "line " + line + " should break " + rule + "; ";
  }
  for (const auto& [line, rule] : found) {
    if (!wanted.contains({line, rule}))
      result.account += "line " + line + " breaks " + rule + " unexpectedly; ";
  }
  return result;
}

ExampleResult run_measure(Context& context, const collection::Collection& collection,
                          const collection::Measure& measure, const Examples& examples) {
  const std::filesystem::path rows_path = examples.folder / (measure.name + ".rows.csv");
  const auto file = context.disk.open(rows_path);
  base::FileSource source(*file);
  const table::Relation rows =
      table::parse_canonical_csv(source, collection.table(measure.table).minimised_schema());
  table::RelationSource row_source(rows);
  std::vector<measure::Counts> counts;
  counts.push_back(measure::compute_counts(collection, measure, examples.submission.submitter,
                                           examples.submission.period, row_source, context.random));
  base::TextSink found;
  table::write_csv(measure::combine_counts(collection, measure, examples.submission.period, counts), found);
  const std::string wanted =
      base::load_text(context.disk, examples.folder / (measure.name + ".expected.csv"));
  const bool holds = found.text() == wanted;
  return {measure.name + ".rows.csv", holds,
          holds ? std::to_string(rows.rows()) + " rows give the expected table"
                : "the table is another than " + measure.name + ".expected.csv:\n" + found.text()};
}

}  // namespace

std::vector<ExampleResult> run_examples(Context& outer, const collection::Collection& collection) {
  base::SilentProgress silent;  // a few rows: a bar for each file would hide the results
  Context context{outer.disk, outer.clock, outer.random, silent, outer.out, outer.err};
  const Examples examples = examples_of(collection);
  std::vector<ExampleResult> results;
  results.push_back(run_valid(context, collection, examples));
  results.push_back(run_invalid(context, collection, examples));
  for (const collection::Measure& measure : collection.measures) {
    results.push_back(run_measure(context, collection, measure, examples));
  }
  return results;
}

}  // namespace candour::cli
