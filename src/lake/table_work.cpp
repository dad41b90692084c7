#include "candour/lake/table_work.h"

#include <algorithm>
#include <array>

namespace candour::lake {
namespace {

class CountedRows final : public table::ChunkSource {
 public:
  explicit CountedRows(table::ChunkSource& rows) : source_(rows) {}
  [[nodiscard]] const table::Schema& schema() const override { return source_.schema(); }
  bool next(table::Chunk& chunk) override {
    const bool is_more = source_.next(chunk);
    rows_ += chunk.rows();
    return is_more;
  }
  [[nodiscard]] std::uint64_t rows() const { return rows_; }

 private:
  table::ChunkSource& source_;
  std::uint64_t rows_ = 0;
};

}  // namespace

std::string random_name(base::Random& random) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes);
  return base::to_hex(bytes);
}

TableWork::TableWork(Table::Surroundings surroundings, std::filesystem::path table_folder)
    : disk(surroundings.disk),
      random(surroundings.random),
      scratches(std::make_shared<ScratchShelf>(std::move(surroundings.scratch))),
      folder(std::move(table_folder)),
      log(disk, folder),
      checkpoints(disk, folder, scratches) {}

State TableWork::state_at(std::uint64_t version) {
  State found;
  // The log has it all: a checkpoint saves time and is needed for nothing.
  std::optional<base::Error> problem;
  const auto try_to = [&problem](const auto& action) {
    try {
      action();
      return true;
    } catch (const base::Error& error) {
      if (!problem) problem = error;
      return false;
    }
  };
  std::vector<std::uint64_t> candidates;
  try_to([&] { candidates = checkpoints.versions(); });
  std::erase_if(candidates, [version](std::uint64_t at) { return at > version; });
  while (!candidates.empty() && !try_to([&] { found = checkpoints.load(candidates.back()); })) {
    candidates.pop_back();
  }
  if (problem) checkpoint_problem = problem;
  log.replay(found, version);
  return found;
}

Commit TableWork::load_commit(std::uint64_t version) const {
  Entry entry = log.load(version);
  if (entry.reason != Reason::kSubmitted || !entry.added) {
    throw base::Error("CND-2308", "The table's log contradicts itself.").with("path", log.path_of(version));
  }
  return {version, std::move(*entry.added)};
}

std::string TableWork::new_data_path() {
  if (!writer_lock_) {
    writer = random_name(random);
    disk.make_folder(folder / kWritersFolder);
    writer_lock_ = disk.lock(folder / kWritersFolder / writer);
  }
  const DataName name{state.newest.version + 1, writer, files_made_++};
  return std::string(kDataFolder) + "/" + name.text();
}

void TableWork::store_rows(table::ChunkSource& rows, SliceFile& file) {
  file.path = new_data_path();
  CountedRows counted(rows);
  const auto written = scratches->take();
  written->parquet().write(counted);
  const auto opened = written->open();
  base::FileSource content(*opened);
  const base::StoredFile stored = disk.store_new(folder / file.path, content);
  file.size_bytes = stored.size_bytes;
  file.sha256 = stored.digest;
  file.rows = counted.rows();
}

std::optional<std::uint64_t> TableWork::commit(const SliceFile& file, Reason reason) {
  Entry entry;
  entry.version = state.newest.version + 1;
  entry.reason = reason;
  entry.added = file;
  if (const auto held = state.newest.slices.find(file.slice); held != state.newest.slices.end()) {
    entry.removed = held->second.path;
  }
  if (!store_next(entry)) return std::nullopt;
  return entry.version;
}

bool TableWork::commit_taken_out(const SliceFile& file, std::int64_t at_unix) {
  Entry entry;
  entry.version = state.newest.version + 1;
  entry.removed = file.path;
  entry.taken_out_at_unix = at_unix;
  return store_next(entry);
}

bool TableWork::store_next(const Entry& entry) {
  if (!log.store(entry)) return false;
  state.apply(entry, log.path_of(entry.version));
  if (entry.version % kCheckpointEvery == 0) {
    try {
      checkpoints.store(state, created);
    } catch (const base::Error& error) {
      checkpoint_problem = error;
    }
  }
  return true;
}

}  // namespace candour::lake
