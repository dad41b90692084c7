#include <algorithm>

#include "candour/lake/schema_text.h"
#include "candour/lake/table_work.h"

namespace candour::lake {
namespace {

std::string guid(base::Random& random) {
  const std::string digits = random_name(random) + random_name(random);
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
         digits.substr(16, 4) + "-" + digits.substr(20);
}

/// Compare and swap: what holds the slice must be what the submission replaces, and older than it.
void check_swap(const Snapshot& newest, const Submission& submission) {
  const auto held = newest.slices.find(submission.slice);
  const bool is_held = held != newest.slices.end();
  const bool is_expected = is_held == submission.supersedes.has_value() &&
                           (!is_held || held->second.submission == *submission.supersedes);
  if (is_expected && (!is_held || submission.revision > held->second.revision)) return;
  throw base::Error("CND-2306", "The slice does not hold what the submission is to replace.")
      .with("submitter", base::Label(submission.slice.submitter))
      .with("period", base::Label(submission.slice.period))
      .with("revision", submission.revision)
      .with("held_revision", is_held ? held->second.revision : 0);
}

SliceFile file_for(const Submission& submission) {
  SliceFile file;
  file.submission = submission.identity;
  file.slice = submission.slice;
  file.revision = submission.revision;
  file.committed_at_unix = submission.committed_at_unix;
  file.written_at_unix = submission.committed_at_unix;
  file.tags = submission.tags;
  return file;
}

}  // namespace

Table::Table(std::unique_ptr<TableWork> work) : work_(std::move(work)) {}
Table::Table(Table&&) noexcept = default;
Table::~Table() = default;

Table Table::create(Surroundings surroundings, const std::filesystem::path& folder, const std::string& name,
                    const table::Schema& schema, std::int64_t created_at_unix) {
  check_schema(schema);
  Log log(surroundings.disk, folder);
  if (!log.exists()) {
    for (const char* part : {kLogFolder, kDataFolder}) surroundings.disk.make_folder(folder / part);
    Entry entry;
    entry.created = Creation{guid(surroundings.random), name, schema, created_at_unix};
    // Where another process is first, its table is this one too.
    static_cast<void>(log.store(entry));
  }
  log.settle(0);
  Table table = open(surroundings, folder);
  if (table.schema() != schema) {
    throw base::Error("CND-2303", "The lake has this table with other columns.").with("path", folder);
  }
  return table;
}

Table Table::open(Surroundings surroundings, const std::filesystem::path& folder) {
  auto work = std::make_unique<TableWork>(surroundings, folder);
  if (!work->log.exists()) {
    throw base::Error("CND-2304", "There is no such table, version or slice in the lake.")
        .with("path", folder);
  }
  work->created = *work->log.load(0).created;
  work->state = work->state_at(work->log.newest_version());
  return Table(std::move(work));
}

const table::Schema& Table::schema() const { return work_->created.schema; }

Snapshot Table::snapshot() {
  work_->refresh();
  return work_->state.newest;
}

Snapshot Table::snapshot(std::uint64_t version) {
  work_->refresh();
  if (version > work_->state.newest.version) {
    throw base::Error("CND-2304", "There is no such table, version or slice in the lake.")
        .with("path", work_->folder)
        .with("version", version);
  }
  return work_->state_at(version).newest;
}

std::optional<Commit> Table::find(const base::Digest& submission) {
  work_->refresh();
  const auto found = work_->state.commits.find(submission);
  if (found == work_->state.commits.end()) return std::nullopt;
  work_->log.settle(found->second);
  return work_->load_commit(found->second);
}

std::uint64_t Table::submissions_until(std::uint64_t version) const {
  const auto& commits = work_->state.commits;
  return static_cast<std::uint64_t>(
      std::ranges::count_if(commits, [&](const auto& one) { return one.second <= version; }));
}

std::optional<Commit> Table::admit(const Submission& submission) {
  std::optional<Commit> known = find(submission.identity);
  if (!known) {
    check_swap(work_->state.newest, submission);
  } else if (known->file.slice != submission.slice) {
    throw base::Error("CND-2311", "The submission is in the lake as one of another slice.");
  }
  return known;
}

Commit Table::replace_slice(const Submission& submission, table::ChunkSource& rows) {
  SliceFile file = file_for(submission);
  check_file(file);
  if (rows.schema() != schema()) {
    throw base::Error("CND-2303", "The rows have other columns than the table.").with("path", work_->folder);
  }
  if (auto known = admit(submission)) return *std::move(known);
  work_->store_rows(rows, file);
  while (true) {
    if (const auto version = work_->commit(file, Reason::kSubmitted)) return {*version, std::move(file)};
    // Another process was first, perhaps with the same submission. The file that was stored for nothing is
    // left to sweep().
    if (auto known = admit(submission)) return *std::move(known);
  }
}

std::unique_ptr<table::ChunkSource> Table::rows(const Snapshot& snapshot, const Slice& slice) const {
  const auto found = snapshot.slices.find(slice);
  if (found == snapshot.slices.end()) {
    throw base::Error("CND-2304", "There is no such table, version or slice in the lake.")
        .with("path", work_->folder)
        .with("version", snapshot.version)
        .with("submitter", base::Label(slice.submitter))
        .with("period", base::Label(slice.period));
  }
  return open_rows(work_->data(), found->second);
}

std::unique_ptr<table::ChunkSource> Table::rows(const Snapshot& snapshot) const {
  std::vector<SliceFile> files;
  files.reserve(snapshot.slices.size());
  for (const auto& [slice, file] : snapshot.slices) files.push_back(file);
  return open_rows(work_->data(), std::move(files));
}

void Table::checkpoint() {
  work_->refresh();
  work_->checkpoints.store(work_->state, work_->created);
}

const std::optional<base::Error>& Table::checkpoint_problem() const { return work_->checkpoint_problem; }

}  // namespace candour::lake
