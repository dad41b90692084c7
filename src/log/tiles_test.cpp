#include "candour/log/tiles.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "candour/log/log_testing.h"
#include "candour/testing/code_of.h"

namespace candour::log {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

std::vector<std::string> paths_of(const std::vector<TileName>& names) {
  std::vector<std::string> paths;
  for (const TileName& name : names) paths.push_back(tile_path(name));
  return paths;
}

TEST_CASE("the standard's example of a path, and the other shapes") {
  struct Example {
    TileName name;
    std::string_view path;
  };
  using enum TileName::Kind;
  const Example examples[] = {{{kHashes, 0, 1234067, 256}, "tile/0/x001/x234/067"},
                              {{kHashes, 1, 17, 3}, "tile/1/017.p/3"},
                              {{kHashes, 63, 0, 255}, "tile/63/000.p/255"},
                              {{kHashes, 0, 999, 256}, "tile/0/999"},
                              {{kHashes, 0, 1000, 1}, "tile/0/x001/000.p/1"},
                              {{kEntries, 0, 1234067, 256}, "tile/entries/x001/x234/067"},
                              {{kEntries, 0, 0, 44}, "tile/entries/000.p/44"}};
  for (const Example& example : examples) {
    CHECK(tile_path(example.name) == example.path);
    CHECK(parse_tile_path(example.path) == example.name);
  }
}

TEST_CASE("a path has one spelling, and another is none") {
  const std::string_view refused[] = {
      "",
      "checkpoint",
      "tile",
      "tile/",
      "tile/0",
      "tile/0/",
      "/tile/0/000",
      "tile/0/0",
      "tile/0/00",
      "tile/0/0000",
      "tile/0/x000/000",
      "tile/0/x001",
      "tile/0/x001/",
      "tile/0/001/000",
      "tile/0/x001/x000",
      "tile/0/001/x000",
      "tile/00/000",
      "tile/64/000",
      "tile/-1/000",
      "tile/+1/000",
      "tile/01/000",
      "tile/entry/000",
      "tile/entries/000/",
      "tile/0/000.p",
      "tile/0/000.p/",
      "tile/0/000.p/0",
      "tile/0/000.p/00",
      "tile/0/000.p/01",
      "tile/0/000.p/256",
      "tile/0/000.p/1/",
      "tile/0/000.p/1.p/1",
      "tile/0/.p/1",
      "tile/0/0 0",
      "tile/0/..",
      "tile/0/x001/../000",
      "tile/0/X001/000",
      "TILE/0/000",
      "tile/0/x001/x001/x001/x001/x001/x001/001",
      "tile/0/99999999999999999999",
  };
  for (const std::string_view path : refused) {
    CAPTURE(path);
    CHECK_FALSE(parse_tile_path(path));
  }
  CHECK_FALSE(parse_tile_path(std::string_view("tile/0/00\0", 10)));
  CHECK(parse_tile_path("tile/0/x001/x001/x001/x001/x001/001"));
}

TEST_CASE("each name is read back from its path") {
  rc::check([] {
    const bool entries = *rc::gen::arbitrary<bool>();
    const TileName name{
        .kind = entries ? TileName::Kind::kEntries : TileName::Kind::kHashes,
        .level = entries ? 0 : *rc::gen::inRange(0U, 64U),
        .index = *rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(0, 3000),
                                 rc::gen::inRange<std::uint64_t>(0, 1'000'000'000'000'000'000)),
        .width = *rc::gen::inRange(1U, 257U)};
    RC_ASSERT(parse_tile_path(tile_path(name)) == name);
  });
}

TEST_CASE("the standard's examples of which tiles a log has") {
  const std::vector<TileName> tiles = tiles_between(0, 70'000);
  CHECK(tiles.size() == 273 + 1 + 1 + 1 + 1);
  std::vector<std::string> partial;
  for (const TileName& name : tiles) {
    if (name.width < kTileWidth) partial.push_back(tile_path(name));
  }
  CHECK(partial == std::vector<std::string>{"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"});
  CHECK(paths_of(tiles_between(0, 256)) == std::vector<std::string>{"tile/0/000", "tile/1/000.p/1"});
  CHECK(tiles_between(0, 0).empty());
  CHECK(tiles_between(1000, 1000).empty());
  CHECK(paths_of(tiles_between(255, 257)) ==
        std::vector<std::string>{"tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"});
  CHECK(paths_of(tiles_between(256, 257)) == std::vector<std::string>{"tile/0/001.p/1"});
  CHECK(paths_of(bundles_between(256, 600)) ==
        std::vector<std::string>{"tile/entries/001", "tile/entries/002.p/88"});
  CHECK(tile_width(kSizeAtMost, 7, 127) == 0);
  CHECK(tile_width(kSizeAtMost, 8, 0) == 0);
}

TEST_CASE("x/mod's tile sets and tile digests") {
  const auto vectors = xmod_vectors();
  if (!vectors) return;
  REQUIRE(list(*vectors, "minimal_tile_set_c2sp").size() == 8);
  for (const base::Json& set : list(*vectors, "minimal_tile_set_c2sp")) {
    const std::vector<TileName> tiles = tiles_between(0, number(set, "size"));
    CHECK(tiles.size() == number(set, "n"));
    std::vector<std::string> partial;
    for (const TileName& name : tiles) {
      if (name.width < kTileWidth) partial.push_back(tile_path(name));
    }
    std::vector<std::string> expected;
    for (const base::Json& path : list(set, "partials")) expected.push_back(*path.text());
    CHECK(partial == expected);
    const std::vector<std::string> paths = paths_of(tiles);
    for (const base::Json& path : list(set, "last_full_L0")) {
      CHECK(std::ranges::find(paths, *path.text()) != paths.end());
    }
  }
  for (const base::Json& sample : list(*vectors, "tile_paths_c2sp")) {
    for (const base::Json& path : list(sample, "paths_sample")) {
      const auto name = parse_tile_path(*path.text());
      REQUIRE(name);
      CHECK(tile_path(*name) == *path.text());
      CHECK(name->width <= tile_width(number(sample, "size"), name->level, name->index));
    }
  }
  MemoryTree tree(vector_entries(600));
  REQUIRE(list(*vectors, "tiles_size_600").size() == 92);
  for (const base::Json& tile : list(*vectors, "tiles_size_600")) {
    const TileName name = parse_tile_path(text(tile, "path")).value();
    std::vector<Digest> hashes;
    for (unsigned i = 0; i < name.width; ++i) {
      hashes.push_back(tree.subtree(name.level * kTileHeight, name.index * kTileWidth + i));
    }
    const std::string bytes = write_tile(hashes);
    CHECK(bytes.size() == number(tile, "bytes"));
    CHECK(base::to_hex(base::sha256(base::as_bytes(bytes))) == text(tile, "sha256"));
    CHECK(parse_tile(bytes, name.width) == hashes);
  }
}

TEST_CASE("what was added between two sizes makes the tiles of the later one") {
  rc::check([] {
    const auto old_size = *rc::gen::inRange<std::uint64_t>(0, 200'000);
    const auto size = old_size + *rc::gen::inRange<std::uint64_t>(0, 70'000);
    std::vector<std::string> all = paths_of(tiles_between(0, size));
    std::vector<std::string> both = paths_of(tiles_between(0, old_size));
    const std::vector<std::string> more = paths_of(tiles_between(old_size, size));
    for (const std::string& path : more) RC_ASSERT(std::ranges::find(both, path) == both.end());
    both.insert(both.end(), more.begin(), more.end());
    std::ranges::sort(both);
    std::ranges::sort(all);
    RC_ASSERT(std::ranges::includes(both, all));
  });
}

TEST_CASE("the hash over a full tile is the one in the level above") {
  MemoryTree tree(vector_entries(256));
  CHECK(subtree_root(tree.leaves()) == tree.head(256).root);
  CHECK(subtree_root(std::span(tree.leaves()).first(1)) == tree.leaves()[0]);
}

TEST_CASE("a bundle has two bytes of length before each entry") {
  std::string bundle;
  append_to_bundle(bundle, "abc");
  append_to_bundle(bundle, "");
  append_to_bundle(bundle, std::string(258, 'x'));
  CHECK(bundle == std::string("\0\3abc\0\0\1\2", 9) + std::string(258, 'x'));
  CHECK(parse_bundle(bundle) == std::vector<std::string_view>{"abc", "", std::string_view(bundle).substr(9)});
  CHECK(parse_bundle("").empty());
  for (std::size_t cut = 1; cut < 9; ++cut) {
    CAPTURE(cut);
    CHECK(code_of([&] { (void)parse_bundle(std::string_view(bundle).substr(0, cut)); }) ==
          (cut == 5 || cut == 7 ? "none" : "CND-2507"));
  }
}

TEST_CASE("a bundle has at most 256 entries, and an entry at most 65,535 bytes") {
  std::string bundle;
  for (unsigned i = 0; i < 256; ++i) append_to_bundle(bundle, "e");
  CHECK(parse_bundle(bundle).size() == 256);
  append_to_bundle(bundle, "e");
  CHECK(code_of([&] { (void)parse_bundle(bundle); }) == "CND-2507");
  std::string large;
  append_to_bundle(large, std::string(65'535, 'e'));
  CHECK(parse_bundle(large).front().size() == 65'535);
  CHECK(code_of([&] { append_to_bundle(large, std::string(65'536, 'e')); }) == "CND-2508");
}

TEST_CASE("a tile has 32 bytes for each hash of its width") {
  CHECK(parse_tile(std::string(64, 'h'), 2).size() == 2);
  for (const std::size_t bytes : {0, 32, 63, 65, 96}) {
    CHECK(code_of([&] { (void)parse_tile(std::string(bytes, 'h'), 2); }) == "CND-2507");
  }
}

}  // namespace
}  // namespace candour::log
