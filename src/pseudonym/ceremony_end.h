// The end of a ceremony at one guardian: the transcript with all signatures, and the new share in the place
// of the old ones.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "candour/pseudonym/ceremony.h"

namespace candour::pseudonym {

/// The share that waits for everybody's signature, in a guardian's own folder of the ceremony.
inline constexpr std::string_view kPendingShareFile = "share.sealed";

/// The envelope of the transcript: one payload, which each of `messages` has signed, and each signer's
/// signature in their order.
[[nodiscard]] std::string signed_by_all(const instruction::Charter& charter,
                                        const std::vector<statement::CeremonyEvidence>& messages);

/// Puts the pending share where it will be used, removes the shares of the epochs up to the charter's, and
/// then the secrets of the ceremony. Whoever is killed in it begins it again.
void put_share_in_place(const CeremonySeat& seat, const statement::CeremonyPlan& plan,
                        const std::filesystem::path& own);

}  // namespace candour::pseudonym
