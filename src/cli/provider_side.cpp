#include "candour/cli/provider_side.h"

#include "candour/base/json.h"
#include "candour/cli/scratch.h"
#include "candour/intake/validating_sink.h"

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

std::string sha256_of(const base::ReadableFile& file) {
  base::FileSource source(file);
  base::Sha256 hash;
  std::vector<std::uint8_t> buffer(std::size_t{1} << 16);
  while (const std::size_t got = source.read(buffer)) hash.update(base::ByteView(buffer).first(got));
  return base::to_hex(hash.finish());
}

/// Intake's rows into a load of the vault.
class VaultSink final : public intake::RowSink {
 public:
  explicit VaultSink(vault::Load& load) : load_(load) {}

  void accept(const intake::AcceptedRows& accepted, const intake::DuplicateFound& found) override {
    for (std::size_t i = 0; i < accepted.kept.size(); ++i) {
      const std::uint64_t line = accepted.lines[i];
      const auto first_line = load_.put(accepted.rows, accepted.kept[i], line);
      if (!first_line) continue;
      found({line, *first_line});
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

}  // namespace

intake::QualityReport validate_file(Context& context, const collection::Collection& collection,
                                    const collection::Table& table, const intake::Submission& submission,
                                    const std::filesystem::path& file, intake::Nil nil) {
  const auto bytes = context.disk.open(file);
  base::FileSource source(*bytes);
  intake::ValidatingSink sink(table, context.random, temporary_folder());
  return intake::check_file(collection, table, submission,
                            {file.filename().string(), bytes->size_bytes(), &source, nil}, sink,
                            context.clock, context.progress);
}

LoadOutcome load_files(Context& context, vault::Vault& vault, const collection::Collection& collection,
                       const collection::Table& table, const intake::Submission& submission,
                       const std::vector<std::filesystem::path>& files, vault::Scope scope, intake::Nil nil) {
  const vault::Slice slice = slice_of(vault, collection, table, submission.period);
  LoadOutcome outcome;
  vault::Load load = vault.begin_load(table, slice, scope);
  VaultSink sink(load);
  for (const std::filesystem::path& file : files) {
    const auto bytes = context.disk.open(file);
    base::FileSource source(*bytes);
    load.begin_file({file.filename().string(), sha256_of(*bytes), context.clock.now_unix_seconds()});
    outcome.reports.push_back(intake::check_file(
        collection, table, submission, {file.filename().string(), bytes->size_bytes(), &source, nil}, sink,
        context.clock, context.progress));
    // What a file that is cut off lacks would be taken out of the vault, as if the hospital had withdrawn it.
    if (outcome.reports.back().refused_whole || outcome.reports.back().may_be_cut_off) return outcome;
  }
  if (nil == intake::Nil::kDeclared) load.declare_nil();
  outcome.result = load.commit();
  return outcome;
}

MinimisedRows::MinimisedRows(vault::RowCursor rows, const collection::Table& table,
                             const minimise::Minimiser& minimiser)
    : rows_(std::move(rows)),
      minimiser_(minimiser),
      schema_(table.minimised_schema()),
      buffer_(table::Chunk(table.row_schema())) {}

bool MinimisedRows::next(table::Chunk& chunk) {
  chunk.clear();
  if (!rows_.next(buffer_)) return false;
  minimiser_.minimise(buffer_, chunk);
  return true;
}

vault::Slice slice_of(const vault::Vault& vault, const collection::Collection& collection,
                      const collection::Table& table, const collection::Period& period) {
  return {collection.name, table.name, vault.submitter(), period.name};
}

measure::Counts count_slice(Context& context, const vault::Vault& vault,
                            const collection::Collection& collection, const collection::Measure& measure,
                            const collection::Period& period, const minimise::Lookups& lookups) {
  const collection::Table& table = collection.table(measure.table);
  const vault::Slice slice = slice_of(vault, collection, table, period);
  const bool nil = vault.is_nil_return(slice);
  if (!nil && vault.row_count(slice) == 0) {
    throw base::Error("CND-1607", "The vault holds neither rows nor a nil return for this period.")
        .with("table", base::Label(table.name))
        .with("period", base::Label(period.name));
  }
  const base::SecretBytes key = vault.local_pseudonym_key();
  const minimise::Minimiser minimiser(table, period, lookups, key);
  MinimisedRows rows(vault.rows(table, slice), table, minimiser);
  measure::Counts counts =
      measure::compute_counts(collection, measure, slice.submitter, period, rows, context.random);
  counts.nil = nil;
  return counts;
}

minimise::Lookups load_lookups(const base::Disk& disk, const collection::Collection& collection,
                               const std::map<std::string, std::filesystem::path>& paths) {
  minimise::Lookups lookups;
  for (const auto& [name, reference] : collection.references) {
    const auto found = paths.find(name);
    if (found == paths.end()) {
      throw base::Error("CND-1603", "The collection needs a reference that was not given.")
          .with("reference", base::Label(name));
    }
    lookups.emplace(name, minimise::Lookup::load(disk, found->second, reference));
  }
  return lookups;
}

}  // namespace candour::cli
