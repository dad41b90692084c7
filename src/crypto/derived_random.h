// DerivedRandom: randomness that is a function of a secret seed and a label. What is drawn once into a plan
// (32 bytes) gives all that follows from it: identifiers, salts, the order of rows. A restart gives the same
// bytes, and who does not know the seed cannot tell them from random ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "candour/base/random.h"
#include "candour/crypto/hash_to_group.h"

namespace candour::crypto {

/// Gives HMAC-SHA-512(seed, label ‖ 0x00 ‖ I2OSP(block, 4)) for block = 0, 1, 2 …, as one stream of bytes.
/// Not for several threads at once. The label has no 0x00.
class DerivedRandom final : public base::Random {
 public:
  /// `seed` has at least 32 bytes.
  DerivedRandom(base::ByteView seed, std::string_view label);
  ~DerivedRandom() override;
  DerivedRandom(const DerivedRandom&) = delete;
  DerivedRandom& operator=(const DerivedRandom&) = delete;
  void fill(std::span<std::uint8_t> out) override;

 private:
  base::SecretBytes seed_;
  std::string label_;
  std::uint32_t next_block_ = 0;
  Digest512 block_{};
  std::size_t used_ = sizeof(Digest512);
};

}  // namespace candour::crypto
