// What a simulated disk is made of: files and folders that know which of their changes are durable. Changes
// are seen at once by every reader, and survive a loss of power surely only when they were synced.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/random.h"

namespace candour::base {

/// How much of what was not synced outlives a crash. Drawn anew for each, so that "all of it" and "nothing"
/// happen as well as every mixture.
class Survival {
 public:
  explicit Survival(Random& random) : random_(random), eighths_(random.below(9)) {}
  [[nodiscard]] bool survives() { return random_.below(8) < eighths_; }
  [[nodiscard]] Random& random() { return random_; }

 private:
  Random& random_;
  std::uint64_t eighths_;
};

class SimulatedFile {
 public:
  [[nodiscard]] std::uint64_t size_bytes() const { return current_.size(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) const;
  void write_at(std::uint64_t offset, ByteView bytes);
  void truncate(std::uint64_t size_bytes);
  void sync();
  /// A sync that fails as Linux fails it: the pages count as clean and never reach the disk, though readers
  /// still see them and the next sync reports success.
  void fail_sync() { pending_.clear(); }
  /// Loses power: each sector of each pending change survives or not, so that writes are torn and reordered.
  void crash(Survival& survival);

 private:
  struct Change {
    std::uint64_t offset = 0;
    Bytes bytes;
    std::optional<std::uint64_t> truncated_to;
  };
  static void apply(Bytes& content, const Change& change);
  void apply_torn(const Change& change, Survival& survival);

  Bytes durable_;
  Bytes current_;
  std::vector<Change> pending_;
};

class SimulatedFolder {
 public:
  /// A name of the folder: of a file or of a folder.
  struct Entry {
    std::shared_ptr<SimulatedFile> file;
    std::shared_ptr<SimulatedFolder> folder;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  [[nodiscard]] const Entries& entries() const { return current_; }
  void put(const std::string& name, Entry entry);
  void erase(const std::string& name);
  void sync();
  void fail_sync() { pending_.clear(); }
  /// Loses power: each pending change of a name survives or not.
  void crash(Survival& survival);

 private:
  using Change = std::pair<std::string, std::optional<Entry>>;
  static void apply(Entries& entries, const Change& change);

  Entries durable_;
  Entries current_;
  std::vector<Change> pending_;
};

}  // namespace candour::base
