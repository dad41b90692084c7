#include "candour/log/merkle.h"

#include <bit>

#include "candour/base/error.h"

namespace candour::log {
namespace {

// The root over the leaves from `begin` to before `end`, where `begin` is a multiple of the largest power of
// two in the range: complete subtrees from the left, hashed together from the right.
Digest range_root(HashSource& hashes, std::uint64_t begin, std::uint64_t end) {
  std::vector<Digest> subtrees;
  while (begin < end) {
    const auto level = static_cast<unsigned>(std::bit_width(end - begin)) - 1;
    subtrees.push_back(hashes.subtree(level, begin >> level));
    begin += std::uint64_t{1} << level;
  }
  Digest root = subtrees.back();
  for (std::size_t i = subtrees.size() - 1; i > 0; --i) root = node_hash(subtrees[i - 1], root);
  return root;
}

// Where a tree of `leaves`, at least 2, is split: the largest power of two below.
std::uint64_t split_of(std::uint64_t leaves) { return std::bit_floor(leaves - 1); }

[[noreturn]] void refuse_proof(std::uint64_t asked, std::uint64_t size) {
  throw base::Error("CND-2511", "There is no such proof: what was asked for is beyond the log.")
      .with("asked", asked)
      .with("size", size);
}

}  // namespace

Digest leaf_hash(base::ByteView entry) {
  base::Sha256 hash;
  const std::uint8_t leaf = 0x00;
  hash.update({&leaf, 1});
  hash.update(entry);
  return hash.finish();
}

Digest node_hash(const Digest& left, const Digest& right) {
  base::Sha256 hash;
  const std::uint8_t node = 0x01;
  hash.update({&node, 1});
  hash.update(left);
  hash.update(right);
  return hash.finish();
}

Digest empty_root() {
  static const Digest empty = base::sha256({});
  return empty;
}

void RightEdge::add(const Digest& leaf) {
  CANDOUR_CHECK(size_ < kSizeAtMost);
  // As in adding one to a binary number: each one at the end is carried.
  Digest hash = leaf;
  for (std::uint64_t carry = size_; (carry & 1U) != 0; carry >>= 1U) {
    hash = node_hash(subtrees_.back(), hash);
    subtrees_.pop_back();
  }
  subtrees_.push_back(hash);
  ++size_;
}

Digest RightEdge::root() const {
  if (subtrees_.empty()) return empty_root();
  Digest root = subtrees_.back();
  for (std::size_t i = subtrees_.size() - 1; i > 0; --i) root = node_hash(subtrees_[i - 1], root);
  return root;
}

Digest root_of(HashSource& hashes, std::uint64_t size) {
  return size == 0 ? empty_root() : range_root(hashes, 0, size);
}

Path prove_inclusion(HashSource& hashes, std::uint64_t index, std::uint64_t size) {
  if (index >= size || size > kSizeAtMost) refuse_proof(index, size);
  Path path;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split_of(end - begin);
    if (index < middle) {
      path.push_back(range_root(hashes, middle, end));
      end = middle;
    } else {
      path.push_back(range_root(hashes, begin, middle));
      begin = middle;
    }
  }
  return {path.rbegin(), path.rend()};
}

Path prove_consistency(HashSource& hashes, std::uint64_t old_size, std::uint64_t size) {
  if (old_size > size || size > kSizeAtMost) refuse_proof(old_size, size);
  if (old_size == 0 || old_size == size) return {};
  // RFC 9162, 2.1.4.1. Goes down to the subtree that ends where the old tree ended; its root opens the path,
  // but where that subtree is the whole old tree, whose root the reader has.
  Path path;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end != old_size) {
    const std::uint64_t middle = begin + split_of(end - begin);
    if (old_size <= middle) {
      path.push_back(range_root(hashes, middle, end));
      end = middle;
    } else {
      path.push_back(range_root(hashes, begin, middle));
      begin = middle;
    }
  }
  if (begin != 0) path.push_back(range_root(hashes, begin, end));
  return {path.rbegin(), path.rend()};
}

// RFC 9162, 2.1.3.2.
bool verify_inclusion(const Digest& leaf, std::uint64_t index, const Head& head,
                      std::span<const Digest> path) {
  if (index >= head.size || head.size > kSizeAtMost) return false;
  std::uint64_t node = index;
  std::uint64_t last = head.size - 1;
  Digest root = leaf;
  for (const Digest& sibling : path) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      root = node_hash(sibling, root);
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1U;
        last >>= 1U;
      }
    } else {
      root = node_hash(root, sibling);
    }
    node >>= 1U;
    last >>= 1U;
  }
  return last == 0 && root == head.root;
}

// RFC 9162, 2.1.4.2.
bool verify_consistency(const Head& old, const Head& head, std::span<const Digest> path) {
  if (old.size > head.size || head.size > kSizeAtMost) return false;
  if (head.size == 0 && head.root != empty_root()) return false;
  if (old.size == 0) return path.empty() && old.root == empty_root();
  if (old.size == head.size) return path.empty() && old.root == head.root;
  std::uint64_t node = old.size - 1;
  std::uint64_t last = head.size - 1;
  while ((node & 1U) != 0) {
    node >>= 1U;
    last >>= 1U;
  }
  // Where the old tree is complete, its root is where the path begins and is not repeated in it.
  const bool complete = node == 0;
  if (!complete && path.empty()) return false;
  Digest old_root = complete ? old.root : path.front();
  Digest root = old_root;
  for (const Digest& sibling : path.subspan(complete ? 0 : 1)) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      old_root = node_hash(sibling, old_root);
      root = node_hash(sibling, root);
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1U;
        last >>= 1U;
      }
    } else {
      root = node_hash(root, sibling);
    }
    node >>= 1U;
    last >>= 1U;
  }
  return last == 0 && old_root == old.root && root == head.root;
}

}  // namespace candour::log
