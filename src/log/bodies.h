// Bodies: what a statement names because it is too large for an entry, by its SHA-256 (a charter's provider
// list, a collection's files), or because it may be taken away, by its commitment (free texts, salted.h of
// statement). One finished file each, FOLDER/<name in hexadecimal>; anybody's bytes are taken if they are
// what the name says. One that is withheld lies in FOLDER's neighbour `withheld`, which whoever serves a log
// with another program must not serve (log-folder.md).
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "candour/base/disk.h"

namespace candour::log {

inline constexpr std::uint64_t kBodyAtMostBytes = std::uint64_t{4} << 20;

/// Whether `name` is the body's SHA-256: it is what a statement binds with, and no free text.
[[nodiscard]] bool is_digest_of(const base::Digest& name, std::string_view body);
/// Whether a body is what a statement names so: its SHA-256 is `name`, or it is salt ‖ text and `name` the
/// commitment to the text.
[[nodiscard]] bool is_named(const base::Digest& name, std::string_view body);

class Bodies {
 public:
  /// The folder is made with the first body. The disk outlives it. Any number of threads may use it, where
  /// the disk allows that.
  Bodies(base::Disk& disk, std::filesystem::path folder) : disk_(disk), folder_(std::move(folder)) {}

  /// Durable when it returns; nothing happens where it is there. Errors: CND-2535 (it is not what the name
  /// says, or over kBodyAtMostBytes).
  void put(const base::Digest& name, std::string_view body);
  /// Nothing where it is not there. Errors: CND-2536 (what is there is damaged).
  [[nodiscard]] std::optional<std::string> get(const base::Digest& name) const;
  [[nodiscard]] bool has(const base::Digest& name) const;

  // What is redacted, the node says anew each time it starts. While it is, put() passes it over and get() has
  // nothing, whether or not the disk lets it be moved. Only a free text can be: a body that is named by its
  // SHA-256 stays, also where somebody committed to "a text" by that name.

  /// Takes a body away from readers, and keeps it.
  void withhold(const base::Digest& name);
  /// Takes a body away for good.
  void remove(const base::Digest& name);
  /// Gives one back that was withheld.
  void restore(const base::Digest& name);

 private:
  [[nodiscard]] std::filesystem::path path_of(const base::Digest& name) const;
  [[nodiscard]] std::filesystem::path withheld_path_of(const base::Digest& name) const;
  [[nodiscard]] std::optional<std::string> load(const base::Digest& name) const;
  /// Notes that readers do not get it; whether there is a file to take away.
  [[nodiscard]] bool take_away(const base::Digest& name);

  base::Disk& disk_;
  const std::filesystem::path folder_;
  mutable std::mutex mutex_;  ///< over what follows, and over each change of the folder by redactions
  std::set<base::Digest> taken_away_{};
};

}  // namespace candour::log
