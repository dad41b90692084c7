// The transcript of a key ceremony: what all guardians sign, and what anybody verifies without having been
// there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "candour/instruction/charter.h"
#include "candour/statement/ceremony.h"

namespace candour::pseudonym {

/// A commit or a deal with the digest of the payload that was signed.
template <typename Statement>
struct Message {
  Statement statement;
  base::Digest payload_sha256{};
};

/// The transcript of a plan, from all participants' commits and all dealers' deals, each ascending. Everybody
/// who has these messages makes the same.
[[nodiscard]] statement::Ceremony make_transcript(
    const statement::CeremonyPlan& plan, const std::vector<Message<statement::CeremonyCommit>>& commits,
    const std::vector<Message<statement::CeremonyDeal>>& deals);

/// Verifies all of a transcript but its signatures: the plan under the charter that it names, each dealer's
/// commitment, number of commitments and proof, in a resharing that C_0 is λ_i·K_i of the charter's K_i and
/// that K is the charter's; K and every K_i recomputed, none the identity, none twice.
/// Errors: CND-2150; CND-2155 (names the rule).
void require_transcript(const statement::Ceremony& ceremony, const instruction::Charter& charter);

struct VerifiedCeremony {
  statement::Ceremony ceremony;
  base::Digest sha256{};  ///< of its envelope: what a charter's domain names
};

/// Verifies the envelope of a transcript under the version of the charter that it names: the above, and that
/// each participant signed it, in their order. For anyone, without a network.
/// Errors: CND-2001 to CND-2004, CND-2150, CND-2155.
[[nodiscard]] VerifiedCeremony verify_ceremony(std::string_view envelope,
                                               const instruction::Charter& charter);

/// What the next charter says of the domain. `purpose` is the charter's own word.
[[nodiscard]] instruction::Domain domain_of(const VerifiedCeremony& verified, std::string purpose);

/// Refuses a charter's domain that is not what its ceremony gave. Errors: CND-2156 (names the value).
void check_domain(const instruction::Domain& domain, const VerifiedCeremony& verified);

}  // namespace candour::pseudonym
