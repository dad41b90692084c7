// Keyed digests: HMAC-SHA-256 for what others may see (local pseudonyms, commitments), SipHash-2-4 with 128
// bits for what lives in one process (row keys under a key that exists in memory).
#pragma once

#include <array>
#include <cstdint>

#include "candour/base/bytes.h"
#include "candour/base/sha256.h"

namespace candour::crypto {

/// HMAC-SHA-256 (RFC 2104) of `message` under a key of any length.
[[nodiscard]] base::Digest hmac_sha256(base::ByteView key, base::ByteView message);

using ShortDigest = std::array<std::uint8_t, 16>;
inline constexpr std::size_t kShortKeyBytes = 16;

/// SipHash-2-4-128 (crypto_shorthash_siphashx24) under a key of kShortKeyBytes.
[[nodiscard]] ShortDigest short_digest(base::ByteView key, base::ByteView message);

}  // namespace candour::crypto
