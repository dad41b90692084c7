#include "candour/log/recompute.h"

#include <doctest/doctest.h>

#include "candour/log/log_testing.h"

namespace candour::log {
namespace {

using namespace testing;  // NOLINT: the tests' own words

TEST_CASE("what is recomputed of nothing is the hash of no byte") {
  CHECK(recompute_root(0, nullptr) == empty_root());
  CHECK(recompute_leaf({}) == leaf_hash({}));
}

TEST_CASE("each leaf is asked for once, in order") {
  std::uint64_t next = 0;
  (void)recompute_root(100, [&](std::uint64_t index) {
    CHECK(index == next++);
    return base::Digest{};
  });
  CHECK(next == 100);
}

TEST_CASE("a bit that flips in a stored entry shows in the root that is recomputed from it") {
  std::vector<std::string> entries = vector_entries(20);
  RightEdge edge;
  for (const std::string& entry : entries) edge.add(leaf_hash(base::as_bytes(entry)));
  const auto stored = [&](std::uint64_t i) { return recompute_leaf(base::as_bytes(entries[i])); };
  CHECK(recompute_root(20, stored) == edge.root());
  entries[13][3] ^= 0x10;
  CHECK(recompute_root(20, stored) != edge.root());
}

}  // namespace
}  // namespace candour::log
