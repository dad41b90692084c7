#include "candour/log/store.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/log/recompute.h"

namespace candour::log {
namespace {

using Kind = TileName::Kind;

[[noreturn]] void refuse_damage(base::Literal rule, const std::filesystem::path& path, std::uint64_t index) {
  throw base::Error("CND-2532", "What stands in the log's folder is not what its next head says.")
      .with("path", path)
      .with("rule", base::Label(rule.view()))
      .with("index", index);
}

[[noreturn]] void refuse_read_back(const std::filesystem::path& path) {
  throw base::Error("CND-2534", "What was read back is not what was written.").with("path", path);
}

/// How many bytes the first `count` entries of a bundle have; nothing where there are not so many.
std::optional<std::size_t> bytes_of_entries(std::string_view bundle, unsigned count) {
  std::size_t end = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (bundle.size() < end + 2) return std::nullopt;
    end += 2 + static_cast<unsigned char>(bundle[end]) * std::size_t{256} +
           static_cast<unsigned char>(bundle[end + 1]);
  }
  return end <= bundle.size() ? std::optional(end) : std::nullopt;
}

TileName bundle_name(std::uint64_t index) { return {Kind::kEntries, 0, index, kTileWidth}; }
TileName tile_name(unsigned level, std::uint64_t index) { return {Kind::kHashes, level, index, kTileWidth}; }

}  // namespace

Store::Store(base::Disk& disk, std::filesystem::path folder, base::Progress& progress)
    : disk_(disk),
      folder_(std::move(folder)),
      lock_([&] {
        disk_.make_folder(folder_);
        return disk_.lock(folder_ / "lock");
      }()),
      bodies_(disk_, folder_ / "body"),
      heads_(disk_, folder_ / "heads"),
      next_(heads_.next()),
      published_(heads_.published()),
      seen_(heads_.seen()) {
  take_up(progress);
  remove_beyond();
}

Store::Store(base::Disk& disk, std::filesystem::path folder)
    : Store(disk, std::move(folder), *std::make_unique<base::SilentProgress>()) {}

void Store::take_up(base::Progress& progress) {
  // Entries without heads are a folder that lost something, and removing them would lose the rest.
  if (!heads_.found_next() && disk_.exists(path_of(bundle_name(0)))) {
    refuse_damage("a log with entries has heads", folder_ / "heads", 0);
  }
  progress.begin("checking the log", next_.size, "entries");
  for (std::uint64_t index = 0; index * kTileWidth < next_.size; ++index) {
    const unsigned width = tile_width(next_.size, 0, index);
    take_up_bundle(index, width);
    progress.advance(width);
  }
  progress.end();
  if (tiles_.head() == next_) return;
  const bool open = next_.size % kTileWidth != 0;
  refuse_damage(open ? base::Literal("the last bundle") : base::Literal("all bundles"),
                open ? path_of(bundle_name(next_.size / kTileWidth)) : folder_ / "tile", next_.size);
}

void Store::take_up_bundle(std::uint64_t index, unsigned width) {
  const auto path = path_of(bundle_name(index));
  const std::uint64_t begin = index * kTileWidth;
  if (!disk_.exists(path)) refuse_damage("the bundle is missing", path, begin);
  std::string bundle = base::load_text(disk_, path);
  const auto bytes = bytes_of_entries(bundle, width);
  if (!bytes) refuse_damage("the bundle is too short", path, begin);
  if (width == kTileWidth && *bytes != bundle.size()) {
    refuse_damage("the bundle is too long", path, begin + width);
  }
  bundle.resize(*bytes);
  const auto check_full = [&](unsigned level, std::uint64_t tile, const std::vector<Digest>& hashes) {
    const auto tile_path = path_of(tile_name(level, tile));
    if (!disk_.exists(tile_path)) refuse_damage("the tile is missing", tile_path, tile);
    const std::string stored = base::load_text(disk_, tile_path);
    if (stored.size() != kTileWidth * sizeof(Digest)) refuse_damage("the tile's size", tile_path, tile);
    const std::vector<Digest> there = parse_tile(stored, kTileWidth);
    const auto differs = std::ranges::mismatch(there, hashes).in1 - there.begin();
    if (differs == kTileWidth) return;
    const auto of = tile * kTileWidth + static_cast<std::uint64_t>(differs);
    if (level == 0) refuse_damage("the entry and its leaf hash", path, of);
    refuse_damage("the tile and what is below it", tile_path, of);
  };
  std::uint64_t at = begin;
  for (const std::string_view entry : parse_bundle(bundle)) {
    const Digest leaf = leaf_hash(base::as_bytes(entry));
    tiles_.add(leaf, check_full);
    leaves_.insert(leaf, at++);
  }
  bundle_bytes_ = width == kTileWidth ? 0 : *bytes;
}

void Store::remove_beyond() {
  const std::uint64_t size = next_.size;
  if (bundle_bytes_ > 0) {
    const auto file = disk_.open_random(path_of(bundle_name(size / kTileWidth)), base::OpenMode::kExisting);
    // Also where nothing is seen beyond: the sync of an earlier start's cut may have failed.
    file->truncate(bundle_bytes_);
    file->sync();
  }
  remove_beyond(bundle_name((size + kTileWidth - 1) / kTileWidth));
  for (unsigned level = 0; level < sizeof(size) - 1; ++level) {
    remove_beyond(tile_name(level, size >> (kTileHeight * (level + 1))));
  }
}

// From the last, so that what a crash leaves has no gap.
void Store::remove_beyond(TileName first) {
  constexpr std::uint64_t kOfOneAppend = kAppendAtMostEntries / kTileWidth + 1;
  TileName beyond = first;
  while (disk_.exists(path_of(beyond))) {
    if (beyond.index - first.index > kOfOneAppend) {
      refuse_damage("no more than one append is beyond the head", path_of(first), first.index);
    }
    ++beyond.index;
  }
  while (beyond.index-- > first.index) disk_.remove(path_of(beyond));
}

template <typename Change>
void Store::change(Change change) {
  if (failed_) {
    throw base::Error("CND-2538", "An earlier change of the log failed, and it must be opened anew.")
        .with("path", folder_);
  }
  failed_ = true;
  change();
  failed_ = false;
}

Head Store::append(const Head& expected, std::span<const std::string> entries) {
  CANDOUR_CHECK(!entries.empty());
  std::uint64_t bytes = 0;
  for (const std::string& entry : entries) {
    bytes += entry.size();
    if (entry.size() > kEntryAtMostBytes) {
      throw base::Error("CND-2508", "An entry is longer than the log takes.").with("bytes", entry.size());
    }
  }
  if (bytes > kAppendAtMostBytes || entries.size() > kAppendAtMostEntries) {
    throw base::Error("CND-2537", "More entries than one append may hold.")
        .with("entries", entries.size())
        .with("bytes", bytes);
  }
  if (expected != heads_.next()) {
    throw base::Error("CND-2533", "The log's next head would not follow from the one that stands.")
        .with("rule", base::Label("the head before it is not the one that stands"))
        .with("size", expected.size);
  }
  Head head;
  change([&] {
    Written written = write(entries);
    read_back(written);
    head = written.tiles.head();
    heads_.advance(expected, head);
    const std::lock_guard guard(mutex_);
    for (std::size_t i = 0; i < written.leaves.size(); ++i) leaves_.insert(written.leaves[i], next_.size + i);
    tiles_ = std::move(written.tiles);
    bundle_bytes_ = written.bundle_bytes;
    next_ = head;
  });
  return head;
}

// Each bundle is written whole before the next, and is durable before its tile is made.
Store::Written Store::write(std::span<const std::string> entries) {
  Written written{tiles_, bundle_bytes_};
  std::string bytes;
  std::vector<std::pair<TileName, std::vector<Digest>>> full;
  const auto on_full = [&](unsigned level, std::uint64_t index, const std::vector<Digest>& hashes) {
    full.emplace_back(tile_name(level, index), hashes);
  };
  const auto write_out = [&](std::uint64_t bundle) {
    write_bundle(bundle, written.bundle_bytes, bytes);
    written.bundle_bytes += bytes.size();
    bytes.clear();
  };
  for (const std::string& entry : entries) {
    const std::uint64_t bundle = written.tiles.size() / kTileWidth;
    append_to_bundle(bytes, entry);
    written.leaves.push_back(leaf_hash(base::as_bytes(entry)));
    written.tiles.add(written.leaves.back(), on_full);
    if (full.empty()) continue;
    write_out(bundle);
    written.bundle_bytes = 0;
    for (const auto& [name, hashes] : full) {
      write_tile_file(name, hashes);
      written.full_tiles.push_back(name);
    }
    full.clear();
  }
  if (!bytes.empty()) write_out(written.tiles.size() / kTileWidth);
  return written;
}

void Store::write_bundle(std::uint64_t index, std::uint64_t offset, std::string_view bytes) {
  const auto path = path_of(bundle_name(index));
  if (offset == 0) disk_.make_folder(path.parent_path());
  const auto file =
      disk_.open_random(path, offset == 0 ? base::OpenMode::kCreate : base::OpenMode::kExisting);
  file->write_at(offset, base::as_bytes(bytes));
  file->sync();
}

void Store::write_tile_file(const TileName& name, const std::vector<Digest>& hashes) {
  const auto path = path_of(name);
  disk_.make_folder(path.parent_path());
  disk_.store_new(path, write_tile(hashes));
}

// Reads every bundle and tile that the append touched, and makes the head from them and what stood before, by
// RFC 6962's definition.
void Store::read_back(const Written& written) const {
  RereadTiles reread(tiles_);
  std::size_t tiles = 0;
  const auto compare_full = [&](unsigned level, std::uint64_t index, const std::vector<Digest>& hashes) {
    const auto path = path_of(tile_name(level, index));
    const bool is_next =
        tiles < written.full_tiles.size() && written.full_tiles[tiles] == tile_name(level, index);
    if (!is_next || base::load_text(disk_, path) != write_tile(hashes)) refuse_read_back(path);
    ++tiles;
  };
  const std::uint64_t size = written.tiles.size();
  for (std::uint64_t index = tiles_.size() / kTileWidth; index * kTileWidth < size; ++index) {
    const auto path = path_of(bundle_name(index));
    const std::string bundle = base::load_text(disk_, path);
    const unsigned width = tile_width(size, 0, index);
    const auto bytes = bytes_of_entries(bundle, width);
    if (!bytes || *bytes != bundle.size()) refuse_read_back(path);
    std::vector<Digest> leaves;
    for (const std::string_view entry : parse_bundle(bundle)) {
      leaves.push_back(recompute_leaf(base::as_bytes(entry)));
    }
    reread.add_bundle(std::move(leaves), compare_full);
  }
  if (reread.head() != written.tiles.head())
    refuse_read_back(path_of(bundle_name(tiles_.size() / kTileWidth)));
}

void Store::publish(const std::string& note) {
  change([&] { heads_.publish(note); });
  const std::lock_guard guard(mutex_);
  published_ = heads_.published();
}

void Store::see(const std::string& note) {
  change([&] { heads_.see(note); });
  const std::lock_guard guard(mutex_);
  seen_ = heads_.seen();
}

Head Store::next() const {
  const std::lock_guard guard(mutex_);
  return next_;
}

HeadRecord Store::published() const {
  const std::lock_guard guard(mutex_);
  return published_;
}

HeadRecord Store::seen() const {
  const std::lock_guard guard(mutex_);
  return seen_;
}

// The first `width` entries of a bundle: what is behind them in the open one may be in the making.
std::string Store::load_bundle(std::uint64_t index, unsigned width) const {
  const auto path = path_of(bundle_name(index));
  std::string bundle = base::load_text(disk_, path);
  const auto bytes = bytes_of_entries(bundle, width);
  if (!bytes) refuse_damage("the bundle is too short", path, index * kTileWidth);
  bundle.resize(*bytes);
  return bundle;
}

std::vector<Digest> Store::hashes_of(unsigned level, std::uint64_t index, unsigned width) const {
  {
    const std::lock_guard guard(mutex_);
    if (index == tiles_.size() >> (kTileHeight * (level + 1))) {
      const auto open = tiles_.level(level).first(width);
      return {open.begin(), open.end()};
    }
  }
  const std::string tile = base::load_text(disk_, path_of(tile_name(level, index)));
  return parse_tile(std::string_view(tile).substr(0, width * sizeof(Digest)), width);
}

std::string Store::entry(std::uint64_t index) const {
  std::string found;
  each_entry(index, index + 1, [&](std::uint64_t, std::string_view entry) { found = entry; });
  return found;
}

void Store::each_entry(std::uint64_t begin, std::uint64_t end, const EachEntry& each) const {
  const std::uint64_t size = next().size;
  if (begin > end || end > size) {
    throw base::Error("CND-2511", "There is no such proof: what was asked for is beyond the log.")
        .with("asked", end)
        .with("size", size);
  }
  while (begin < end) {
    const std::uint64_t bundle = begin / kTileWidth;
    const unsigned width = tile_width(size, 0, bundle);
    const std::string bytes = load_bundle(bundle, width);
    const auto entries = parse_bundle(bytes);
    const auto leaves = hashes_of(0, bundle, width);
    for (; begin < end && begin / kTileWidth == bundle; ++begin) {
      const std::string_view entry = entries[begin % kTileWidth];
      if (leaf_hash(base::as_bytes(entry)) != leaves[begin % kTileWidth]) {
        refuse_damage("the entry and its leaf hash", path_of(bundle_name(bundle)), begin);
      }
      each(begin, entry);
    }
  }
}

std::optional<std::uint64_t> Store::find(const Digest& leaf) const {
  std::vector<std::uint64_t> candidates;
  std::uint64_t size = 0;
  {
    const std::lock_guard guard(mutex_);
    size = next_.size;
    (void)leaves_.find(leaf, [&](std::uint64_t index) {
      candidates.push_back(index);
      return false;
    });
  }
  for (const std::uint64_t index : candidates) {
    const std::uint64_t tile = index / kTileWidth;
    if (hashes_of(0, tile, tile_width(size, 0, tile)).at(index % kTileWidth) == leaf) return index;
  }
  return std::nullopt;
}

std::optional<std::string> Store::fetch(std::string_view path) {
  if (path == kCheckpointPath) {
    const std::string note = published().note;
    return note.empty() ? std::nullopt : std::optional(note);
  }
  const auto name = parse_tile_path(path);
  if (!name || name->width > tile_width(next().size, name->level, name->index)) return std::nullopt;
  if (name->kind == Kind::kEntries) return load_bundle(name->index, name->width);
  return write_tile(hashes_of(name->level, name->index, name->width));
}

}  // namespace candour::log
