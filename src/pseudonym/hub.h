// The hub's side: whether the guardians attested what a submission's tokens came from, and what the lake
// keeps of a token. What the hub learns: tokens, which it destroys, and pseudonyms. What it never learns: a
// number; each guess costs t guardians, a signed batch and quota.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/instruction/charter.h"
#include "candour/instruction/instruction.h"
#include "candour/pseudonym/input.h"
#include "candour/statement/submission.h"

namespace candour::pseudonym {

/// Whether another submission than the one that is looked at has used a batch already.
using UsedByAnother = std::function<bool(const base::Digest& batch_leaf)>;

/// What a provider signed of batches that it used: a submission's part, or a week's erasure orders'.
struct BatchUse {
  std::int64_t made = 0;  ///< when it was planned; unix seconds
  statement::Id instruction{};
  std::string provider, collection;  ///< no collection of erasure orders
  std::vector<base::Digest> batches;
  base::Digest attestations_sha256{};
};
[[nodiscard]] BatchUse batch_use_of(const statement::Submission& submission);

/// Verifies the batches that a provider used for something, which it signed and whose instruction, `order`,
/// is in force, of the charter's federation. `body` is what `attestations_sha256` names. Each batch: was made
/// by this provider, under this instruction, for this collection and the domain's epoch, not before its use
/// was planned nor more than 24 hours before `now`; is named once, and used by no other; carries an
/// attestation of each guardian of one set, all about it. The proofs are the provider's to verify: they need
/// the points. Gives the sizes of the batches, added up. Errors: CND-2130 to CND-2134, CND-2001 to CND-2004,
/// CND-2027, CND-2103, CND-2106.
[[nodiscard]] std::uint64_t verify_attestations(const instruction::Charter& charter,
                                                const instruction::Instruction& order, const BatchUse& use,
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
