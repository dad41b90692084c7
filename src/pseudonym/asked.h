// S, the guardians that are asked together, and what follows from it for everybody who knows the charter:
// each one's public key under its Lagrange coefficient, W_i = λ_i·K_i.
#pragma once

#include <vector>

#include "candour/crypto/batch_proof.h"
#include "candour/instruction/charter.h"
#include "candour/statement/batch.h"

namespace candour::pseudonym {

using AskedSet = std::vector<crypto::ShareIndex>;

/// Whether these are exactly t guardians of the domain, ascending.
[[nodiscard]] bool is_asked_set(const instruction::Domain& domain, const AskedSet& asked);

/// W_i for each of a valid set, in its order. Refuses a domain whose public values do not belong together:
/// Σ W_i = K. Errors: CND-2103.
[[nodiscard]] crypto::Points weighted_keys(const instruction::Domain& domain, const AskedSet& asked);

/// What a proof of `guardian` about `batch` is bound to. `weighted_key` is its W_i.
[[nodiscard]] crypto::BatchProofContext proof_context(const statement::Batch& batch, const base::Digest& leaf,
                                                      const AskedSet& asked, crypto::ShareIndex guardian,
                                                      const crypto::Point& weighted_key);

}  // namespace candour::pseudonym
