#include "candour/log/tiles.h"

#include <algorithm>
#include <bit>

#include "candour/base/error.h"
#include "candour/log/text_lines.h"

namespace candour::log {
namespace {

// Six elements of three digits: more tiles than a log of kSizeAtMost entries has.
constexpr std::size_t kElementsAtMost = 6;
constexpr unsigned kLevelAtMost = 63;

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2507", "A tile or an entry bundle of the log is not in its format.")
      .with("rule", base::Label(rule.view()));
}

bool is_digits(std::string_view text, std::size_t count) {
  return text.size() == count && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// A number below `end` in decimal, as text_lines.h has it.
std::optional<unsigned> small_number(std::string_view text, unsigned end) {
  const auto number = parse_decimal(text);
  if (!number || *number >= end) return std::nullopt;
  return static_cast<unsigned>(*number);
}

// "x001/x234/067" is 1234067.
std::optional<std::uint64_t> parse_index(std::string_view text) {
  std::uint64_t index = 0;
  for (std::size_t count = 1; count <= kElementsAtMost; ++count) {
    const bool last = !text.starts_with('x');
    if (!last) text.remove_prefix(1);
    const std::size_t end = std::min(text.find('/'), text.size());
    const std::string_view digits = text.substr(0, end);
    if (!is_digits(digits, 3) || last != (end == text.size())) return std::nullopt;
    for (const char digit : digits) index = index * 10 + static_cast<unsigned>(digit - '0');
    if (count == 1 && !last && index == 0) return std::nullopt;  // a leading element of zeros
    if (last) return index;
    text.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::string write_index(std::uint64_t index) {
  std::string text;
  for (bool last = true; last || index > 0; last = false, index /= 1000) {
    const std::string digits = std::to_string(index % 1000 + 1000).substr(1);
    text = last ? digits : "x" + digits + "/" + text;
  }
  return text;
}

std::vector<TileName> level_between(TileName::Kind kind, unsigned level, std::uint64_t old_size,
                                    std::uint64_t size) {
  std::vector<TileName> tiles;
  const std::uint64_t old_hashes = old_size >> (kTileHeight * level);
  const std::uint64_t hashes = size >> (kTileHeight * level);
  if (hashes == old_hashes) return tiles;
  for (std::uint64_t index = old_hashes / kTileWidth; index * kTileWidth < hashes; ++index) {
    tiles.push_back({kind, level, index, tile_width(size, level, index)});
  }
  return tiles;
}

}  // namespace

std::string tile_path(const TileName& name) {
  const bool entries = name.kind == TileName::Kind::kEntries;
  CANDOUR_CHECK(name.width >= 1 && name.width <= kTileWidth && name.level <= kLevelAtMost);
  std::string path = "tile/" + (entries ? std::string("entries") : std::to_string(name.level));
  path += "/" + write_index(name.index);
  if (name.width < kTileWidth) path += ".p/" + std::to_string(name.width);
  return path;
}

std::optional<TileName> parse_tile_path(std::string_view path) {
  constexpr std::string_view kStart = "tile/", kPartial = ".p/";
  if (!path.starts_with(kStart)) return std::nullopt;
  path.remove_prefix(kStart.size());
  TileName name;
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view level = path.substr(0, slash);
  path.remove_prefix(slash + 1);
  if (level == "entries") {
    name.kind = TileName::Kind::kEntries;
  } else {
    const auto number = small_number(level, kLevelAtMost + 1);
    if (!number) return std::nullopt;
    name.level = *number;
  }
  if (const std::size_t partial = path.find(kPartial); partial != std::string_view::npos) {
    const auto width = small_number(path.substr(partial + kPartial.size()), kTileWidth);
    if (!width || *width == 0) return std::nullopt;
    name.width = *width;
    path = path.substr(0, partial);
  }
  const auto index = parse_index(path);
  if (!index) return std::nullopt;
  name.index = *index;
  return name;
}

unsigned tile_width(std::uint64_t size, unsigned level, std::uint64_t index) {
  if (level * kTileHeight >= 64) return 0;
  const std::uint64_t hashes = size >> (kTileHeight * level);
  if (index > hashes / kTileWidth) return 0;
  return static_cast<unsigned>(std::min<std::uint64_t>(hashes - index * kTileWidth, kTileWidth));
}

std::vector<TileName> tiles_between(std::uint64_t old_size, std::uint64_t size) {
  CANDOUR_CHECK(old_size <= size && size <= kSizeAtMost);
  std::vector<TileName> tiles;
  for (unsigned level = 0; level * kTileHeight < 64; ++level) {
    const auto more = level_between(TileName::Kind::kHashes, level, old_size, size);
    tiles.insert(tiles.end(), more.begin(), more.end());
  }
  return tiles;
}

std::vector<TileName> bundles_between(std::uint64_t old_size, std::uint64_t size) {
  CANDOUR_CHECK(old_size <= size && size <= kSizeAtMost);
  return level_between(TileName::Kind::kEntries, 0, old_size, size);
}

std::vector<Digest> parse_tile(std::string_view bytes, unsigned width) {
  if (bytes.size() != width * sizeof(Digest)) refuse("a tile has 32 bytes for each hash of its width");
  std::vector<Digest> hashes(width);
  for (std::size_t i = 0; i < width; ++i) {
    std::ranges::copy(base::as_bytes(bytes.substr(i * sizeof(Digest), sizeof(Digest))), hashes[i].begin());
  }
  return hashes;
}

std::string write_tile(std::span<const Digest> hashes) {
  std::string bytes;
  for (const Digest& hash : hashes) bytes += base::as_text(hash);
  return bytes;
}

Digest subtree_root(std::span<const Digest> hashes) {
  CANDOUR_CHECK(std::has_single_bit(hashes.size()));
  std::vector<Digest> level(hashes.begin(), hashes.end());
  while (level.size() > 1) {
    for (std::size_t i = 0; i < level.size() / 2; ++i) level[i] = node_hash(level[2 * i], level[2 * i + 1]);
    level.resize(level.size() / 2);
  }
  return level.front();
}

void append_to_bundle(std::string& bundle, std::string_view entry) {
  if (entry.size() > kEntryAtMostBytes) {
    throw base::Error("CND-2508", "An entry is longer than the log takes.").with("bytes", entry.size());
  }
  bundle += static_cast<char>(entry.size() >> 8U);
  bundle += static_cast<char>(entry.size() & 0xFFU);
  bundle += entry;
}

std::vector<std::string_view> parse_bundle(std::string_view bytes) {
  std::vector<std::string_view> entries;
  while (!bytes.empty()) {
    if (bytes.size() < 2) refuse("a bundle ends inside a length");
    const std::size_t length =
        static_cast<unsigned char>(bytes[0]) * std::size_t{256} + static_cast<unsigned char>(bytes[1]);
    bytes.remove_prefix(2);
    if (bytes.size() < length) refuse("a bundle ends inside an entry");
    if (entries.size() == kTileWidth) refuse("a bundle has at most 256 entries");
    entries.push_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return entries;
}

}  // namespace candour::log
