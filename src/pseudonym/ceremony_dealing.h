// The mathematics of a ceremony: a dealer's commitment, its opening with the proof that it knows what it
// shares, and sealed shares. Everything here is a function of its arguments.
#pragma once

#include <optional>

#include "candour/crypto/seal.h"
#include "candour/crypto/shares.h"
#include "candour/instruction/charter.h"
#include "candour/pseudonym/ceremony_secrets.h"
#include "candour/statement/ceremony.h"

namespace candour::pseudonym {

/// What a dealer's commit says: SHA-256("candour/v1/dkg-commit" ‖ federation32 ‖ ceremony16 ‖ I2OSP(d,2) ‖
/// nonce32 ‖ C_0 ‖ … ‖ C_{t−1}).
[[nodiscard]] base::Digest commitment_to(const statement::CeremonyPlan& plan, crypto::ShareIndex dealer,
                                         const statement::CeremonyOpening& opening);

/// A dealer's opening. The proof's context is federation32 ‖ SHA-256(domain) ‖ ceremony16 ‖ I2OSP(d,2) ‖ C_0
/// ‖ … ‖ C_{t−1}, its tag "candour/v1/dkg-pok".
[[nodiscard]] statement::CeremonyOpening open_dealing(const statement::CeremonyPlan& plan,
                                                      crypto::ShareIndex dealer,
                                                      const crypto::Polynomial& polynomial,
                                                      const CeremonySecrets& secrets);
/// Whether the proof holds: its scalars are canonical, and the dealer knows the logarithm of C_0.
[[nodiscard]] bool verify_opening(const statement::CeremonyPlan& plan, crypto::ShareIndex dealer,
                                  const statement::CeremonyOpening& opening);

/// W_i = λ_i·K_i: what a dealer of a resharing must commit to at 0. It must have an old share.
[[nodiscard]] crypto::Point reshared_point(const statement::CeremonyPlan& plan,
                                           const instruction::Domain& old, crypto::ShareIndex dealer);

/// HPKE with info "candour/v1/dkg-share" ‖ ceremony16 ‖ I2OSP(dealer,2) ‖ I2OSP(receiver,2), no associated
/// data. Errors: CND-1021 (the receiver's key is none).
[[nodiscard]] statement::SealedShare seal_share(const statement::CeremonyPlan& plan,
                                                crypto::ShareIndex dealer, crypto::ShareIndex receiver,
                                                const crypto::SealPublicKey& key, const crypto::Scalar& share,
                                                const CeremonySecrets& secrets);
/// The share, where it opens, is canonical and is the one that the dealer's commitments say; nothing
/// otherwise.
[[nodiscard]] std::optional<crypto::Scalar> open_share(const statement::CeremonyPlan& plan,
                                                       const statement::CeremonyDeal& deal,
                                                       crypto::ShareIndex receiver,
                                                       const crypto::SealKey& one_time_key);

/// K_i = Σ_d Σ_m i^m·C_{d,m}; at 0, K = Σ_d C_{d,0}.
[[nodiscard]] crypto::Point dealt_key(std::span<const statement::CeremonyDealer> dealers);
[[nodiscard]] crypto::Point dealt_share_key(std::span<const statement::CeremonyDealer> dealers,
                                            crypto::ShareIndex receiver);

}  // namespace candour::pseudonym
