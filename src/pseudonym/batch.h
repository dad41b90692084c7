// The provider's side of one batch: blind, ask, verify, combine. What a provider learns: the tokens of its
// own patients. What it never learns: a pseudonym, or anything of another provider's patients.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/crypto/ristretto.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/charter.h"
#include "candour/pseudonym/asked.h"
#include "candour/pseudonym/input.h"
#include "candour/pseudonym/plan.h"
#include "candour/statement/batch.h"

namespace candour::pseudonym {

/// How far a batch's `made` may be from a guardian's clock when it first sees it.
inline constexpr std::int64_t kClockToleranceSeconds = 300;
/// How long after its `made` a batch may be submitted, and so be asked for again.
inline constexpr std::int64_t kBatchLifeSeconds = 24 * 3600;

/// What all batches of one submission have in common.
struct BatchPurpose {
  statement::Id instruction{};
  std::string domain;
  std::string provider;    ///< its ODS code
  std::string collection;  ///< its name
};

/// Errors: CND-2106 (the charter has no such domain).
[[nodiscard]] const instruction::Domain& domain_of(const instruction::Charter& charter,
                                                   std::string_view name);

/// A batch as guardians see it: nothing in it says who is in it.
struct BlindedBatch {
  statement::Batch statement;
  std::string envelope;  ///< the statement, signed
  base::Digest leaf{};
  crypto::Points points;  ///< A_j
};

/// A_j = P_j + r_j·B for each place of a plan. `identifiers` are those of the whole submission.
[[nodiscard]] crypto::Points blind(const BatchPlan& plan, std::span<const Identifier> identifiers);

/// Blinds a batch and signs its statement; a function of its arguments, to the byte. `made` is in seconds
/// since 1970-01-01T00:00:00Z: a guardian takes a batch that it has not seen only within 5 minutes of it. The
/// domain is one of the charter's (CND-2106 where it is not).
[[nodiscard]] BlindedBatch make_batch(const BatchPlan& plan, std::span<const Identifier> identifiers,
                                      const BatchPurpose& purpose, std::int64_t made,
                                      const instruction::Charter& charter,
                                      const crypto::SigningKey& signing_key);

/// A guardian's answer that holds.
struct VerifiedAnswer {
  std::string attestation;  ///< its envelope
  crypto::Points points;    ///< E_j
};

/// Whom an answer must come from, and its key under the set that was asked.
struct AskedGuardian {
  crypto::ShareIndex index = 0;
  crypto::SigningPublicKey signing_key{};
  crypto::Point weighted_key;
};

/// Verifies an answer to `batch`, asked of `asked`: the guardian signed the attestation; it is about this
/// batch, epoch and set; the points are canonical, none is the identity, and they are those that it signed;
/// the proof holds for all of them. Errors: CND-2105, CND-2001 to CND-2004, CND-2107 (names the member),
/// CND-2108 (a point), CND-2109 (the proof).
[[nodiscard]] VerifiedAnswer verify_answer(base::ByteView answer, const BlindedBatch& batch,
                                           const AskedSet& asked, const AskedGuardian& guardian);

/// Whether an attestation that its guardian signed is about this batch and set, in every member that is not
/// points, proof or checkpoint. Gives the name of the member that is another, or an empty one.
[[nodiscard]] std::string_view other_member(const statement::Attestation& attestation,
                                            const statement::Batch& batch, const base::Digest& leaf,
                                            const AskedSet& asked, crypto::ShareIndex guardian);

/// Unblinds what all of a set answered and puts the token of each identifier of the plan at its index in
/// `tokens`. An element must be the identity where padding stands, and nowhere else. Errors: CND-2111.
void combine(const BatchPlan& plan, std::span<const Identifier> identifiers, const crypto::Point& domain_key,
             std::span<const crypto::Points> evaluated, std::span<Token> tokens);

}  // namespace candour::pseudonym
