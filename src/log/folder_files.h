// The files of a log that lies in a folder, read without a lock while its owner may be appending: what Store
// serves, for who only looks. Partial tiles, which are not stored, are computed. A folder that some other
// program filled with a log's files is read too, if it holds them all. docs/reference/formats/log-folder.md.
//
// Nothing is believed of what is read: whoever has the files verifies them (TileReader, node/log_audit.h).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "candour/base/disk.h"
#include "candour/log/tiles.h"

namespace candour::log {

class FolderFiles final : public TileSource {
 public:
  /// The disk outlives it.
  FolderFiles(const base::Disk& disk, std::filesystem::path folder)
      : disk_(disk), folder_(std::move(folder)) {}

  /// "checkpoint", the newest that was published; a tile or bundle; "body/<sha256>". Errors: CND-2531 (the
  /// journal of heads is damaged), CND-2507 (a bundle is), CND-1002.
  std::optional<std::string> fetch(std::string_view path) override;

 private:
  [[nodiscard]] std::optional<std::string> load(std::string_view path, std::uint64_t most_bytes) const;
  [[nodiscard]] std::optional<std::string> published() const;
  [[nodiscard]] std::optional<std::string> bundle(const TileName& name) const;
  [[nodiscard]] std::optional<std::string> hashes(const TileName& name) const;

  const base::Disk& disk_;
  const std::filesystem::path folder_;
};

}  // namespace candour::log
