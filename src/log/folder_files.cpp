#include "candour/log/folder_files.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/log/bodies.h"
#include "candour/log/heads.h"
#include "candour/log/note.h"

namespace candour::log {
namespace {

using Kind = TileName::Kind;

constexpr std::size_t kLengthBytes = 2;
constexpr std::uint64_t kTileBytes = kTileWidth * sizeof(Digest);
constexpr std::uint64_t kBundleAtMostBytes = kTileWidth * (kEntryAtMostBytes + kLengthBytes);
constexpr std::string_view kBodies = "body/";
constexpr std::string_view kHeads = "heads";
/// The owner may replace a segment of its journal while it is read.
constexpr int kAttempts = 3;

// The first `width` entries of a bundle that may be growing; nothing where it does not have so many whole.
std::optional<std::string> first_entries(std::string bytes, unsigned width) {
  std::size_t end = 0;
  for (unsigned i = 0; i < width; ++i) {
    if (bytes.size() - end < kLengthBytes) return std::nullopt;
    const std::size_t length =
        static_cast<std::uint8_t>(bytes[end]) * 256U + static_cast<std::uint8_t>(bytes[end + 1]);
    if (bytes.size() - end - kLengthBytes < length) return std::nullopt;
    end += kLengthBytes + length;
  }
  bytes.resize(end);
  return bytes;
}

}  // namespace

std::optional<std::string> FolderFiles::fetch(std::string_view path) {
  if (path == kCheckpointPath) return published();
  if (path.starts_with(kBodies)) {
    const bool is_digest = base::from_hex_exactly<32>(path.substr(kBodies.size())).has_value();
    return is_digest ? load(path, kBodyAtMostBytes) : std::nullopt;
  }
  const auto name = parse_tile_path(path);
  if (!name) return std::nullopt;
  return name->kind == Kind::kEntries ? bundle(*name) : hashes(*name);
}

std::optional<std::string> FolderFiles::load(std::string_view path, std::uint64_t most_bytes) const {
  const std::filesystem::path file = folder_ / path;
  if (!disk_.exists(file)) return std::nullopt;
  return base::load_text(disk_, file, most_bytes);
}

std::optional<std::string> FolderFiles::published() const {
  if (auto note = load(kCheckpointPath, kNoteAtMostBytes)) return note;
  const std::filesystem::path folder = folder_ / kHeads;
  if (!disk_.exists(folder)) return std::nullopt;
  for (int attempt = 1;; ++attempt) {
    std::vector<std::string> segments = disk_.list(folder);
    std::ranges::sort(segments, {}, [](const std::string& name) { return std::pair(name.size(), name); });
    try {
      std::optional<std::string> note;
      for (const std::string& segment : segments) {
        read_state_segment(*disk_.open(folder / segment), folder / segment, [&](std::string_view text) {
          auto record = parse_head_record(text);
          if (record && record->kind == HeadRecord::Kind::kPublished) note = std::move(record->note);
          return record.has_value();
        });
      }
      return note;
    } catch (const base::Error& error) {
      if (error.code() != base::ErrorCode("CND-1002") || attempt == kAttempts) throw;
    }
  }
}

std::optional<std::string> FolderFiles::bundle(const TileName& name) const {
  TileName whole = name;
  whole.width = kTileWidth;
  for (const TileName& stored : {name, whole}) {
    auto bytes = load(tile_path(stored), kBundleAtMostBytes);
    if (bytes) return first_entries(*std::move(bytes), name.width);
  }
  return std::nullopt;
}

std::optional<std::string> FolderFiles::hashes(const TileName& name) const {
  if (auto tile = load(tile_path(name), kTileBytes)) return tile;
  if (name.width == kTileWidth) return std::nullopt;
  std::vector<Digest> made;
  if (name.level == 0) {
    const auto entries = bundle({Kind::kEntries, 0, name.index, name.width});
    if (!entries) return std::nullopt;
    for (const std::string_view entry : parse_bundle(*entries)) {
      made.push_back(leaf_hash(base::as_bytes(entry)));
    }
  } else {
    for (unsigned i = 0; i < name.width; ++i) {
      const TileName below{Kind::kHashes, name.level - 1, name.index * kTileWidth + i, kTileWidth};
      const auto tile = load(tile_path(below), kTileBytes);
      if (!tile) return std::nullopt;
      made.push_back(subtree_root(parse_tile(*tile, kTileWidth)));
    }
  }
  return write_tile(made);
}

}  // namespace candour::log
