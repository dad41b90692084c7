#include "candour/base/sha256.h"

#include <sodium.h>

#include <vector>

namespace candour::base {

struct Sha256::State {
  crypto_hash_sha256_state sodium;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { crypto_hash_sha256_init(&state_->sodium); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(ByteView bytes) {
  crypto_hash_sha256_update(&state_->sodium, bytes.data(), bytes.size());
}

Digest Sha256::finish() {
  Digest digest;
  crypto_hash_sha256_final(&state_->sodium, digest.data());
  return digest;
}

std::size_t DigestingSource::read(std::span<std::uint8_t> out) {
  const std::size_t size = source_.read(out);
  hash_.update(out.first(size));
  return size;
}

Digest sha256_of(ByteSource& source) {
  DigestingSource digesting(source);
  std::vector<std::uint8_t> buffer(std::size_t{1} << 16U);
  while (digesting.read(buffer) > 0) {
  }
  return digesting.digest();
}

Digest sha256(ByteView bytes) {
  Digest digest;
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return digest;
}

}  // namespace candour::base
