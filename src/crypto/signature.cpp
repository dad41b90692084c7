#include "candour/crypto/signature.h"

#include <sodium.h>

#include "candour/base/error.h"

namespace candour::crypto {

static_assert(crypto_sign_ed25519_SEEDBYTES == kSigningSeedBytes);
static_assert(crypto_sign_ed25519_PUBLICKEYBYTES == sizeof(SigningPublicKey));
static_assert(crypto_sign_ed25519_BYTES == sizeof(Signature));

SigningKey::SigningKey(base::ByteView seed) : secret_(crypto_sign_ed25519_SECRETKEYBYTES) {
  CANDOUR_CHECK(seed.size() == kSigningSeedBytes);
  crypto_sign_ed25519_seed_keypair(public_.data(), secret_.span().data(), seed.data());
}

SigningKey SigningKey::random(base::Random& random) {
  base::SecretBytes seed(kSigningSeedBytes);
  random.fill(seed.span());
  return SigningKey(seed.view());
}

Signature SigningKey::sign(base::ByteView message) const {
  Signature signature{};
  crypto_sign_ed25519_detached(signature.data(), nullptr, message.data(), message.size(),
                               secret_.view().data());
  return signature;
}

bool verify_signature(base::ByteView public_key, base::ByteView message, base::ByteView signature) {
  if (public_key.size() != sizeof(SigningPublicKey) || signature.size() != sizeof(Signature)) return false;
  return crypto_sign_ed25519_verify_detached(signature.data(), message.data(), message.size(),
                                             public_key.data()) == 0;
}

}  // namespace candour::crypto
