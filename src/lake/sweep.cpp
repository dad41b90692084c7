// Removes data files that no commit names and no living writer may yet commit.
//
// A file's name has its writer; a writer holds the lock writers/WRITER for as long as it lives. Who gets the
// lock knows that the writer is dead, and only then reads the log: what the log does not name now it never
// will.
#include <algorithm>
#include <set>

#include "candour/lake/table_work.h"

namespace candour::lake {
namespace {

constexpr std::string_view kTemporary = ".tmp";

/// What store_new calls a file while it is written: ".NAME.tmp".
std::optional<std::string> name_of_temporary(const std::string& name) {
  if (!name.starts_with('.') || !name.ends_with(kTemporary)) return std::nullopt;
  return name.substr(1, name.size() - 1 - kTemporary.size());
}

/// The writers that are dead; their locks are held, so that no two sweeps do one's work.
class DeadWriters {
 public:
  DeadWriters(base::Disk& disk, const std::filesystem::path& table_folder, std::string own)
      : disk_(disk), folder_(table_folder / kWritersFolder), own_(std::move(own)) {
    disk_.make_folder(folder_);
  }

  /// Whether what this writer left and did not commit may go. Of a Table itself it may: it is not writing
  /// now.
  [[nodiscard]] bool contains(const std::string& writer) {
    if (writer == own_) return true;
    if (const auto known = locks_.find(writer); known != locks_.end()) return known->second != nullptr;
    std::unique_ptr<base::DiskLock> lock;
    try {
      if (!disk_.exists(swept_mark(writer))) lock = disk_.lock(folder_ / writer);
    } catch (const base::Error& error) {
      if (error.code() != base::ErrorCode("CND-1006")) throw;
    }
    return locks_.emplace(writer, std::move(lock)).first->second != nullptr;
  }

  /// They will leave nothing more: the next sweep need not look at their files.
  void mark_swept() {
    for (const auto& [writer, lock] : locks_) {
      if (lock && !disk_.exists(swept_mark(writer)))
        static_cast<void>(disk_.store_new(swept_mark(writer), ""));
    }
  }

 private:
  [[nodiscard]] std::filesystem::path swept_mark(const std::string& writer) const {
    return folder_ / (writer + ".swept");
  }

  base::Disk& disk_;
  std::filesystem::path folder_;
  std::string own_;
  std::map<std::string, std::unique_ptr<base::DiskLock>> locks_;
};

}  // namespace

std::uint64_t Table::sweep() {
  TableWork& work = *work_;
  const std::filesystem::path data = work.folder / kDataFolder;
  DeadWriters dead(work.disk, work.folder, work.writer);
  std::set<std::string> unnamed;
  std::uint64_t first_version = 0;
  std::uint64_t removed = 0;
  for (const std::string& name : work.disk.list(data)) {
    const auto temporary = name_of_temporary(name);
    const auto parsed = DataName::parse(temporary ? *temporary : name);
    if (!parsed || !dead.contains(parsed->writer)) continue;
    if (temporary) {
      work.disk.settle(data / *temporary);
      ++removed;
    } else {
      first_version = unnamed.empty() ? parsed->version : std::min(first_version, parsed->version);
      unnamed.insert(std::string(kDataFolder) + "/" + name);
    }
  }
  work.refresh();
  // A file is named by the version that its writer was about to commit, and committed at that or a later one.
  if (!unnamed.empty()) {
    for (std::uint64_t version = std::max<std::uint64_t>(first_version, 1);
         version <= work.state.newest.version && !unnamed.empty(); ++version) {
      if (const auto added = work.log.load(version).added) unnamed.erase(added->path);
    }
  }
  for (const std::string& path : unnamed) work.disk.remove(work.folder / path);
  dead.mark_swept();
  return removed + unnamed.size();
}

}  // namespace candour::lake
