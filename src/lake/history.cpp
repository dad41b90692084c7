#include "candour/lake/history.h"

#include <algorithm>

#include "candour/lake/lake_format.h"

namespace candour::lake {
namespace {

bool is_same_submission(const SliceFile& a, const SliceFile& b) {
  return a.submission == b.submission && a.revision == b.revision &&
         a.committed_at_unix == b.committed_at_unix && a.tags == b.tags;
}

}  // namespace

void State::apply(const Entry& entry, const std::filesystem::path& path) {
  const auto require = [&path](bool holds) {
    if (!holds) throw base::Error("CND-2308", "The table's log contradicts itself.").with("path", path);
  };
  newest.version = entry.version;
  if (entry.created) return;
  if (!entry.added) {
    const auto taken_out = std::ranges::find_if(
        newest.slices, [&](const auto& slice) { return slice.second.path == *entry.removed; });
    require(taken_out != newest.slices.end());
    newest.erased.insert(newest.slices.extract(taken_out));
    return;
  }
  const SliceFile& file = *entry.added;
  const auto held = newest.slices.find(file.slice);
  const bool is_held = held != newest.slices.end();
  require(entry.removed.has_value() == is_held && (!is_held || *entry.removed == held->second.path));
  require(parse_data_path(file.path)->version <= entry.version &&
          (!is_held || file.path != held->second.path));
  if (entry.reason == Reason::kSubmitted) {
    require(commits.emplace(file.submission, entry.version).second);
    require(file.committed_at_unix == file.written_at_unix);
    require(!is_held || file.revision > held->second.revision);
  } else {
    require(is_held && is_same_submission(file, held->second) && file.rows <= held->second.rows);
  }
  newest.erased.erase(file.slice);
  newest.slices.insert_or_assign(file.slice, file);
}

Log::Log(base::Disk& disk, const std::filesystem::path& table_folder)
    : disk_(disk), folder_(table_folder / kLogFolder) {}

std::filesystem::path Log::path_of(std::uint64_t version) const {
  return folder_ / (version_name(version) + ".json");
}

bool Log::exists() const { return disk_.exists(path_of(0)); }

std::uint64_t Log::newest_version() const {
  std::uint64_t next = 0;
  for (const std::string& name : disk_.list(folder_)) {
    const auto version = parse_version_name(name, ".json");
    if (!version) continue;
    if (*version != next) {
      throw base::Error("CND-2302", "An entry of the table's log is missing.").with("path", path_of(next));
    }
    ++next;
  }
  if (next == 0)
    throw base::Error("CND-2302", "An entry of the table's log is missing.").with("path", path_of(0));
  return next - 1;
}

Entry Log::load(std::uint64_t version) const {
  const std::filesystem::path path = path_of(version);
  return parse_entry(base::load_text(disk_, path, kEntryLimitBytes), version, path);
}

void Log::replay(State& state, std::optional<std::uint64_t> last) const {
  while (!last || state.newest.version < *last) {
    const std::uint64_t next = state.newest.version + 1;
    if (!disk_.exists(path_of(next))) {
      // A later one without this one is a log that lost an entry: the next commit must not fill the gap.
      if (disk_.exists(path_of(next + 1)) && !disk_.exists(path_of(next))) {
        throw base::Error("CND-2302", "An entry of the table's log is missing.").with("path", path_of(next));
      }
      return;
    }
    state.apply(load(next), path_of(next));
  }
}

bool Log::store(const Entry& entry) {
  try {
    static_cast<void>(disk_.store_new(path_of(entry.version), write_entry(entry)));
    return true;
  } catch (const base::Error& error) {
    if (error.code() == "CND-1005") return false;
    throw;
  }
}

}  // namespace candour::lake
