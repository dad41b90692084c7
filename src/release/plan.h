// What a release folder will hold, all of it made before a byte is stored: a build that is refused has
// written nothing.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/disk.h"
#include "candour/release/metadata.h"

namespace candour::release {

class Plan {
 public:
  /// Adds a file with this content, and gives its size.
  std::uint64_t add(const std::string& name, std::string content);
  /// Adds a file that lies in a scratch folder, and gives its size. Errors: CND-1002.
  std::uint64_t add_file(const std::string& name, const std::filesystem::path& scratch);

  /// The files, in the order in which they are stored.
  [[nodiscard]] const std::vector<ReleaseFile>& files() const { return files_; }

  /// Refuses a folder that holds anything but what a stopped build of this release left there: a file of it
  /// with other bytes (CND-1005), or something that is no file of it (CND-1709), which would be published
  /// with it.
  void require_room(const base::Disk& disk, const std::filesystem::path& folder) const;

  /// Stores what is not there yet. Errors: those of store_new.
  void store(base::Disk& disk, const std::filesystem::path& folder) const;

 private:
  struct Content {
    std::string text;
    std::filesystem::path scratch;  ///< where it is not empty, the content lies there
  };
  void add_planned(const std::string& name, Content content, const base::StoredFile& stored);

  std::vector<ReleaseFile> files_;
  std::vector<Content> contents_;  ///< of files_, in its order
};

}  // namespace candour::release
