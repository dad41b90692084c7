// Hashes of a tree that are asked for again and again, as by the proofs of many entries at once: each node is
// computed once from the two below it.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "candour/log/tiles.h"

namespace candour::log {

class MemoHashes final : public HashSource {
 public:
  /// `hashes` outlives it.
  explicit MemoHashes(HashSource& hashes) : hashes_(hashes) {}
  Digest subtree(unsigned level, std::uint64_t index) override {
    // What a tile holds is there already.
    if (level % kTileHeight == 0) return hashes_.subtree(level, index);
    const std::uint64_t name = std::uint64_t{1} << (63 - level) | index;
    if (const auto known = known_.find(name); known != known_.end()) return known->second;
    const Digest hash = node_hash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1));
    known_.emplace(name, hash);
    return hash;
  }

 private:
  HashSource& hashes_;
  std::unordered_map<std::uint64_t, Digest> known_;  ///< by level and index, which never share their bits
};

}  // namespace candour::log
