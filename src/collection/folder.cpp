#include "candour/collection/folder.h"

#include <algorithm>

#include "candour/base/disk.h"
#include "candour/base/error.h"
#include "candour/collection/collection.h"

namespace candour::collection {
namespace {

constexpr std::size_t kFilesMost = 1000;
constexpr std::size_t kBytesMost = std::size_t{64} << 20;

bool is_plain_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

[[noreturn]] void refuse_file(base::Literal message, const std::filesystem::path& path) {
  throw base::Error("CND-1315", message).with("path", path);
}

[[noreturn]] void refuse_size(const std::filesystem::path& folder) {
  throw base::Error("CND-1314", "The folder is too large for a collection.")
      .with("path", folder)
      .with("limit_files", kFilesMost)
      .with("limit_bytes", kBytesMost);
}

}  // namespace

FolderFiles read_folder(const std::filesystem::path& folder) {
  const base::PosixDisk disk;
  FolderFiles files;
  std::size_t bytes = 0;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entries(folder, error);
  for (; !error && entries != std::filesystem::recursive_directory_iterator(); entries.increment(error)) {
    const std::filesystem::path& path = entries->path();
    const std::filesystem::file_status status = entries->symlink_status(error);
    if (error) break;
    if (!is_plain_name(path.filename().string())) {
      refuse_file(
          "A file of a collection has a character in its name that is no letter, digit, '.', '_' or '-'.",
          path);
    }
    if (std::filesystem::is_directory(status)) continue;
    if (!std::filesystem::is_regular_file(status)) {
      refuse_file("A collection has only plain files and folders.", path);
    }
    std::string text = base::load_text(disk, path, kBytesMost);
    bytes += text.size();
    files.emplace(path.lexically_relative(folder).generic_string(), std::move(text));
    if (files.size() > kFilesMost || bytes > kBytesMost) refuse_size(folder);
  }
  if (error) throw base::Error("CND-1002", "The folder cannot be read.").with("path", folder);
  return files;
}

base::Digest digest_of_files(const FolderFiles& files) {
  base::Sha256 hash;
  for (const auto& [name, text] : files) {
    hash.update(base::as_bytes(base::to_hex(base::sha256(base::as_bytes(text))) + "  " + name + "\n"));
  }
  return hash.finish();
}

base::Digest digest_of_folder(const std::filesystem::path& folder) {
  return digest_of_files(read_folder(folder));
}

const std::string& Folder::text(const std::string& name) {
  const auto found = files_.find(name);
  if (found == files_.end()) refuse_file("A file that the collection needs is not there.", path_of(name));
  asked_.insert(name);
  return found->second;
}

std::vector<std::string> Folder::stems(std::string_view folder, std::string_view suffix) const {
  std::vector<std::string> stems;
  for (const auto& [name, text] : files_) {
    if (name.size() <= folder.size() + suffix.size() || !name.starts_with(folder) ||
        !name.ends_with(suffix)) {
      continue;
    }
    stems.push_back(name.substr(folder.size(), name.size() - folder.size() - suffix.size()));
  }
  return stems;
}

void Folder::refuse_strays() const {
  for (const auto& [name, text] : files_) {
    if (asked_.contains(name) || name.starts_with("examples/")) continue;
    refuse_file("A file in the collection's folder is none that it can have; its name may be misspelt.",
                path_of(name));
  }
}

}  // namespace candour::collection
