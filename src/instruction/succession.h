// From one version of the charter to the next: who must have signed, and for how long the public must have
// known before it takes effect (../shared/design/instructions-and-log.md).
//
//   every version          M bodies of the version before and M of the new one, as TUF's root
//   guardians, thresholds,  t guardians of the version before too, and 28 days in the log: what keeps one
//   witnesses, quorum       party from naming patients or forking the log
//   a provider that is new, 72 hours in the log
//   a key of one, a quota
//   that is raised
//   all else               at once
#pragma once

#include <cstdint>
#include <string_view>

#include "candour/instruction/charter.h"
#include "candour/statement/envelope.h"

namespace candour::instruction {

inline constexpr std::int64_t kProtectedSeconds = 28 * 86'400;
inline constexpr std::int64_t kProviderSeconds = 72 * 3'600;

/// What a change of the charter needs beside the controllers.
struct ChangeRules {
  std::uint16_t guardians = 0;     ///< of the version before, that must have signed
  std::int64_t delay_seconds = 0;  ///< after the entry in the log is known
  friend bool operator==(const ChangeRules&, const ChangeRules&) = default;
};

/// Errors: CND-2013 (a change that no signature allows: another federation, log, log's or founders' key, a
/// version that does not follow, a domain that is left out, has another key or older shares, a key that is
/// compromised no longer; that of require_shared_witness).
[[nodiscard]] ChangeRules rules_of_change(const Charter& before, const Charter& after);

/// Refuses a version of which a quorum of witnesses need not share an honest one with a quorum of an earlier
/// one: w + w' > N + f, N of the witnesses of both, f = t - 1 of the larger t. While the log goes over from
/// one to the other, some believe the one and some the other; each could be shown a history of its own.
/// Errors: CND-2013.
void require_shared_witness(const Charter& before, const Charter& after);

/// Refuses a version 1 that the founders' key, which it names, did not sign, or another did too. Errors:
/// CND-2003, CND-2011 (it is not the one that is pinned).
void require_founded(const statement::Envelope& envelope, const Charter& first,
                     const base::Digest& federation);

/// Refuses a version that not all have signed who must have, or that somebody else has signed. Errors:
/// CND-2013, CND-2014 (too few bodies of one of both versions), CND-2015 (too few guardians), CND-2003.
void require_succession(const statement::Envelope& envelope, const Charter& before, const Charter& after);

}  // namespace candour::instruction
