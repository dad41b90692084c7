// A ceremony that is aborted, at one guardian: the records that say so, and what is wiped. A record carries
// the evidence, so that whoever reads it judges for itself.
#pragma once

#include <filesystem>
#include <string>

#include "candour/pseudonym/ceremony.h"
#include "candour/pseudonym/ceremony_folder.h"

namespace candour::pseudonym {

/// Reads the records that guardians have shown, and notes what they prove. Their evidence may hold a version
/// of a message that this guardian has never seen. Errors: CND-2158 (a record proves nothing), those of
/// CeremonyFolder::receive.
void read_abort_records(const CeremonySeat& seat, const statement::CeremonyPlan& plan,
                        const std::filesystem::path& own, CeremonyFolder& folder);

/// This guardian's record, as the payload of its statement.
[[nodiscard]] std::string abort_record(const CeremonySeat& seat, const statement::CeremonyPlan& plan,
                                       const Blame& blame);

/// Wipes this guardian's secrets of the ceremony. The share of one that has signed stays: others may have all
/// signatures, and count on it.
void wipe_aborted(const CeremonySeat& seat, const std::filesystem::path& own, const CeremonyFolder& folder);

}  // namespace candour::pseudonym
