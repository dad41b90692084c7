// The Merkle tree of the log (RFC 6962, 2.1; RFC 9162, 2.1): hashes, roots, and the two proofs that
// everything rests on. A leaf is SHA-256(0x00 ‖ entry), a node SHA-256(0x01 ‖ left ‖ right), the empty tree
// SHA-256("").
//
// A path binds an entry, its index and a root. It does not bind the size: trees of 3 and of 4 entries may
// give a path of the same shape. What binds size and root together is the signature on a checkpoint, so a
// Head is believed only where it came from one (checkpoint.h).
// https://www.rfc-editor.org/rfc/rfc9162.html#section-2.1
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "candour/base/sha256.h"

namespace candour::log {

using base::Digest;

[[nodiscard]] Digest leaf_hash(base::ByteView entry);
[[nodiscard]] Digest node_hash(const Digest& left, const Digest& right);
[[nodiscard]] Digest empty_root();

/// The largest tree that any part of Candour speaks of: sizes fit in a signed integer everywhere.
inline constexpr std::uint64_t kSizeAtMost = INT64_MAX;

/// How many entries a log has, and the root over them. As it begins: the empty log.
struct Head {
  std::uint64_t size = 0;
  Digest root = empty_root();
  friend bool operator==(const Head&, const Head&) = default;
};

/// The hashes of a proof, from the leaf's side up.
using Path = std::vector<Digest>;
/// No path of a tree within kSizeAtMost is longer (C2SP tlog-witness has the same bound).
inline constexpr std::size_t kPathAtMost = 63;

/// The root of a tree that only grows: it keeps the roots of its complete subtrees, one a bit of the size.
class RightEdge {
 public:
  void add(const Digest& leaf);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// The root over all that was added.
  [[nodiscard]] Digest root() const;
  [[nodiscard]] Head head() const { return {size_, root()}; }

 private:
  std::uint64_t size_ = 0;
  std::vector<Digest> subtrees_;  ///< largest first
};

/// Where the hashes of a tree come from: memory, a store, tiles of somebody else (tile_reader.h).
class HashSource {
 public:
  virtual ~HashSource() = default;
  /// The hash over the 2^level leaves from index · 2^level on. Asked only for subtrees that are complete.
  virtual Digest subtree(unsigned level, std::uint64_t index) = 0;
};

/// The root of the first `size` leaves.
[[nodiscard]] Digest root_of(HashSource& hashes, std::uint64_t size);
/// The path of the leaf `index` in the tree of the first `size`. Errors: CND-2511 (there is no such leaf in
/// it).
[[nodiscard]] Path prove_inclusion(HashSource& hashes, std::uint64_t index, std::uint64_t size);
/// The path that shows that the tree of `old_size` is the beginning of that of `size`; empty where they are
/// the same or the old one is empty. Errors: CND-2511 (the old one is larger).
[[nodiscard]] Path prove_consistency(HashSource& hashes, std::uint64_t old_size, std::uint64_t size);

/// Whether `leaf` (a leaf hash) is at `index` under the head. False for a path that is too short or too long.
[[nodiscard]] bool verify_inclusion(const Digest& leaf, std::uint64_t index, const Head& head,
                                    std::span<const Digest> path);
/// Whether the tree under `head` begins with the one under `old`. A path is expected only where neither is
/// empty and their sizes differ; false for another.
[[nodiscard]] bool verify_consistency(const Head& old, const Head& head, std::span<const Digest> path);

}  // namespace candour::log
