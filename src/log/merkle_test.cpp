#include "candour/log/merkle.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "candour/log/log_testing.h"
#include "candour/log/text_lines.h"
#include "candour/testing/code_of.h"

namespace candour::log {
namespace {

using namespace testing;  // NOLINT: the tests' own words

Path path_of(const base::Json& proof) {
  Path path;
  for (const base::Json& hash : list(proof, "proof")) path.push_back(parse_hash(*hash.text()).value());
  return path;
}

MemoryTree random_tree(std::uint64_t size, std::uint64_t seed) {
  MemoryTree tree({});
  for (std::uint64_t i = 0; i < size; ++i) {
    tree.add(leaf_hash(base::as_bytes(std::to_string(seed) + " " + std::to_string(i))));
  }
  return tree;
}

// Calls `refused` with the path with each of its bits flipped, and with one hash too few and too many.
void for_each_change(const Path& path, const std::function<void(const Path&)>& refused) {
  for (std::size_t bit = 0; bit < path.size() * 256; ++bit) {
    Path changed = path;
    std::uint8_t& byte = changed[bit / 256][bit % 256 / 8];
    byte = static_cast<std::uint8_t>(byte ^ (1U << (bit % 8)));
    refused(changed);
  }
  Path longer = path;
  longer.push_back(empty_root());
  refused(longer);
  if (!path.empty()) refused({path.begin(), path.end() - 1});
  if (!path.empty()) refused({path.begin() + 1, path.end()});
}

TEST_CASE("RFC 6962: the root of the empty tree, and the tree of the certificate transparency tests") {
  CHECK(base::to_hex(empty_root()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // google/certificate-transparency, merkle_tree_test.cc: eight leaves and the roots of their beginnings.
  const std::string_view leaves[] = {
      "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
  const std::string_view roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  RightEdge edge;
  for (std::size_t i = 0; i < 8; ++i) {
    edge.add(leaf_hash(base::from_hex(leaves[i]).value()));
    CHECK(base::to_hex(edge.root()) == roots[i]);
  }
}

TEST_CASE("x/mod's 600 roots, by the right edge, by the tree and by the definition") {
  const auto vectors = xmod_vectors();
  if (!vectors) return;
  const std::vector<std::string> entries = vector_entries(600);
  MemoryTree tree(entries);
  RightEdge edge;
  CHECK(base::to_hex(edge.root()) == text(*vectors, "empty_root"));
  const auto& roots = list(*vectors, "root_by_size_1_to_600");
  REQUIRE(roots.size() == 600);
  const auto& leaves = list(*vectors, "first_leaf_hashes");
  for (std::size_t i = 0; i < leaves.size(); ++i) CHECK(base::to_hex(tree.leaves()[i]) == *leaves[i].text());
  for (std::size_t size = 1; size <= 600; ++size) {
    edge.add(leaf_hash(base::as_bytes(entries[size - 1])));
    const Digest root = from_hex(*roots[size - 1].text());
    CHECK(edge.head() == Head{size, root});
    CHECK(root_of(tree, size) == root);
    CHECK(recompute_root(size, [&](std::uint64_t i) { return recompute_leaf(base::as_bytes(entries[i])); }) ==
          root);
  }
}

TEST_CASE("x/mod's inclusion proofs are made and verified") {
  const auto vectors = xmod_vectors();
  if (!vectors) return;
  MemoryTree tree(vector_entries(600));
  REQUIRE(list(*vectors, "inclusion").size() == 74);
  for (const base::Json& proof : list(*vectors, "inclusion")) {
    const std::uint64_t index = number(proof, "index"), size = number(proof, "size");
    const Path path = path_of(proof);
    CHECK(prove_inclusion(tree, index, size) == path);
    CHECK(verify_inclusion(tree.leaves()[index], index, tree.head(size), path));
  }
}

TEST_CASE("x/mod's consistency proofs are made and verified") {
  const auto vectors = xmod_vectors();
  if (!vectors) return;
  MemoryTree tree(vector_entries(600));
  REQUIRE(list(*vectors, "consistency").size() == 88);
  for (const base::Json& proof : list(*vectors, "consistency")) {
    const std::uint64_t old_size = number(proof, "old"), size = number(proof, "new");
    const Path path = path_of(proof);
    CHECK(prove_consistency(tree, old_size, size) == path);
    CHECK(verify_consistency(tree.head(old_size), tree.head(size), path));
  }
}

TEST_CASE("the right edge's root is the definition's") {
  rc::check([] {
    const auto size = *rc::gen::inRange<std::uint64_t>(0, 700);
    RightEdge edge;
    const MemoryTree tree = random_tree(size, *rc::gen::arbitrary<std::uint64_t>());
    for (std::uint64_t i = 0; i < size; ++i) edge.add(tree.leaves()[i]);
    RC_ASSERT(edge.head() == (size == 0 ? Head{} : tree.head(size)));
  });
}

TEST_CASE("an inclusion proof verifies, and none with a bit changed in path, root, leaf or index") {
  rc::check([] {
    const auto size = *rc::gen::inRange<std::uint64_t>(1, 300);
    const auto index = *rc::gen::inRange<std::uint64_t>(0, size);
    MemoryTree tree = random_tree(size, size);
    const Head head = tree.head(size);
    const Digest leaf = tree.leaves()[index];
    const Path path = prove_inclusion(tree, index, size);
    RC_ASSERT(verify_inclusion(leaf, index, head, path));
    for_each_change(path,
                    [&](const Path& changed) { RC_ASSERT(!verify_inclusion(leaf, index, head, changed)); });
    for (std::size_t bit = 0; bit < 256; ++bit) {
      Digest flipped = leaf;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
      RC_ASSERT(!verify_inclusion(flipped, index, head, path));
      Head other = head;
      other.root[bit / 8] = static_cast<std::uint8_t>(other.root[bit / 8] ^ (1U << (bit % 8)));
      RC_ASSERT(!verify_inclusion(leaf, index, other, path));
    }
    for (unsigned bit = 0; bit < 64; ++bit) {
      RC_ASSERT(!verify_inclusion(leaf, index ^ (std::uint64_t{1} << bit), head, path));
    }
  });
}

TEST_CASE("a consistency proof verifies, and none with a bit changed in path or roots") {
  rc::check([] {
    const auto size = *rc::gen::inRange<std::uint64_t>(1, 300);
    const auto old_size = *rc::gen::inRange<std::uint64_t>(1, size + 1);
    MemoryTree tree = random_tree(size, size);
    const Head old = tree.head(old_size), head = tree.head(size);
    const Path path = prove_consistency(tree, old_size, size);
    RC_ASSERT(verify_consistency(old, head, path));
    for_each_change(path, [&](const Path& changed) { RC_ASSERT(!verify_consistency(old, head, changed)); });
    for (std::size_t bit = 0; bit < 256; ++bit) {
      Head other = old;
      other.root[bit / 8] = static_cast<std::uint8_t>(other.root[bit / 8] ^ (1U << (bit % 8)));
      RC_ASSERT(!verify_consistency(other, head, path));
      other = head;
      other.root[bit / 8] = static_cast<std::uint8_t>(other.root[bit / 8] ^ (1U << (bit % 8)));
      RC_ASSERT(!verify_consistency(old, other, path));
    }
  });
}

// What merkle.h says of sizes: a path of another shape fails, one of the same shape cannot tell.
TEST_CASE("a changed size is refused wherever the proof of that size has another shape") {
  const std::uint64_t size = 70;
  MemoryTree tree = random_tree(200, 1);
  for (std::uint64_t index = 0; index < size; ++index) {
    const Path path = prove_inclusion(tree, index, size);
    const Head head = tree.head(size);
    for (std::uint64_t other = 0; other < 200; ++other) {
      const bool holds = verify_inclusion(tree.leaves()[index], index, {other, head.root}, path);
      if (other <= index || prove_inclusion(tree, index, other).size() != path.size()) CHECK_FALSE(holds);
      if (other == size) CHECK(holds);
    }
  }
  CHECK_FALSE(verify_inclusion(tree.leaves()[0], 0, {UINT64_MAX, tree.head(1).root}, {}));
}

TEST_CASE("the empty tree begins every tree, and only with its own root") {
  MemoryTree tree = random_tree(5, 2);
  const Head head = tree.head(5);
  CHECK(verify_consistency({}, head, {}));
  CHECK(verify_consistency({}, {}, {}));
  CHECK(verify_consistency(head, head, {}));
  const Path hash = {head.root};
  CHECK_FALSE(verify_consistency({}, head, hash));
  CHECK_FALSE(verify_consistency(head, head, hash));
  CHECK_FALSE(verify_consistency({0, head.root}, head, {}));
  CHECK_FALSE(verify_consistency({}, {0, head.root}, {}));
  CHECK_FALSE(verify_consistency({0, head.root}, {0, head.root}, {}));
  CHECK_FALSE(verify_consistency(head, tree.head(4), {}));
}

TEST_CASE("two logs that forked have no proof from one to the other") {
  MemoryTree honest = random_tree(100, 3);
  MemoryTree forked = honest;
  honest.add(leaf_hash(base::as_bytes("shown to the public")));
  forked.add(leaf_hash(base::as_bytes("shown to a court")));
  const Head seen = honest.head(101);
  for (std::uint64_t i = 0; i < 30; ++i) forked.add(empty_root());
  CHECK_FALSE(verify_consistency(seen, forked.head(131), prove_consistency(forked, 101, 131)));
  CHECK(verify_consistency(honest.head(100), forked.head(131), prove_consistency(forked, 100, 131)));
}

TEST_CASE("no proof is made of what is not there") {
  MemoryTree tree = random_tree(5, 4);
  CHECK(candour::testing::code_of([&] { (void)prove_inclusion(tree, 5, 5); }) == "CND-2511");
  CHECK(candour::testing::code_of([&] { (void)prove_consistency(tree, 5, 4); }) == "CND-2511");
  CHECK(candour::testing::code_of([&] { (void)prove_inclusion(tree, 4, 5); }) == "none");
}

}  // namespace
}  // namespace candour::log
