// The files of the log as C2SP tlog-tiles names and fills them: hash tiles, which hold 256 hashes of one
// level of the tree, and entry bundles, which hold the 256 entries under a tile of level 0. The last of a
// level is partial and has its width in its name. https://c2sp.org/tlog-tiles; docs/reference/formats/log.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/log/merkle.h"

namespace candour::log {

inline constexpr unsigned kTileHeight = 8;
inline constexpr unsigned kTileWidth = 1U << kTileHeight;
/// An entry's length is written in two bytes.
inline constexpr std::size_t kEntryAtMostBytes = 65'535;
inline constexpr std::string_view kCheckpointPath = "checkpoint";

struct TileName {
  enum class Kind { kHashes, kEntries };
  Kind kind = Kind::kHashes;
  unsigned level = 0;           ///< 0 to 63; 0 for entries
  std::uint64_t index = 0;      ///< of the tile within its level
  unsigned width = kTileWidth;  ///< 1 to 256; below 256 it is partial
  friend bool operator==(const TileName&, const TileName&) = default;
};

/// "tile/0/x001/x234/067", "tile/entries/000.p/17": below the log's prefix, without a leading slash.
[[nodiscard]] std::string tile_path(const TileName& name);
/// The other way; nothing where it is no path of a tile in its one spelling.
[[nodiscard]] std::optional<TileName> parse_tile_path(std::string_view path);

/// How many hashes the tile `index` of `level` has in a log of `size` entries: 0 (there is none) to 256. That
/// of an entry bundle is that of level 0.
[[nodiscard]] unsigned tile_width(std::uint64_t size, unsigned level, std::uint64_t index);
/// The hash tiles that a log of `size` has and the same log had not at `old_size`: levels from below, each by
/// index; the last of a level may be partial.
[[nodiscard]] std::vector<TileName> tiles_between(std::uint64_t old_size, std::uint64_t size);
/// The same for entry bundles.
[[nodiscard]] std::vector<TileName> bundles_between(std::uint64_t old_size, std::uint64_t size);

/// The hashes of a tile. Errors: CND-2507 (it has not exactly `width`).
[[nodiscard]] std::vector<Digest> parse_tile(std::string_view bytes, unsigned width);
[[nodiscard]] std::string write_tile(std::span<const Digest> hashes);
/// The hash over 2^k hashes of one level: that of a full tile is the hash in the level above.
[[nodiscard]] Digest subtree_root(std::span<const Digest> hashes);

/// Adds an entry to a bundle: two bytes of length, the higher first, and its bytes. Errors: CND-2508 (too
/// long).
void append_to_bundle(std::string& bundle, std::string_view entry);
/// The entries of a bundle, views of `bytes`. Errors: CND-2507 (it ends inside one, or has over 256).
[[nodiscard]] std::vector<std::string_view> parse_bundle(std::string_view bytes);

/// Where the files of a log come from: a folder, a store, another node over HTTPS. May raise errors of its
/// own.
class TileSource {
 public:
  virtual ~TileSource() = default;
  /// What is at a path ("checkpoint", or a tile's), or nothing where there is no such file.
  virtual std::optional<std::string> fetch(std::string_view path) = 0;
};

}  // namespace candour::log
