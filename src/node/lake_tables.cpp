#include "candour/node/lake_tables.h"

#include <charconv>

#include "candour/base/error.h"
#include "candour/lake/kept_rows.h"
#include "candour/node/withdrawals.h"
#include "candour/submission/package_format.h"

namespace candour::node {
namespace {

/// The rows of a lake's slice without their pseudonyms: what a measure of rows reads.
class WithoutPseudonym final : public table::ChunkSource {
 public:
  WithoutPseudonym(table::ChunkSource& rows, table::Schema schema)
      : rows_(rows), schema_(std::move(schema)), buffer_(rows.schema()) {}
  [[nodiscard]] const table::Schema& schema() const override { return schema_; }
  bool next(table::Chunk& chunk) override {
    chunk.clear();
    if (!rows_.next(buffer_)) return false;
    for (std::size_t column = 0; column < schema_.size(); ++column) {
      for (std::size_t row = 0; row < buffer_.rows(); ++row) {
        chunk.column(column).append_from(buffer_.column(column + 1), row);
      }
    }
    return true;
  }

 private:
  table::ChunkSource& rows_;
  table::Schema schema_;
  table::Chunk buffer_;
};

[[noreturn]] void refuse_tag(const lake::SliceFile& file, const char* name) {
  throw base::Error("CND-2462", "A slice of the lake does not have a tag as the hub writes it.")
      .with("tag", base::Label(name))
      .with("submitter", base::Label(file.slice.submitter))
      .with("period", base::Label(file.slice.period));
}

const std::string& tag_of(const lake::SliceFile& file, const char* name) {
  const auto found = file.tags.find(name);
  if (found == file.tags.end()) refuse_tag(file, name);
  return found->second;
}

std::uint64_t number_of(const lake::SliceFile& file, const char* name) {
  const std::string& text = tag_of(file, name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) refuse_tag(file, name);
  return number;
}

}  // namespace

std::filesystem::path lake_folder(const std::filesystem::path& lake, std::string_view collection,
                                  std::string_view table) {
  return lake / (std::string(collection) + "-" + std::string(table));
}

table::Schema lake_schema(const collection::Table& table) {
  std::vector<table::ColumnSpec> columns{{submission::kPseudonymColumn, table::Type::kText}};
  const table::Schema minimised = table.minimised_schema();
  columns.insert(columns.end(), minimised.columns().begin(), minimised.columns().end());
  return table::Schema(std::move(columns));
}

LakeTable::LakeTable(lake::Table::Surroundings surroundings, const base::Clock& clock,
                     const std::filesystem::path& lake, const collection::Collection& collection,
                     const collection::Table& table)
    : clock_(clock),
      collection_(collection),
      table_(table),
      lake_(lake::Table::create(surroundings, lake_folder(lake, collection.name, table.name),
                                collection.name + "-" + table.name, lake_schema(table),
                                clock.now_unix_seconds())) {
  // What a hub that was killed had written and not committed.
  static_cast<void>(lake_.sweep());
}

std::optional<submission::SliceNow> LakeTable::slice_now(const std::string& provider,
                                                         const std::string& period) {
  const lake::Snapshot now = snapshot();
  const lake::Slice slice{provider, period};
  for (const auto* slices : {&now.slices, &now.erased}) {
    const auto found = slices->find(slice);
    if (found != slices->end()) return submission::SliceNow{found->second.submission, found->second.revision};
  }
  return std::nullopt;
}

submission::StoredSlice LakeTable::stored(const lake::Commit& commit) {
  const lake::SliceFile& file = commit.file;
  return {.submission = file.submission,
          .provider = file.slice.submitter,
          .slice = {collection_.name, table_.name, file.slice.period},
          .revision = file.revision,
          .rows = file.rows,
          .version = lake_.submissions_until(commit.version),
          .committed_at_unix = file.committed_at_unix};
}

std::optional<submission::StoredSlice> LakeTable::find(const submission::Identity& identity) {
  const std::lock_guard lock(mutex_);
  const auto commit = lake_.find(identity);
  if (!commit) return std::nullopt;
  return stored(*commit);
}

submission::StoredSlice LakeTable::store(const statement::Submission& manifest,
                                         const submission::Identity& identity, std::uint64_t rows_refused,
                                         table::ChunkSource& rows) {
  const std::lock_guard lock(mutex_);
  const lake::Slice slice{manifest.provider, manifest.period};
  // What was erased has its successor in the numbers, and no file that could be replaced.
  const bool is_held = lake_.snapshot().slices.contains(slice);
  const lake::Submission submission{.identity = identity,
                                    .slice = slice,
                                    .revision = manifest.revision,
                                    .supersedes = is_held ? manifest.supersedes : std::nullopt,
                                    .committed_at_unix = clock_.now_unix_seconds(),
                                    .tags = {{kInstructionTag, base::to_hex(manifest.instruction)},
                                             {kRowsRefusedTag, std::to_string(rows_refused)},
                                             {kNilTag, manifest.nil ? "true" : "false"}}};
  return stored(lake_.replace_slice(submission, rows));
}

lake::TaggedErasure LakeTable::erase(const statement::Id& instruction) {
  const std::lock_guard lock(mutex_);
  return erase_instruction(lake_, instruction, clock_.now_unix_seconds());
}

lake::Snapshot LakeTable::snapshot() {
  const std::lock_guard lock(mutex_);
  return lake_.snapshot();
}

std::vector<StoredTable> tables_of_lake(const base::Disk& disk, const std::filesystem::path& lake,
                                        const std::vector<collection::Collection>& collections,
                                        const instruction::Register& log) {
  std::set<std::pair<std::string, std::string>> names;
  for (const collection::Collection& collection : collections) {
    for (const collection::Table& table : collection.tables) names.emplace(collection.name, table.name);
  }
  for (const auto& [id, entry] : log.instructions()) {
    names.insert(entry.tables_used.begin(), entry.tables_used.end());
  }
  std::vector<StoredTable> tables;
  for (const auto& [collection, table] : names) {
    StoredTable one{collection, table, lake_folder(lake, collection, table)};
    if (disk.exists(one.folder)) tables.push_back(std::move(one));
  }
  return tables;
}

namespace {

bool is_meant(const LakeSlices& slices, const lake::SliceFile& file) {
  return file.slice.period == slices.period.name &&
         tag_of(file, kInstructionTag) == base::to_hex(slices.instruction);
}

}  // namespace

std::string slices_of_lake(lake::Table::Surroundings surroundings, const LakeSlices& slices,
                           const collection::Collection& collection) {
  std::string lines;
  for (const collection::Table& table : collection.tables) {
    const std::filesystem::path folder = lake_folder(slices.lake, collection.name, table.name);
    if (!surroundings.disk.exists(folder)) continue;
    const lake::Snapshot now = lake::Table::open(surroundings, folder).snapshot();
    for (const auto& [slice, file] : now.slices) {
      if (!is_meant(slices, file)) continue;
      lines += table.name + " " + slice.submitter + " " + std::to_string(file.revision) + " " +
               base::to_hex(file.submission) + "\n";
    }
  }
  return lines;
}

lake::TaggedErasure erase_instruction(lake::Table& table, const statement::Id& instruction,
                                      std::int64_t now) {
  lake::TaggedErasure erased = table.erase_tagged(kInstructionTag, base::to_hex(instruction), now);
  erased.first_version = table.submissions_until(erased.first_version);
  erased.last_version = table.submissions_until(erased.last_version);
  return erased;
}

std::vector<measure::Counts> counts_of_lake(lake::Table::Surroundings surroundings, const LakeSlices& slices,
                                            const collection::Collection& collection,
                                            const collection::Measure& measure) {
  const collection::Table& table = collection.table(measure.table);
  const std::filesystem::path folder = lake_folder(slices.lake, collection.name, table.name);
  std::vector<measure::Counts> all;
  if (!surroundings.disk.exists(folder)) return all;
  lake::Table held = lake::Table::open(surroundings, folder);
  const lake::Snapshot now = held.snapshot();
  const std::set<std::string> suppressed = suppressed_pseudonyms(surroundings.disk, slices.lake);
  for (const auto& [slice, file] : now.slices) {
    if (!is_meant(slices, file)) continue;
    const auto rows = held.rows(now, slice);
    lake::KeptRows kept(*rows, 0, suppressed);
    WithoutPseudonym minimised(kept, table.minimised_schema());
    measure::Counts counts = measure::compute_counts(collection, measure, slice.submitter, slices.period,
                                                     minimised, surroundings.random);
    counts.rows_refused = number_of(file, kRowsRefusedTag);
    counts.nil = tag_of(file, kNilTag) == "true";
    counts.submission = base::to_hex(file.submission);
    all.push_back(std::move(counts));
  }
  return all;
}

}  // namespace candour::node
