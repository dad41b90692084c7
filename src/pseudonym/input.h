// One identifier on its way through the function: into the group, blinded, and out of it as a token. The only
// file of this module, beside the audit's, that looks at an NHS number. Suite: RFC 9497,
// ristretto255-SHA512, mode VOPRF for hashing and output; blinding by addition (the design's pseudonyms.md).
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "candour/base/bytes.h"
#include "candour/base/identifiable.h"
#include "candour/crypto/hash_to_group.h"
#include "candour/crypto/ristretto.h"

namespace candour::pseudonym {

/// The 10 ASCII digits of a valid NHS number.
using Identifier = base::Identifiable<std::string>;
inline constexpr std::size_t kIdentifierBytes = 10;

/// What a person's number becomes under a domain's key. Who has it can make its pseudonym at the hub only
/// with the hub's key, and cannot go back to the number; yet it links a person's rows: it travels sealed,
/// rests nowhere, and is wiped when destroyed. Ordered by its bytes.
class Token {
 public:
  static constexpr std::size_t kBytes = 32;
  Token() = default;
  explicit Token(base::ByteView bytes);  ///< kBytes
  ~Token() { base::wipe(bytes_.data(), bytes_.size()); }
  Token(const Token&) = default;
  Token& operator=(const Token&) = default;
  [[nodiscard]] base::ByteView bytes() const { return bytes_; }
  friend auto operator<=>(const Token&, const Token&) = default;

 private:
  std::array<std::uint8_t, kBytes> bytes_{};
};

/// P_j = HashToGroup(x_j).
[[nodiscard]] crypto::Point hash_to_group(const Identifier& identifier);

/// r_j = HMAC-SHA-512(batch_seed, I2OSP(place, 4) ‖ x_j) modulo ℓ; of a padding row (nullptr) x_j is empty.
[[nodiscard]] crypto::Scalar blind_of(base::ByteView batch_seed, std::uint32_t place,
                                      const Identifier* identifier);

/// Finalize of RFC 9497, 3.3.1. `input` has at most 65,535 bytes.
[[nodiscard]] crypto::Digest512 finalize(base::ByteView input, const crypto::Point& unblinded);

/// The first 32 bytes of Finalize(x_j, N_j). `unblinded` is N_j = k·P_j.
[[nodiscard]] Token token_of(const Identifier& identifier, const crypto::Point& unblinded);

}  // namespace candour::pseudonym
