// Ed25519 signatures (RFC 8032). Which edge cases are accepted is a property of the whole federation: two
// nodes that disagree on one signature disagree whether an instruction is in force. It is libsodium's
// verdict, and a test pins it: canonical encodings only, and no key or nonce point of low order.
#pragma once

#include <array>
#include <cstdint>

#include "candour/base/bytes.h"
#include "candour/base/random.h"

namespace candour::crypto {

inline constexpr std::size_t kSigningSeedBytes = 32;
using SigningPublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

class SigningKey {
 public:
  [[nodiscard]] static SigningKey random(base::Random& random);
  /// From its secret seed of kSigningSeedBytes.
  explicit SigningKey(base::ByteView seed);

  [[nodiscard]] const SigningPublicKey& public_key() const { return public_; }
  /// The same message gives the same signature.
  [[nodiscard]] Signature sign(base::ByteView message) const;

 private:
  base::SecretBytes secret_;  ///< libsodium's: seed and public key
  SigningPublicKey public_{};
};

/// Whether `signature` is the key's over `message`. False too where a size is another.
[[nodiscard]] bool verify_signature(base::ByteView public_key, base::ByteView message,
                                    base::ByteView signature);

}  // namespace candour::crypto
