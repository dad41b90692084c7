#include "candour/log/entry_index.h"

namespace candour::log {

std::uint32_t EntryIndex::print_of(const base::Digest& digest) {
  return std::uint32_t{digest[0]} << 24U | std::uint32_t{digest[1]} << 16U | std::uint32_t{digest[2]} << 8U |
         digest[3];
}

void EntryIndex::put(std::uint64_t slot) {
  std::size_t at = (slot >> 32U) & mask();
  while (slots_[at] != 0) at = (at + 1) & mask();
  slots_[at] = slot;
}

void EntryIndex::insert(const base::Digest& digest, std::uint64_t index) {
  CANDOUR_CHECK(index < kIndexBits);
  if (4 * (size_ + 1) > 3 * slots_.size()) {
    std::vector<std::uint64_t> before(slots_.empty() ? 1024 : slots_.size() * 2);
    before.swap(slots_);
    for (const std::uint64_t slot : before) {
      if (slot != 0) put(slot);
    }
  }
  put(std::uint64_t{print_of(digest)} << 32U | (index + 1));
  ++size_;
}

}  // namespace candour::log
