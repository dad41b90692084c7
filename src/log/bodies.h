// Bodies: what a statement names by SHA-256 because it is too large for an entry (a charter's provider list,
// a collection's files). One finished file each, FOLDER/<sha256>; anybody's bytes are taken if they have the
// digest that was asked for.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "candour/base/disk.h"

namespace candour::log {

inline constexpr std::uint64_t kBodyAtMostBytes = std::uint64_t{4} << 20;

class Bodies {
 public:
  /// The folder is made with the first body. The disk outlives it. Any number of threads may use it, where
  /// the disk allows that.
  Bodies(base::Disk& disk, std::filesystem::path folder) : disk_(disk), folder_(std::move(folder)) {}

  /// Durable when it returns; nothing happens where it is there. Errors: CND-2535 (it is not what the digest
  /// says, or over kBodyAtMostBytes).
  void put(const base::Digest& digest, std::string_view body);
  /// Nothing where it is not there. Errors: CND-2536 (what is there is damaged).
  [[nodiscard]] std::optional<std::string> get(const base::Digest& digest) const;
  [[nodiscard]] bool has(const base::Digest& digest) const;

 private:
  [[nodiscard]] std::filesystem::path path_of(const base::Digest& digest) const;

  base::Disk& disk_;
  const std::filesystem::path folder_;
};

}  // namespace candour::log
