// A collection's folder as bytes in memory. It is read once, so that what is parsed and what is hashed are
// the same bytes, whoever changes the folder meanwhile.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/sha256.h"

namespace candour::collection {

/// Path relative to the folder ("codes/priorities.csv") → bytes; in bytewise order of the paths.
using FolderFiles = std::map<std::string, std::string, std::less<>>;

/// Reads every file. Errors: CND-1002 (unreadable); CND-1314 (more than 1,000 files or 64 MiB); CND-1315
/// (something that is no plain file, or a name with other characters than letters, digits, '.', '_' and '-':
/// the recipe by which anyone recomputes the digest would read it differently).
[[nodiscard]] FolderFiles read_folder(const std::filesystem::path& folder);

/// As digest_of_folder.
[[nodiscard]] base::Digest digest_of_files(const FolderFiles& files);

/// The files of one folder while it is loaded: remembers which were asked for, so that a file that nobody
/// reads (a misspelt name) is found.
class Folder {
 public:
  Folder(const FolderFiles& files, std::filesystem::path path) : files_(files), path_(std::move(path)) {}

  [[nodiscard]] bool has(std::string_view name) const { return files_.contains(name); }
  /// Errors: CND-1315 (there is none).
  [[nodiscard]] const std::string& text(const std::string& name);
  /// The names in a folder of it that end in `suffix`, without both: {"waits"} for ("measures/", ".toml").
  [[nodiscard]] std::vector<std::string> stems(std::string_view folder, std::string_view suffix) const;
  [[nodiscard]] std::filesystem::path path_of(std::string_view name) const { return path_ / name; }
  /// Errors: CND-1315 (a file that was not asked for and is no example).
  void refuse_strays() const;

 private:
  const FolderFiles& files_;
  std::filesystem::path path_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace candour::collection
