// Hashing to ristretto255 and to its scalars (RFC 9380 and RFC 9497, suite ristretto255-SHA512).
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "candour/base/bytes.h"
#include "candour/crypto/ristretto.h"

namespace candour::crypto {

using Digest512 = std::array<std::uint8_t, 64>;

/// Pieces that are hashed one after another, as if they were one message.
using Pieces = std::initializer_list<base::ByteView>;

/// SHA-512 (FIPS 180-4).
[[nodiscard]] Digest512 sha512(Pieces message);
/// HMAC-SHA-512 (RFC 2104) under a key of any length.
[[nodiscard]] Digest512 hmac_sha512(base::ByteView key, Pieces message);

/// expand_message_xmd with SHA-512 (RFC 9380, 5.3.1). `tag` is the domain separation tag, 1 to 255 bytes;
/// `size_bytes` is 1 to 255 · 64.
[[nodiscard]] base::Bytes expand_message_xmd(Pieces message, std::string_view tag, std::size_t size_bytes);

/// hash_to_ristretto255 (RFC 9380, appendix B; RFC 9497, 4.1: HashToGroup).
[[nodiscard]] Point hash_to_group(base::ByteView message, std::string_view tag);
/// HashToScalar (RFC 9497, 4.1): 64 bytes of expand_message_xmd, little-endian, modulo ℓ.
[[nodiscard]] Scalar hash_to_scalar(Pieces message, std::string_view tag);

/// I2OSP of RFC 8017 for 1, 2 or 4 bytes: the most significant byte first.
[[nodiscard]] std::array<std::uint8_t, 1> octet(std::uint8_t number);
[[nodiscard]] std::array<std::uint8_t, 2> octets(std::uint16_t number);
[[nodiscard]] std::array<std::uint8_t, 4> octets(std::uint32_t number);

}  // namespace candour::crypto
