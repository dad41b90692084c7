// One Chaum–Pedersen proof that a guardian multiplied a whole batch by its weighted share: log_B(W_i) =
// log_{A_j}(E_j) for all j. The weights of its sums are bound to the whole batch, so that no element can be
// chosen knowing its weight; RFC 9497 weighs each element by itself and is used against its vectors alone.
// Formulas: the design's pseudonyms.md, "The batch proof".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "candour/base/sha256.h"
#include "candour/crypto/hash_to_group.h"
#include "candour/crypto/ristretto.h"
#include "candour/crypto/shares.h"

namespace candour::crypto {

/// What a proof is about, beside the batch itself. Change any of it and the proof is refused.
struct BatchProofContext {
  base::Digest federation;
  std::string domain;
  std::uint32_t share_epoch = 0;
  base::Digest batch_leaf;        ///< the leaf hash that the batch's entry in the log has
  ShareIndex guardian = 0;        ///< i
  std::vector<ShareIndex> asked;  ///< S, ascending
  Point weighted_key;             ///< W_i = λ_i·K_i
};

struct BatchProof {
  Scalar challenge;
  Scalar response;

  /// 64 bytes: c ‖ s.
  [[nodiscard]] std::array<std::uint8_t, 64> bytes() const;
  /// Nothing where the size is another or a scalar is not canonical.
  [[nodiscard]] static std::optional<BatchProof> parse(base::ByteView bytes);
};

/// Proves that `evaluated` is `blinded` times `weighted_share` (λ_i·k_i). `nonce_key` is a secret key of the
/// guardian for this alone: with it a broken source of randomness does not give the share away. Neither batch
/// is empty, and both are of one size.
[[nodiscard]] BatchProof prove_batch(const BatchProofContext& context, const Scalar& weighted_share,
                                     std::span<const Point> blinded, std::span<const Point> evaluated,
                                     base::ByteView nonce_key, base::Random& random);

/// Whether the proof holds. False too where the batches' sizes differ or are 0, or a weighted sum is the
/// identity.
[[nodiscard]] bool verify_batch(const BatchProofContext& context, std::span<const Point> blinded,
                                std::span<const Point> evaluated, const BatchProof& proof);

/// T, and the weights that follow from it; for the proof, and for the vectors that pin them.
[[nodiscard]] Digest512 batch_transcript(const BatchProofContext& context, std::span<const Point> blinded,
                                         std::span<const Point> evaluated);
[[nodiscard]] std::vector<PublicWeight> batch_weights(const Digest512& transcript, std::size_t size);

/// prove_batch with a nonce that was chosen already. Two proofs with one nonce give the share away: only
/// prove_batch and the tests of vectors call it.
[[nodiscard]] BatchProof prove_batch_with_nonce(const BatchProofContext& context,
                                                const Scalar& weighted_share, std::span<const Point> blinded,
                                                const Digest512& transcript, const Scalar& nonce);

}  // namespace candour::crypto
