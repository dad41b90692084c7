#include "candour/crypto/derived_random.h"

#include <algorithm>
#include <limits>

#include "candour/base/error.h"

namespace candour::crypto {

DerivedRandom::DerivedRandom(base::ByteView seed, std::string_view label) : seed_(seed), label_(label) {
  constexpr std::size_t kSeedAtLeastBytes = 32;
  CANDOUR_CHECK(seed.size() >= kSeedAtLeastBytes && label.find('\0') == std::string_view::npos);
}

DerivedRandom::~DerivedRandom() { base::wipe(block_.data(), block_.size()); }

void DerivedRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    if (used_ == block_.size()) {
      CANDOUR_CHECK(next_block_ < std::numeric_limits<std::uint32_t>::max());
      block_ = hmac_sha512(seed_.view(), {base::as_bytes(label_), octet(0), octets(next_block_++)});
      used_ = 0;
    }
    const std::size_t taken = std::min(out.size(), block_.size() - used_);
    std::copy_n(block_.begin() + static_cast<std::ptrdiff_t>(used_), taken, out.begin());
    used_ += taken;
    out = out.subspan(taken);
  }
}

}  // namespace candour::crypto
