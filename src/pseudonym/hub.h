// The hub's side: whether the guardians attested what a submission's tokens came from, and what the lake
// keeps of a token. What the hub learns: tokens, which it destroys, and pseudonyms. What it never learns: a
// number; each guess costs t guardians, a signed batch and quota.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

#include "candour/instruction/charter.h"
#include "candour/instruction/instruction.h"
#include "candour/pseudonym/input.h"
#include "candour/statement/submission.h"

namespace candour::pseudonym {

/// Whether another submission than the one that is looked at has used a batch already.
using UsedByAnother = std::function<bool(const base::Digest& batch_leaf)>;

/// Verifies the batches of a submission, which its provider signed and whose instruction, `order`, is in
/// force. `body` is what `attestations_sha256` names. Each batch: was made by this provider, under this
/// instruction, for this collection and the domain's epoch, not before the submission was planned nor more
/// than 24 hours before `now`; is named once, and used by no other; carries an attestation of each guardian
/// of one set, all about it. The proofs are the provider's to verify: they need the points. Gives the sizes
/// of the batches, added up. Errors: CND-2130 to CND-2134, CND-2001 to CND-2004, CND-2027, CND-2103,
/// CND-2106.
[[nodiscard]] std::uint64_t verify_attestations(const instruction::Charter& charter,
                                                const instruction::Instruction& order,
                                                const statement::Submission& submission,
                                                std::string_view body, std::int64_t now,
                                                const UsedByAnother& used_by_another);

/// What stands for a person in the lake, or in one use of it; shown as 32 hexadecimal digits.
using Pseudonym = std::array<std::uint8_t, 16>;
inline constexpr std::size_t kPseudonymKeyBytes = 32;

/// The first 16 bytes of HMAC-SHA-256(z_lake, token).
[[nodiscard]] Pseudonym lake_pseudonym(base::ByteView z_lake, const Token& token);
/// What the hub keeps of somebody whose rows are to be erased: HMAC-SHA-256(z_tomb, token). It is held
/// against the tokens that come in, and says nothing of the lake's pseudonyms.
[[nodiscard]] base::Digest tombstone(base::ByteView z_tomb, const Token& token);
/// The first 16 bytes of HMAC-SHA-256(z_use, "candour/v1/use" ‖ lake pseudonym, its 16 bytes): two recipients
/// cannot join what they got.
[[nodiscard]] Pseudonym use_pseudonym(base::ByteView z_use, const Pseudonym& lake_pseudonym);

}  // namespace candour::pseudonym
