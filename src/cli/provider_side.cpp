#include "candour/cli/provider_side.h"

#include <algorithm>
#include <map>

#include "candour/base/json.h"
#include "candour/base/printable.h"
#include "candour/intake/validating_sink.h"
#include "candour/node/scratch.h"

namespace candour::cli {
namespace {

/// The problems of a refused row as the quarantine keeps them. The cells' values are in the record itself.
std::string problems_json(std::span<const intake::Problem> problems) {
  base::Json::Array list;
  for (const intake::Problem& problem : problems) {
    base::Json::Array columns;
    for (const intake::ProblemCell& cell : problem.cells) columns.emplace_back(cell.column);
    base::Json::Object entry;
    entry.emplace_back("rule", problem.rule);
    entry.emplace_back("code", problem.code);
    entry.emplace_back("columns", std::move(columns));
    entry.emplace_back("message", problem.message);
    list.emplace_back(std::move(entry));
  }
  return base::write_json_line(list);
}

/// Intake's rows into a load of the vault.
class VaultSink final : public intake::RowSink {
 public:
  explicit VaultSink(vault::Load& load) : load_(load) {}

  void accept(const intake::AcceptedRows& accepted, const intake::DuplicateFound& found) override {
    for (std::size_t i = 0; i < accepted.kept.size(); ++i) {
      const std::uint64_t line = accepted.lines[i];
      const auto first = load_.put(accepted.rows, accepted.kept[i], line);
      if (!first) continue;
      found({{accepted.file, line}, {first->file, first->line}});
      intake::Problem repeated;
      repeated.rule = intake::kDuplicateRule;
      repeated.code = intake::kDuplicateCode;
      repeated.message = intake::kDuplicateMessage;
      load_.quarantine(line, accepted.records[i], problems_json({&repeated, 1}), accepted.rows,
                       accepted.kept[i]);
    }
  }
  void refuse(const table::IdentifiableChunk& rows, std::size_t row, std::uint64_t line,
              std::string_view record, std::span<const intake::Problem> problems) override {
    load_.quarantine(line, record, problems_json(problems), rows, row);
  }
  void finish(const intake::DuplicateFound&) override {}

 private:
  vault::Load& load_;
};

/// What the files are called in reports and in the vault: their names without the folder, or their paths
/// where two have one name; safe to show, whatever they hold.
std::vector<std::string> names_of(const std::vector<std::filesystem::path>& files) {
  std::map<std::string, int> how_often;
  for (const std::filesystem::path& file : files) ++how_often[base::printable(file.filename().string())];
  std::vector<std::string> names;
  std::map<std::string, int> given;
  for (const std::filesystem::path& file : files) {
    std::string name = base::printable(file.filename().string());
    if (how_often[name] > 1) name = base::printable(file.string());
    const int times = ++given[name];
    names.push_back(times == 1 ? name : name + " (" + std::to_string(times) + ")");
  }
  return names;
}

/// What the vault held of the period before, for "change against the last time".
std::optional<intake::Before> period_before(const vault::Vault& vault, const vault::Slice& slice) {
  std::optional<intake::Before> before;
  for (const auto& [period, rows] : vault.periods(slice)) {
    if (period < slice.period) before = intake::Before{period, rows};
  }
  return before;
}

}  // namespace

std::vector<intake::QualityReport> validate_files(Context& context, const collection::Collection& collection,
                                                  const collection::Table& table,
                                                  const intake::Submission& submission,
                                                  const std::vector<std::filesystem::path>& files,
                                                  intake::Nil nil) {
  intake::ValidatingSink sink(table, context.random, node::temporary_folder());
  intake::SubmissionCheck check(collection, table, submission, sink, context.clock, context.progress);
  const std::vector<std::string> names = names_of(files);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto bytes = context.disk.open(files[i]);
    base::FileSource source(*bytes);
    check.check({names[i], bytes->size_bytes(), &source, nil});
  }
  return check.finish();
}

LoadOutcome load_files(Context& context, vault::Vault& vault, const collection::Collection& collection,
                       const collection::Table& table, const intake::Submission& submission,
                       const std::vector<std::filesystem::path>& files, vault::Scope scope, intake::Nil nil) {
  const vault::Slice slice = node::slice_of(vault, collection, table, submission.period);
  const std::optional<intake::Before> before = period_before(vault, slice);
  LoadOutcome outcome;
  vault::Load load = vault.begin_load(table, slice, scope);
  VaultSink sink(load);
  intake::SubmissionCheck check(collection, table, submission, sink, context.clock, context.progress);
  const std::vector<std::string> names = names_of(files);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto bytes = context.disk.open(files[i]);
    base::FileSource source(*bytes);
    load.begin_file(names[i], context.clock.now_unix_seconds());
    load.end_file(check.check({names[i], bytes->size_bytes(), &source, nil}));
  }
  outcome.reports = check.finish();
  // One file of several, or a part, says nothing about the whole.
  if (files.size() == 1 && scope == vault::Scope::kWholeSlice) outcome.reports.front().before = before;
  // What a file that is cut off lacks would be taken out of the vault, as if the hospital had withdrawn it.
  const auto stops_all = [](const intake::QualityReport& report) {
    return report.refused_whole || report.may_be_cut_off;
  };
  if (std::any_of(outcome.reports.begin(), outcome.reports.end(), stops_all)) return outcome;
  if (nil == intake::Nil::kDeclared) load.declare_nil();
  outcome.result = load.commit();
  return outcome;
}

measure::Counts count_slice(Context& context, const vault::Vault& vault,
                            const collection::Collection& collection, const collection::Measure& measure,
                            const collection::Period& period, const minimise::Lookups& lookups) {
  const collection::Table& table = collection.table(measure.table);
  const vault::Slice slice = node::slice_of(vault, collection, table, period);
  const bool nil = vault.is_nil_return(slice);
  if (!nil && vault.row_count(slice) == 0) {
    throw base::Error("CND-1607", "The vault holds neither rows nor a nil return for this period.")
        .with("table", base::Label(table.name))
        .with("period", base::Label(period.name));
  }
  const base::SecretBytes key = vault.local_pseudonym_key();
  const minimise::Minimiser minimiser(table, period, lookups, key);
  node::MinimisedRows rows(vault.rows(table, slice), table, minimiser);
  measure::Counts counts =
      measure::compute_counts(collection, measure, slice.submitter, period, rows, context.random);
  counts.nil = nil;
  counts.rows_refused = vault.quarantine_count(slice);
  return counts;
}

}  // namespace candour::cli
