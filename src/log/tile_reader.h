// Reads a log of others through its tiles, and believes nothing that the head does not bind: every hash that
// it gives is one that hashes up to the head's root, every entry one that hashes to its leaf. The head itself
// must have been verified (checkpoint.h); where the files come from does not matter then.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "candour/log/merkle.h"
#include "candour/log/tiles.h"

namespace candour::log {

struct ProvenEntry {
  std::string entry = {};
  Path path = {};  ///< from its leaf hash to the head's root
};

class TileReader final : public HashSource {
 public:
  /// Both outlive it. Memory: the partial tiles of the head and a few dozen full ones (8 KiB each).
  TileReader(TileSource& files, const Head& head) : files_(files), head_(head) {}
  [[nodiscard]] const Head& head() const { return head_; }

  // Of the calls from here on: CND-2507 (a file is not in its format), CND-2509 (it is not there), CND-2510
  // (it is not what the head says).

  Digest subtree(unsigned level, std::uint64_t index) override;
  /// The entries of a bundle, 256 or what the head has of the last. Errors also: CND-2511 (beyond the head).
  [[nodiscard]] std::vector<std::string> bundle(std::uint64_t index);
  /// One entry with its proof. Errors also: CND-2511 (beyond the head).
  [[nodiscard]] ProvenEntry entry(std::uint64_t index);

 private:
  using Tile = std::vector<Digest>;
  using Key = std::pair<unsigned, std::uint64_t>;
  [[nodiscard]] std::string fetch(TileName name);
  [[nodiscard]] Tile fetch_hashes(unsigned level, std::uint64_t index);
  void load_edge();
  [[nodiscard]] const Tile& verified_tile(unsigned level, std::uint64_t index);

  TileSource& files_;
  const Head head_;
  bool edge_loaded_ = false;
  std::map<Key, Tile> edge_;  ///< the partial tiles, which together hash to the root
  std::map<Key, Tile> full_;  ///< full tiles that were verified; forgotten when they are too many
};

}  // namespace candour::log
