// A log in a folder: of the hub, which appends, or of a mirror, which follows.
// docs/reference/formats/log-folder.md.
//
//   LOG/tile/entries/…   bundles of 256 entries; the last is written in place and grows until it is full
//   LOG/tile/<L>/…       full hash tiles, finished files; partial ones are computed and never stored
//   LOG/heads/           which head is durable, and which co-signed checkpoint is the newest (heads.h)
//   LOG/body/            bodies of statements (bodies.h)
//   LOG/withheld/        free texts that are redacted until a day; no reader's
//
// The guarantee: a head that `next` holds stands for entries that are durable, were read back and hashed
// again by another function, through the kernel's cache: what a disk flips later the next start finds, and
// every reader. What stands in the folder beyond `next` was acknowledged to nobody, and a start removes it.
// What stands below it without having its root is damage: nothing is repaired, and the folder does not open.
// After an error of append or publish the store refuses every later change; open it anew.
//
// One process has a folder at a time, and one thread changes it; any number may read meanwhile, if the disk
// allows it. Memory: 255 hashes a level and 8 to 22 bytes an entry; no entries.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/progress.h"
#include "candour/log/bodies.h"
#include "candour/log/entry_index.h"
#include "candour/log/heads.h"
#include "candour/log/open_tiles.h"
#include "candour/log/tiles.h"

namespace candour::log {

/// What one append may hold. A start that finds more beyond `next` than one append can have left refuses.
inline constexpr std::uint64_t kAppendAtMostBytes = std::uint64_t{16} << 20;
inline constexpr std::size_t kAppendAtMostEntries = 4096;

using EachEntry = std::function<void(std::uint64_t index, std::string_view entry)>;

class Store final : public TileSource {
 public:
  /// Takes up what is there, hashing every entry; makes the folder where it is missing. The disk outlives it.
  /// Errors: CND-1006 (another process has it), CND-2531 (the journal of heads is damaged), CND-2532 (what
  /// stands below `next` has not its root: names the first bundle or tile that differs); those of Disk.
  Store(base::Disk& disk, std::filesystem::path folder, base::Progress& progress);
  Store(base::Disk& disk, std::filesystem::path folder);

  // Changes, of one thread.

  /// Appends entries (at least one) to the log whose head is `expected` and gives the new head, which is then
  /// `next`. Errors: CND-2533 (`expected` is not next); CND-2534 (what was read back is not what was written:
  /// names the bundle); CND-2508 (an entry is over kEntryAtMostBytes); CND-2537 (more than one append may
  /// hold); CND-2538 (an earlier change failed); those of Disk.
  Head append(const Head& expected, std::span<const std::string> entries);
  /// Puts the newest co-signed checkpoint there for readers. Its signatures were verified before. Errors:
  /// CND-2533 (heads.h), CND-2538; those of Disk.
  void publish(const std::string& note);
  /// Remembers the newest co-signed checkpoint that was accepted, before its entries are fetched. Errors as
  /// publish.
  void see(const std::string& note);

  // Reading, of any thread: of what `next` stands for and nothing beyond.

  [[nodiscard]] Head next() const;
  /// The newest co-signed checkpoint; an empty note where there is none yet.
  [[nodiscard]] HeadRecord published() const;
  [[nodiscard]] HeadRecord seen() const;
  /// Errors: CND-2511 (there is no such entry), CND-2532 (it is not what its leaf hash says).
  [[nodiscard]] std::string entry(std::uint64_t index) const;
  /// Hands out the entries from `begin` to before `end`, in their order. Errors: as entry().
  void each_entry(std::uint64_t begin, std::uint64_t end, const EachEntry& each) const;
  /// The index of the entry with this leaf hash; nothing where there is none.
  [[nodiscard]] std::optional<std::uint64_t> find(const Digest& leaf) const;
  /// A file of the log as C2SP tlog-tiles has it, stored or computed; also partial ones of every size up to
  /// next. "checkpoint" is what was published.
  std::optional<std::string> fetch(std::string_view path) override;

  [[nodiscard]] Bodies& bodies() { return bodies_; }

 private:
  struct Written {  // what an append has put on the disk and not yet made visible
    OpenTiles tiles;
    std::uint64_t bundle_bytes = 0;
    std::vector<Digest> leaves{};
    std::vector<TileName> full_tiles{};
  };
  [[nodiscard]] std::filesystem::path path_of(const TileName& name) const {
    return folder_ / tile_path(name);
  }
  void take_up(base::Progress& progress);
  void take_up_bundle(std::uint64_t index, unsigned width);
  void remove_beyond();
  void remove_beyond(TileName first);
  void write_bundle(std::uint64_t index, std::uint64_t offset, std::string_view bytes);
  void write_tile_file(const TileName& name, const std::vector<Digest>& hashes);
  [[nodiscard]] Written write(std::span<const std::string> entries);
  void read_back(const Written& written) const;
  template <typename Change>
  void change(Change change);
  [[nodiscard]] std::string load_bundle(std::uint64_t index, unsigned width) const;
  [[nodiscard]] std::vector<Digest> hashes_of(unsigned level, std::uint64_t index, unsigned width) const;

  base::Disk& disk_;
  const std::filesystem::path folder_;
  std::unique_ptr<base::DiskLock> lock_;
  Bodies bodies_;
  Heads heads_;  ///< of who changes the log
  bool failed_ = false;

  mutable std::mutex mutex_;  ///< over what follows: what readers see
  Head next_;
  HeadRecord published_;
  HeadRecord seen_;
  OpenTiles tiles_;                 ///< stand at next
  std::uint64_t bundle_bytes_ = 0;  ///< of the open bundle, up to next
  EntryIndex leaves_;
};

}  // namespace candour::log
