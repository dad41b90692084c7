#include "candour/log/tile_reader.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "candour/log/log_testing.h"
#include "candour/testing/code_of.h"

namespace candour::log {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

void check_every_entry(TileSource& files, const Head& head, const std::vector<std::string>& entries) {
  TileReader reader(files, head);
  for (std::uint64_t index = 0; index < head.size; ++index) {
    const ProvenEntry proven = reader.entry(index);
    CHECK(proven.entry == entries[index]);
    CHECK(verify_inclusion(leaf_hash(base::as_bytes(entries[index])), index, head, proven.path));
  }
}

TEST_CASE("each entry is read with its proof, in logs of sizes around the widths of tiles") {
  for (const std::size_t size : {1, 2, 255, 256, 257, 511, 512, 600}) {
    CAPTURE(size);
    const std::vector<std::string> entries = vector_entries(size);
    MemoryFiles files = files_of(entries);
    check_every_entry(files, MemoryTree(entries).head(size), entries);
  }
}

TEST_CASE("proofs over tiles are those of the tree, where three levels are") {
  const std::vector<std::string> entries = vector_entries(66'000);
  MemoryFiles files = files_of(entries);
  MemoryTree tree(entries);
  RightEdge edge;
  for (const Digest& leaf : tree.leaves()) edge.add(leaf);
  TileReader reader(files, edge.head());
  for (const std::uint64_t index : {0, 1, 255, 256, 65'535, 65'536, 65'800, 65'999}) {
    CHECK(prove_inclusion(reader, index, 66'000) == prove_inclusion(tree, index, 66'000));
    CHECK(prove_consistency(reader, index + 1, 66'000) == prove_consistency(tree, index + 1, 66'000));
  }
  CHECK(root_of(reader, 66'000) == edge.root());
  CHECK(reader.bundle(257).size() == 208);
  CHECK(reader.entry(12'345).entry == entries[12'345]);
}

TEST_CASE("a log that has grown serves the full tile for the partial one that a head needs") {
  const std::vector<std::string> entries = vector_entries(300);
  MemoryFiles files = files_of(vector_entries(600));
  files.files.erase("tile/0/002.p/88");
  // The partial tile of level 1 is no longer there either; a log may drop it only for the full one.
  const Head head = MemoryTree(entries).head(300);
  CHECK(code_of([&] { (void)TileReader(files, head).entry(0); }) == "CND-2509");
  files.files["tile/1/000.p/1"] = files.files["tile/1/000.p/2"].substr(0, 32);
  check_every_entry(files, head, entries);
}

TEST_CASE("no bit of a tile or bundle can be another") {
  const std::vector<std::string> entries = vector_entries(300);
  const Head head = MemoryTree(entries).head(300);
  const MemoryFiles right = files_of(entries);
  rc::check([&] {
    MemoryFiles files = right;
    auto file =
        std::next(files.files.begin(), *rc::gen::inRange<long>(0, static_cast<long>(files.files.size())));
    std::string& bytes = file->second;
    const auto bit = *rc::gen::inRange<std::size_t>(0, bytes.size() * 8);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    TileReader reader(files, head);
    const std::string code = code_of([&] {
      for (std::uint64_t index = 0; index < 2; ++index) (void)reader.bundle(index);
      (void)reader.subtree(8, 0);
    });
    RC_ASSERT(code == "CND-2510" || code == "CND-2507");
  });
  MemoryFiles files = right;
  check_every_entry(files, head, entries);
}

TEST_CASE("a file that is missing, cut or another log's is named") {
  const std::vector<std::string> entries = vector_entries(300);
  const Head head = MemoryTree(entries).head(300);
  MemoryFiles missing = files_of(entries);
  missing.files.erase("tile/entries/000");
  CHECK(code_of([&] { (void)TileReader(missing, head).entry(3); }) == "CND-2509");
  CHECK(code_of([&] { (void)TileReader(missing, head).entry(299); }) == "none");
  MemoryFiles cut = files_of(entries);
  cut.files["tile/0/000"].pop_back();
  CHECK(code_of([&] { (void)TileReader(cut, head).entry(3); }) == "CND-2507");
  MemoryFiles other = files_of(vector_entries(299));
  CHECK(code_of([&] { (void)TileReader(other, head).entry(3); }) == "CND-2509");
  CHECK(code_of([&] { (void)TileReader(cut, head).entry(300); }) == "CND-2511");
  CHECK(code_of([&] { (void)TileReader(cut, head).bundle(2); }) == "CND-2511");
  CHECK(code_of([&] { (void)TileReader(cut, {300, empty_root()}).entry(299); }) == "CND-2510");
}

TEST_CASE("what was verified is not fetched again") {
  const std::vector<std::string> entries = vector_entries(600);
  MemoryFiles files = files_of(entries);
  TileReader reader(files, MemoryTree(entries).head(600));
  (void)reader.subtree(0, 3);
  const std::size_t fetched = files.fetched;
  CHECK(fetched == 3);  // the two partial tiles and the full one
  for (std::uint64_t index = 0; index < 256; ++index) (void)reader.subtree(0, index);
  CHECK(files.fetched == fetched);
}

TEST_CASE("the empty log has no file") {
  MemoryFiles files;
  TileReader reader(files, Head{});
  CHECK(code_of([&] { (void)reader.entry(0); }) == "CND-2511");
  CHECK(root_of(reader, 0) == empty_root());
}

}  // namespace
}  // namespace candour::log
