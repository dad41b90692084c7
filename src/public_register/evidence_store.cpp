#include "candour/base/error.h"
#include "candour/public_register/evidence.h"

namespace candour::public_register {
namespace {

constexpr std::uint64_t kFileAtMostBytes = std::uint64_t{8} << 20;

}  // namespace

void store_evidence(base::Disk& disk, const std::filesystem::path& folder, const EvidenceFiles& files) {
  for (const auto& [name, bytes] : files) {
    const std::filesystem::path path = folder / name;
    disk.make_folder(path.parent_path(), base::Access::kPublic);
    disk.store_new(path, bytes, base::Access::kPublic);
  }
}

EvidenceFiles load_evidence(const base::Disk& disk, const std::filesystem::path& folder) {
  EvidenceFiles files;
  const auto load_flat = [&](const std::string& name) {
    if (!disk.exists(folder / name)) return;
    for (const std::string& one : disk.list(folder / name)) {
      files[name + "/" + one] = base::load_text(disk, folder / name / one, kFileAtMostBytes);
    }
  };
  for (const char* name : {"README.txt", "instruction", "federation", "checkpoint", "policy"}) {
    if (disk.exists(folder / name)) files[name] = base::load_text(disk, folder / name, kFileAtMostBytes);
  }
  load_flat("entries");
  load_flat("bodies");
  if (disk.exists(folder / "collections")) {
    for (const std::string& digest : disk.list(folder / "collections")) {
      for (auto& [path, bytes] : collection::read_folder(folder / "collections" / digest)) {
        files["collections/" + digest + "/" + path] = bytes;
      }
    }
  }
  return files;
}

}  // namespace candour::public_register
