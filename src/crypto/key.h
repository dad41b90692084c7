// Where a vault's key comes from: a key file of 32 random bytes, or a passphrase through Argon2id.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

#include "candour/base/bytes.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"

namespace candour::crypto {

inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::size_t kSaltBytes = 16;

/// Reads a key file: exactly 64 hexadecimal digits and a line end. Refuses one that other users may read.
/// Errors: CND-1002 (missing), CND-1011 (not a key file), CND-1012 (its mode lets group or others read it).
[[nodiscard]] base::SecretBytes load_key_file(const std::filesystem::path& path);

/// Makes a key file, mode 0600, durable, never over another. Errors: those of Disk::store_new.
void store_new_key_file(const std::filesystem::path& path, base::Random& random);

/// Argon2id (RFC 9106, libsodium's crypto_pwhash, MODERATE: 3 passes over 256 MiB) of a passphrase.
[[nodiscard]] base::SecretBytes key_from_passphrase(const base::SecretBytes& passphrase,
                                                    const std::array<std::uint8_t, kSaltBytes>& salt);

/// A key for one purpose out of a key: HMAC-SHA-256 of the purpose's name ("vault", "local-pseudonym").
[[nodiscard]] base::SecretBytes derive_key(const base::SecretBytes& key, std::string_view purpose);

}  // namespace candour::crypto
