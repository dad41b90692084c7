// What the tests of the log share: a log in memory, and the vectors that other software made.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/json.h"
#include "candour/log/checkpoint.h"
#include "candour/log/recompute.h"
#include "candour/log/tiles.h"
#include "candour/testing/shared.h"

namespace candour::log::testing {

/// The whole tree of some leaves, each complete subtree's hash once.
class MemoryTree final : public HashSource {
 public:
  explicit MemoryTree(const std::vector<std::string>& entries) {
    for (const std::string& entry : entries) add(leaf_hash(base::as_bytes(entry)));
  }
  void add(const Digest& leaf) {
    if (levels_.empty()) levels_.emplace_back();
    levels_[0].push_back(leaf);
    for (std::size_t level = 0; levels_[level].size() % 2 == 0; ++level) {
      if (level + 1 == levels_.size()) levels_.emplace_back();
      const auto& below = levels_[level];
      levels_[level + 1].push_back(node_hash(below[below.size() - 2], below.back()));
    }
  }
  Digest subtree(unsigned level, std::uint64_t index) override { return levels_.at(level).at(index); }
  [[nodiscard]] std::uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size(); }
  [[nodiscard]] const std::vector<Digest>& leaves() const { return levels_.at(0); }
  /// Of the first `size` leaves, by the definition.
  [[nodiscard]] Head head(std::uint64_t size) const {
    return {size, recompute_root(size, [&](std::uint64_t index) { return levels_[0][index]; })};
  }

 private:
  std::vector<std::vector<Digest>> levels_;
};

/// Files of a log in memory.
struct MemoryFiles final : TileSource {
  std::optional<std::string> fetch(std::string_view path) override {
    ++fetched;
    const auto found = files.find(std::string(path));
    return found == files.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<std::string, std::string> files;
  std::size_t fetched = 0;
};

/// Files of a log in a folder.
class FolderFiles final : public TileSource {
 public:
  explicit FolderFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::optional<std::string> fetch(std::string_view path) override {
    const std::filesystem::path file = folder_ / path;
    if (!std::filesystem::is_regular_file(file)) return std::nullopt;
    return base::load_text(base::PosixDisk(), file);
  }

 private:
  std::filesystem::path folder_;
};

/// All tiles and bundles that a log of these entries has at its size.
inline MemoryFiles files_of(const std::vector<std::string>& entries) {
  MemoryFiles log;
  MemoryTree tree(entries);
  for (const TileName& name : tiles_between(0, entries.size())) {
    std::vector<Digest> hashes;
    for (unsigned i = 0; i < name.width; ++i) {
      hashes.push_back(tree.subtree(name.level * kTileHeight, name.index * kTileWidth + i));
    }
    log.files[tile_path(name)] = write_tile(hashes);
  }
  for (const TileName& name : bundles_between(0, entries.size())) {
    std::string& bundle = log.files[tile_path(name)];
    for (unsigned i = 0; i < name.width; ++i) append_to_bundle(bundle, entries[name.index * kTileWidth + i]);
  }
  return log;
}

/// The entries that the vectors of x/mod are about.
inline std::vector<std::string> vector_entries(std::size_t count) {
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < count; ++i) entries.push_back("candour entry " + std::to_string(i));
  return entries;
}

/// A file of ../shared/vectors/tlog, where it can be reached.
inline std::optional<std::string> shared_text(std::string_view name) {
  const auto path = candour::testing::shared_file("vectors/tlog/" + std::string(name));
  if (!path) return std::nullopt;
  return base::load_text(base::PosixDisk(), *path);
}
/// go119_xmod_vectors.json.
inline std::optional<base::Json> xmod_vectors() {
  const auto text = shared_text("go119_xmod_vectors.json");
  if (!text) return std::nullopt;
  return base::parse_json(*text);
}

inline const base::Json& at(const base::Json& json, std::string_view key) {
  const base::Json* member = json.find(key);
  REQUIRE_MESSAGE(member != nullptr, key);
  return *member;
}
inline const std::string& text(const base::Json& json, std::string_view key) { return *at(json, key).text(); }
inline const base::Json::Array& list(const base::Json& json, std::string_view key) {
  return *at(json, key).array();
}
inline std::uint64_t number(const base::Json& json, std::string_view key) {
  return static_cast<std::uint64_t>(*at(json, key).integer());
}
/// The key of a vector's seed.
inline crypto::SigningKey key_of(const base::Json& json, std::string_view seed) {
  return crypto::SigningKey(base::ByteView(base::from_hex(text(json, seed)).value()));
}
inline Digest from_hex(std::string_view hex) { return base::from_hex_exactly<32>(hex).value(); }

}  // namespace candour::log::testing
