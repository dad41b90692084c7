#include "candour/release/plan.h"

#include <algorithm>
#include <array>
#include <set>

#include "candour/base/error.h"
#include "candour/base/store_new.h"

namespace candour::release {
namespace {

constexpr std::array<std::string_view, 2> kFolders = {"charts", "tables"};
constexpr std::string_view kDescription = "release.json";  // stored last, by the build itself

base::StoredFile digest_of(const base::ReadableFile& file) {
  base::FileSource source(file);
  return {base::sha256_of(source), file.size_bytes()};
}

}  // namespace

std::uint64_t Plan::add(const std::string& name, std::string content) {
  const base::StoredFile stored = {base::sha256(base::as_bytes(content)), content.size()};
  add_planned(name, {std::move(content), {}}, stored);
  return stored.size_bytes;
}

std::uint64_t Plan::add_file(const std::string& name, const std::filesystem::path& scratch) {
  const base::StoredFile stored = digest_of(*base::PosixDisk().open(scratch));
  add_planned(name, {"", scratch}, stored);
  return stored.size_bytes;
}

void Plan::add_planned(const std::string& name, Content content, const base::StoredFile& stored) {
  files_.push_back({name, stored});
  contents_.push_back(std::move(content));
}

void Plan::require_room(const base::Disk& disk, const std::filesystem::path& folder) const {
  if (!disk.exists(folder)) return;
  // Every name that a build may leave, in the folder itself ("") and in each folder below it.
  std::map<std::string, std::set<std::string>> known;
  const auto know = [&](const std::filesystem::path& name) {
    std::set<std::string>& names = known[name.parent_path().string()];
    names.insert(name.filename().string());
    names.insert(base::temporary_name_of(name).filename().string());
  };
  know(kDescription);
  for (const std::string_view one : kFolders) known[""].insert(std::string(one));
  for (const ReleaseFile& file : files_) know(file.path);
  for (const auto& [below, names] : known) {
    if (!disk.exists(folder / below)) continue;
    for (const std::string& name : disk.list(folder / below)) {
      if (names.contains(name)) continue;
      throw base::Error("CND-1709", "The folder holds something that is not of this release.")
          .with("path", folder / below / name);
    }
  }
  for (const ReleaseFile& file : files_) {
    if (!disk.exists(folder / file.path)) continue;
    if (digest_of(*disk.open(folder / file.path)).digest == file.stored.digest) continue;
    throw base::Error("CND-1005", "The folder holds a file of another release.")
        .with("path", folder / file.path);
  }
}

void Plan::store(base::Disk& disk, const std::filesystem::path& folder) const {
  for (const std::string_view one : kFolders) disk.make_folder(folder / one, base::Access::kPublic);
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const std::filesystem::path path = folder / files_[i].path;
    if (disk.exists(path)) {
      disk.settle(path);
    } else if (contents_[i].scratch.empty()) {
      disk.store_new(path, contents_[i].text, base::Access::kPublic);
    } else {
      const auto file = base::PosixDisk().open(contents_[i].scratch);
      base::FileSource source(*file);
      disk.store_new(path, source, base::Access::kPublic);
    }
  }
}

}  // namespace candour::release
