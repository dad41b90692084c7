// What a key ceremony is to do: made from a charter and a few words of the guardians, the same for each of
// them, or refused.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "candour/instruction/charter.h"
#include "candour/statement/ceremony.h"

namespace candour::pseudonym {

/// What is asked for; what is left out follows from the charter.
struct CeremonyRequest {
  statement::CeremonyKind kind = statement::CeremonyKind::kNew;
  std::string domain;
  std::uint32_t epoch = 0;      ///< 0: the one after the charter's, or 1
  std::uint16_t threshold = 0;  ///< 0: as in the charter; a new domain names it
  std::vector<crypto::ShareIndex>
      dealers;  ///< empty: the first of the charter that have a share, lost ones left out
  std::vector<crypto::ShareIndex>
      receivers;  ///< empty: who has a share; of a new domain or other set, all guardians
  std::vector<crypto::ShareIndex> lost;  ///< whose shares are lost
};

/// The plan. Errors: CND-2150.
[[nodiscard]] statement::CeremonyPlan plan_ceremony(const instruction::Charter& charter,
                                                    const CeremonyRequest& request);

/// Whether a plan keeps the rules under the charter that it names. Errors: CND-2150 (names the rule).
/// The rules: at least two guardians are needed and at most all of 10 (with one, each would hold the whole
/// key); a new domain is in no charter, and its dealers are its receivers; otherwise as many dealers as the
/// old shares need, each with an old share, and a later epoch; a refresh or recovery changes neither
/// guardians nor threshold.
void require_plan(const statement::CeremonyPlan& plan, const instruction::Charter& charter);

}  // namespace candour::pseudonym
