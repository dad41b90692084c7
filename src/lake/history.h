// The log of a table: its entries in order, and the state that they add up to.
#pragma once

#include <map>
#include <vector>

#include "candour/lake/entry.h"

namespace candour::lake {

/// What the entries up to a version add up to.
struct State {
  Snapshot newest;
  std::map<base::Digest, std::uint64_t> commits;  ///< submission → the version that committed it

  /// Adds the next entry. Errors: CND-2308 where it contradicts what was before: a slice with two files, a
  /// file removed that is not there, a submission twice, an older revision.
  void apply(const Entry& entry, const std::filesystem::path& path);
};

class Log {
 public:
  Log(base::Disk& disk, const std::filesystem::path& table_folder);

  [[nodiscard]] std::filesystem::path path_of(std::uint64_t version) const;
  /// Whether there is a table.
  [[nodiscard]] bool exists() const;
  /// The newest version, by the names in the folder. Errors: CND-2302 where one before it is missing.
  [[nodiscard]] std::uint64_t newest_version() const;
  [[nodiscard]] Entry load(std::uint64_t version) const;
  /// Applies the entries after `state`, up to `last` or as far as there are any.
  void replay(State& state, std::optional<std::uint64_t> last = std::nullopt) const;
  /// Commits. False, and nothing done, where the version is there already.
  [[nodiscard]] bool store(const Entry& entry);
  /// Makes a version that was found durable: its process may have been killed before it was.
  void settle(std::uint64_t version) { disk_.settle(path_of(version)); }

 private:
  base::Disk& disk_;
  std::filesystem::path folder_;
};

}  // namespace candour::lake
