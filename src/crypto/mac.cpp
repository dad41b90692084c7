#include "candour/crypto/mac.h"

#include <sodium.h>

#include "candour/base/error.h"

namespace candour::crypto {

base::Digest hmac_sha256(base::ByteView key, base::ByteView message) {
  crypto_auth_hmacsha256_state state;
  base::Digest digest;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  crypto_auth_hmacsha256_update(&state, message.data(), message.size());
  crypto_auth_hmacsha256_final(&state, digest.data());
  // The state holds the key under the inner and outer pads.
  base::wipe(&state, sizeof(state));
  return digest;
}

ShortDigest short_digest(base::ByteView key, base::ByteView message) {
  static_assert(crypto_shorthash_siphashx24_KEYBYTES == kShortKeyBytes);
  static_assert(crypto_shorthash_siphashx24_BYTES == sizeof(ShortDigest));
  CANDOUR_CHECK(key.size() == kShortKeyBytes);
  ShortDigest digest;
  crypto_shorthash_siphashx24(digest.data(), message.data(), message.size(), key.data());
  return digest;
}

}  // namespace candour::crypto
