#include "candour/log/tile_reader.h"

#include <algorithm>
#include <bit>

#include "candour/base/error.h"

namespace candour::log {
namespace {

constexpr std::size_t kFullTilesAtMost = 64;

[[noreturn]] void refuse_content(const TileName& name) {
  throw base::Error("CND-2510", "A file of the log is not what the log's head says that it is.")
      .with("file", base::Label(tile_path(name)));
}

// The subtrees of a partial tile, largest first: one a bit of its width.
void add_subtrees(std::span<const Digest> hashes, std::vector<Digest>& subtrees) {
  while (!hashes.empty()) {
    const std::size_t count = std::bit_floor(hashes.size());
    subtrees.push_back(subtree_root(hashes.first(count)));
    hashes = hashes.subspan(count);
  }
}

}  // namespace

std::string TileReader::fetch(TileName name) {
  if (auto bytes = files_.fetch(tile_path(name))) return std::move(*bytes);
  // A log may have dropped the partial tile for the full one, which begins with it.
  if (name.width < kTileWidth) {
    const unsigned width = std::exchange(name.width, kTileWidth);
    if (auto bytes = files_.fetch(tile_path(name))) {
      if (name.kind == TileName::Kind::kHashes)
        bytes->resize(std::min(bytes->size(), width * sizeof(Digest)));
      return std::move(*bytes);
    }
    name.width = width;
  }
  throw base::Error("CND-2509", "A file of the log is missing.").with("file", base::Label(tile_path(name)));
}

TileReader::Tile TileReader::fetch_hashes(unsigned level, std::uint64_t index) {
  const unsigned width = tile_width(head_.size, level, index);
  CANDOUR_CHECK(width > 0);
  return parse_tile(fetch({TileName::Kind::kHashes, level, index, width}), width);
}

// All hashes of all partial tiles are the complete subtrees that the root is made of: if the root is the
// head's, each of them is right.
void TileReader::load_edge() {
  if (edge_loaded_) return;
  std::vector<Digest> subtrees;
  std::map<Key, Tile> edge;
  unsigned top = 0;
  while (top * kTileHeight < 64 && (head_.size >> (top * kTileHeight)) != 0) ++top;
  for (unsigned level = top; level-- > 0;) {
    const std::uint64_t index = (head_.size >> (level * kTileHeight)) / kTileWidth;
    if (tile_width(head_.size, level, index) == 0) continue;
    const Tile& tile = edge.emplace(Key{level, index}, fetch_hashes(level, index)).first->second;
    add_subtrees(tile, subtrees);
  }
  Digest root = subtrees.empty() ? empty_root() : subtrees.back();
  for (std::size_t i = subtrees.size(); i > 1; --i) root = node_hash(subtrees[i - 2], root);
  if (root != head_.root) {
    throw base::Error("CND-2510", "A file of the log is not what the log's head says that it is.")
        .with("size", head_.size);
  }
  edge_ = std::move(edge);
  edge_loaded_ = true;
}

const TileReader::Tile& TileReader::verified_tile(unsigned level, std::uint64_t index) {
  load_edge();
  if (const auto partial = edge_.find({level, index}); partial != edge_.end()) return partial->second;
  if (const auto known = full_.find({level, index}); known != full_.end()) return known->second;
  const Digest expected = verified_tile(level + 1, index / kTileWidth).at(index % kTileWidth);
  Tile tile = fetch_hashes(level, index);
  if (tile.size() != kTileWidth || subtree_root(tile) != expected) {
    refuse_content({TileName::Kind::kHashes, level, index, kTileWidth});
  }
  if (full_.size() >= kFullTilesAtMost) full_.clear();
  return full_.emplace(Key{level, index}, std::move(tile)).first->second;
}

Digest TileReader::subtree(unsigned level, std::uint64_t index) {
  const unsigned within = level % kTileHeight;
  const std::uint64_t first = index << within;  // of the subtree's hashes, in the tiles' level
  const Tile& tile = verified_tile(level / kTileHeight, first / kTileWidth);
  const std::size_t count = std::size_t{1} << within;
  CANDOUR_CHECK(first % kTileWidth + count <= tile.size());
  return subtree_root(std::span(tile).subspan(first % kTileWidth, count));
}

std::vector<std::string> TileReader::bundle(std::uint64_t index) {
  const TileName name{TileName::Kind::kEntries, 0, index, tile_width(head_.size, 0, index)};
  if (name.width == 0) {
    throw base::Error("CND-2511", "There is no such proof: what was asked for is beyond the log.")
        .with("bundle", index)
        .with("size", head_.size);
  }
  const std::string bytes = fetch(name);
  const std::vector<std::string_view> entries = parse_bundle(bytes);
  const Tile& leaves = verified_tile(0, index);
  if (entries.size() < name.width) refuse_content(name);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < name.width; ++i) {
    if (leaf_hash(base::as_bytes(entries[i])) != leaves[i]) refuse_content(name);
    result.emplace_back(entries[i]);
  }
  return result;
}

ProvenEntry TileReader::entry(std::uint64_t index) {
  Path path = prove_inclusion(*this, index, head_.size);
  return {std::move(bundle(index / kTileWidth).at(index % kTileWidth)), std::move(path)};
}

}  // namespace candour::log
