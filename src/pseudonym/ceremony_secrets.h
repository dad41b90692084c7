// What a guardian keeps to itself in a ceremony: one seed. Its polynomial, its one-time key and every nonce
// are computed from the seed, so that whoever was killed and starts again says the same, to the byte. It
// rests in a sealed file that is made before the guardian's first message, and is removed when the ceremony
// ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "candour/base/bytes.h"
#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/crypto/derived_random.h"
#include "candour/crypto/seal.h"
#include "candour/crypto/shares.h"
#include "candour/statement/ceremony.h"

namespace candour::pseudonym {

/// The file in a guardian's own folder of the ceremony.
inline constexpr std::string_view kSeedFile = "seed.sealed";

class CeremonySecrets {
 public:
  /// `stored` is the seed and the time, as the sealed file holds them; `ceremony` goes into all that is
  /// derived.
  CeremonySecrets(base::ByteView stored, const statement::Id& ceremony);

  /// When the guardian joined: the time of all its statements, in seconds since 1970-01-01T00:00:00Z.
  [[nodiscard]] std::int64_t joined_at() const { return joined_at_; }
  [[nodiscard]] crypto::SealKey one_time_key() const;
  /// A polynomial with a fresh secret at 0, or with `dealt` there.
  [[nodiscard]] crypto::Polynomial polynomial(std::size_t threshold,
                                              const std::optional<crypto::Scalar>& dealt) const;
  /// Bytes that nobody else knows, for one use in one context of this ceremony. The same for the same: the
  /// context of a nonce is all that it is used with.
  [[nodiscard]] crypto::DerivedRandom random(std::string_view use, base::ByteView context = {}) const;

 private:
  base::SecretBytes seed_;
  statement::Id ceremony_;
  std::int64_t joined_at_ = 0;
};

/// Draws a seed and stores it with the time of now, sealed under the operator's `key`. Errors: those of
/// store_new.
void store_new_secrets(base::Disk& disk, const std::filesystem::path& path, const base::Clock& clock,
                       const base::SecretBytes& key, base::Random& random);
/// Errors: those of crypto::load_sealed; CND-1011 (it is of another size).
[[nodiscard]] CeremonySecrets load_secrets(const base::Disk& disk, const std::filesystem::path& path,
                                           const base::SecretBytes& key, const statement::Id& ceremony);

}  // namespace candour::pseudonym
