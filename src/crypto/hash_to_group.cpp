#include "candour/crypto/hash_to_group.h"

#include <sodium.h>

#include <algorithm>

#include "candour/base/error.h"

namespace candour::crypto {
namespace {

constexpr std::size_t kDigestBytes = 64;
constexpr std::size_t kBlockBytes = 128;
constexpr std::size_t kMostBlocks = 255;

class Sha512 {
 public:
  Sha512() { crypto_hash_sha512_init(&state_); }
  ~Sha512() { base::wipe(&state_, sizeof state_); }
  Sha512(const Sha512&) = delete;
  Sha512& operator=(const Sha512&) = delete;
  void update(base::ByteView bytes) { crypto_hash_sha512_update(&state_, bytes.data(), bytes.size()); }
  [[nodiscard]] Digest512 finish() {
    Digest512 digest;
    crypto_hash_sha512_final(&state_, digest.data());
    return digest;
  }

 private:
  crypto_hash_sha512_state state_;
};

}  // namespace

Digest512 sha512(Pieces message) {
  Sha512 hash;
  for (const base::ByteView piece : message) hash.update(piece);
  return hash.finish();
}

Digest512 hmac_sha512(base::ByteView key, Pieces message) {
  crypto_auth_hmacsha512_state state;
  Digest512 digest;
  crypto_auth_hmacsha512_init(&state, key.data(), key.size());
  for (const base::ByteView piece : message) {
    crypto_auth_hmacsha512_update(&state, piece.data(), piece.size());
  }
  crypto_auth_hmacsha512_final(&state, digest.data());
  // The state holds the key under the inner and outer pads.
  base::wipe(&state, sizeof state);
  return digest;
}

base::Bytes expand_message_xmd(Pieces message, std::string_view tag, std::size_t size_bytes) {
  const std::size_t blocks = (size_bytes + kDigestBytes - 1) / kDigestBytes;
  CANDOUR_CHECK(!tag.empty() && tag.size() <= 255 && blocks >= 1 && blocks <= kMostBlocks);
  const auto tag_size = octet(static_cast<std::uint8_t>(tag.size()));
  constexpr std::array<std::uint8_t, kBlockBytes> kZeros{};

  Sha512 first;
  first.update(kZeros);
  for (const base::ByteView piece : message) first.update(piece);
  first.update(octets(static_cast<std::uint16_t>(size_bytes)));
  first.update(octet(0));
  first.update(base::as_bytes(tag));
  first.update(tag_size);
  const Digest512 b0 = first.finish();

  base::Bytes uniform;
  Digest512 mixed = b0;
  for (std::size_t i = 1; i <= blocks; ++i) {
    const Digest512 block =
        sha512({mixed, octet(static_cast<std::uint8_t>(i)), base::as_bytes(tag), tag_size});
    uniform.insert(uniform.end(), block.begin(), block.end());
    for (std::size_t at = 0; at < kDigestBytes; ++at) mixed[at] = b0[at] ^ block[at];
  }
  uniform.resize(size_bytes);
  return uniform;
}

Point hash_to_group(base::ByteView message, std::string_view tag) {
  return Point::from_uniform(expand_message_xmd({message}, tag, kDigestBytes));
}

Scalar hash_to_scalar(Pieces message, std::string_view tag) {
  return Scalar::reduce(expand_message_xmd(message, tag, kDigestBytes));
}

std::array<std::uint8_t, 1> octet(std::uint8_t number) { return {number}; }

std::array<std::uint8_t, 2> octets(std::uint16_t number) {
  return {static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)};
}

std::array<std::uint8_t, 4> octets(std::uint32_t number) {
  return {static_cast<std::uint8_t>(number >> 24U), static_cast<std::uint8_t>(number >> 16U),
          static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)};
}

}  // namespace candour::crypto
