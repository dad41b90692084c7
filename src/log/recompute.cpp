#include "candour/log/recompute.h"

#include <algorithm>

namespace candour::log {
namespace {

using LeafAt = std::function<base::Digest(std::uint64_t)>;

// MTH(D[begin:end]) of at least one leaf.
base::Digest tree_hash(std::uint64_t begin, std::uint64_t end, const LeafAt& leaf_at) {
  if (end - begin == 1) return leaf_at(begin);
  std::uint64_t k = 1;  // "the largest power of two smaller than n"
  while (k * 2 < end - begin) k *= 2;
  const base::Digest left = tree_hash(begin, begin + k, leaf_at);
  const base::Digest right = tree_hash(begin + k, end, leaf_at);
  std::array<std::uint8_t, 65> node{1};
  std::ranges::copy(left, node.begin() + 1);
  std::ranges::copy(right, node.begin() + 33);
  return base::sha256(node);
}

}  // namespace

base::Digest recompute_leaf(base::ByteView entry) {
  base::Bytes leaf(1 + entry.size());
  std::ranges::copy(entry, leaf.begin() + 1);
  return base::sha256(leaf);
}

base::Digest recompute_root(std::uint64_t size, const LeafAt& leaf_at) {
  return size == 0 ? base::sha256({}) : tree_hash(0, size, leaf_at);
}

}  // namespace candour::log
