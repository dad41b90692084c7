// The tiles that are not full yet, one a level: at most 255 hashes in each, from which partial tiles are
// served and the root is made. Two of them, written apart, run over every entry before its head is signed:
// OpenTiles over what is to be written, RereadTiles over what was read back (recompute.h). Only what both
// agree on becomes a head.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "candour/log/tiles.h"

namespace candour::log {

/// Called when a tile has its 256th hash.
using FullTile = std::function<void(unsigned level, std::uint64_t index, const std::vector<Digest>& hashes)>;

class OpenTiles {
 public:
  /// Adds a leaf hash; `on_full` is called for each tile that it fills, from below.
  void add(const Digest& leaf, const FullTile& on_full);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] Head head() const;
  /// The hashes of a level's open tile; empty where it has none.
  [[nodiscard]] std::span<const Digest> level(unsigned level) const;

 private:
  std::uint64_t size_ = 0;
  std::vector<std::vector<Digest>> levels_;
};

/// The same from what was read back, by RFC 6962's definition.
class RereadTiles {
 public:
  /// Goes on from where `tiles` stands, at a bundle's border or within one: what it holds of the open bundle
  /// is forgotten, because that is read back whole.
  explicit RereadTiles(const OpenTiles& tiles);
  /// The leaf hashes of the next bundle: 256, or the last's fewer, after which nothing comes. `on_full` as in
  /// OpenTiles.
  void add_bundle(std::vector<Digest> leaves, const FullTile& on_full);
  [[nodiscard]] Head head() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<std::vector<Digest>> levels_;
};

}  // namespace candour::log
