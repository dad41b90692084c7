#include "candour/log/open_tiles.h"

#include <bit>

#include "candour/base/error.h"
#include "candour/log/recompute.h"

namespace candour::log {
namespace {

// RFC 6962's MTH over hashes of one level.
Digest recomputed(const std::vector<Digest>& hashes) {
  return recompute_root(hashes.size(), [&](std::uint64_t index) { return hashes[index]; });
}

}  // namespace

void OpenTiles::add(const Digest& leaf, const FullTile& on_full) {
  Digest hash = leaf;
  std::uint64_t index = ++size_;
  for (unsigned level = 0;; ++level) {
    if (levels_.size() == level) levels_.emplace_back();
    std::vector<Digest>& open = levels_[level];
    open.push_back(hash);
    index /= kTileWidth;
    if (open.size() < kTileWidth) return;
    on_full(level, index - 1, open);
    hash = subtree_root(open);
    open.clear();
  }
}

Head OpenTiles::head() const {
  // The complete subtrees of all open tiles, largest first, hashed together from the right.
  std::vector<Digest> subtrees;
  for (auto open = levels_.rbegin(); open != levels_.rend(); ++open) {
    std::span<const Digest> hashes(*open);
    while (!hashes.empty()) {
      const std::size_t count = std::bit_floor(hashes.size());
      subtrees.push_back(subtree_root(hashes.first(count)));
      hashes = hashes.subspan(count);
    }
  }
  if (subtrees.empty()) return {};
  Digest root = subtrees.back();
  for (std::size_t i = subtrees.size() - 1; i > 0; --i) root = node_hash(subtrees[i - 1], root);
  return {size_, root};
}

std::span<const Digest> OpenTiles::level(unsigned level) const {
  return level < levels_.size() ? std::span<const Digest>(levels_[level]) : std::span<const Digest>();
}

RereadTiles::RereadTiles(const OpenTiles& tiles) : size_(tiles.size() - tiles.level(0).size()) {
  levels_.emplace_back();
  for (unsigned level = 1; !tiles.level(level).empty() || (size_ >> (kTileHeight * level)) != 0; ++level) {
    levels_.emplace_back(tiles.level(level).begin(), tiles.level(level).end());
  }
}

void RereadTiles::add_bundle(std::vector<Digest> leaves, const FullTile& on_full) {
  CANDOUR_CHECK(levels_[0].empty() && leaves.size() <= kTileWidth);
  size_ += leaves.size();
  levels_[0] = std::move(leaves);
  std::uint64_t index = size_;
  for (unsigned level = 0; levels_[level].size() == kTileWidth; ++level) {
    index /= kTileWidth;
    on_full(level, index - 1, levels_[level]);
    if (levels_.size() == level + 1) levels_.emplace_back();
    levels_[level + 1].push_back(recomputed(levels_[level]));
    levels_[level].clear();
  }
}

// MTH(D) splits at a power of two, so each level may be seen as a tree over the blocks of the level below, of
// which the last may be incomplete.
Head RereadTiles::head() const {
  std::vector<Digest> block;  // the incomplete block below, if there is one
  for (const std::vector<Digest>& level : levels_) {
    std::vector<Digest> hashes = level;
    hashes.insert(hashes.end(), block.begin(), block.end());
    block.clear();
    if (!hashes.empty()) block.push_back(recomputed(hashes));
  }
  return block.empty() ? Head{0, recompute_root(0, nullptr)} : Head{size_, block.front()};
}

}  // namespace candour::log
