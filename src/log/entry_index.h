// Where an entry stands in the log, by a digest that is its own: 8 to 22 bytes of memory an entry, whatever
// the entries are. What it gives are candidates, nearly always one or none; who asks looks at the entry.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "candour/base/error.h"
#include "candour/base/sha256.h"

namespace candour::log {

class EntryIndex {
 public:
  /// `digest` is a hash of something, so that nobody can choose its bytes.
  void insert(const base::Digest& digest, std::uint64_t index);

  /// The index that was put in for `digest`: the first candidate that `is_it(index)` says yes to.
  template <typename IsIt>
  [[nodiscard]] std::optional<std::uint64_t> find(const base::Digest& digest, IsIt is_it) const {
    if (slots_.empty()) return std::nullopt;
    const std::uint32_t print = print_of(digest);
    for (std::size_t at = print & mask(); slots_[at] != 0; at = (at + 1) & mask()) {
      const std::uint64_t index = (slots_[at] & kIndexBits) - 1;
      if (slots_[at] >> 32U == print && is_it(index)) return index;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  static constexpr std::uint64_t kIndexBits = UINT32_MAX;
  [[nodiscard]] static std::uint32_t print_of(const base::Digest& digest);
  [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
  void put(std::uint64_t slot);

  std::uint64_t size_ = 0;
  std::vector<std::uint64_t>
      slots_;  ///< a power of two of them: 32 bits of the digest, 32 of index + 1; 0: none
};

}  // namespace candour::log
