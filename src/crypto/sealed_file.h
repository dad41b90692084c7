// Sealed files: where a secret of a node rests (a signing key, a TLS key, a share of a domain) under the key
// of its operator, which is not on the same disk. XChaCha20-Poly1305 (libsodium) under a key derived for
// sealed files alone, with a random nonce; what the secret is for is authenticated with it, so that one file
// put in another's place does not open. docs/reference/formats/sealed-file.md.
#pragma once

#include <filesystem>
#include <string_view>

#include "candour/base/bytes.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"

namespace candour::crypto {

inline constexpr std::size_t kSealedSecretAtMostBytes = std::size_t{64} << 10;

/// Makes a sealed file, durable and never over another. `key` has kKeyBytes: from load_key_file or
/// key_from_passphrase. `purpose` says what the secret is ("signing", "share"). `secret` has 1 to
/// kSealedSecretAtMostBytes bytes. Errors: those of Disk::store_new.
void store_new_sealed(base::Disk& disk, const std::filesystem::path& path, std::string_view purpose,
                      base::ByteView secret, const base::SecretBytes& key, base::Random& random);

/// Opens a sealed file. Errors: CND-1002, CND-1007; CND-1023 (it is no sealed file, or was cut); CND-1024
/// (another key or purpose sealed it, or it was changed: which of them nobody can tell).
[[nodiscard]] base::SecretBytes load_sealed(const base::Disk& disk, const std::filesystem::path& path,
                                            std::string_view purpose, const base::SecretBytes& key);

}  // namespace candour::crypto
