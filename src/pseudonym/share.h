// A guardian's share of a domain's key, and the sealed file in which it rests. One share says nothing of the
// key; t of them are the key, and are never in one place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "candour/base/bytes.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/crypto/shares.h"
#include "candour/instruction/charter.h"

namespace candour::pseudonym {

inline constexpr std::size_t kNonceKeyBytes = 32;

struct Share {
  std::string domain;
  std::uint32_t epoch = 0;
  crypto::ShareIndex index = 0;
  crypto::Scalar share;  ///< k_i
  /// For the nonces of proofs alone: crypto::prove_batch says why.
  base::SecretBytes nonce_key{kNonceKeyBytes};
};

/// Seals a share into a new file. `key` is the operator's, of crypto::kKeyBytes.
/// Errors: those of crypto::store_new_sealed.
void store_new_share(base::Disk& disk, const std::filesystem::path& path, const Share& share,
                     const base::SecretBytes& key, base::Random& random);

/// Errors: those of crypto::load_sealed; CND-2101 (what was sealed is no share).
[[nodiscard]] Share load_share(const base::Disk& disk, const std::filesystem::path& path,
                               const base::SecretBytes& key);

/// Refuses a share that is not the one that the charter has a public value for: another domain, epoch or
/// index, or k_i·B is not K_i. Errors: CND-2102.
void require_share_of(const Share& share, const instruction::Charter& charter);

}  // namespace candour::pseudonym
