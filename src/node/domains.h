// The domains of a charter and the key ceremonies that they come from. A ceremony's transcript is an entry of
// the log, and a charter's domain names it; nobody takes the charter's word for the keys.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "candour/instruction/register.h"

namespace candour::node {

/// The bytes of an entry of the log.
using EntryAt = std::function<std::string(std::uint64_t index)>;

/// The version of the charter that a ceremony says it was held under. Errors: CND-2001, CND-2002, CND-2004;
/// CND-2454 (the log has no such version).
[[nodiscard]] const instruction::Charter& charter_of_ceremony(const instruction::Register& log,
                                                              std::string_view ceremony_envelope);

/// Recomputes every domain's key and shares' keys from the transcript of its ceremony, under the version of
/// the charter that the ceremony names. Errors: CND-2453 (the log does not have the transcript), those of
/// verify_ceremony and check_domain.
void require_domains(const instruction::Register& log, const instruction::Charter& charter,
                     const EntryAt& entry);

/// Takes the domain of a ceremony into the next version of a charter, in the place of an older epoch, whose
/// purpose stays where none is given. The ceremony may have been held under an earlier version, if guardians
/// and shares are still those of then. Errors: CND-2454 (they are not, or a new domain has no purpose), those
/// of verify_ceremony.
void adopt_domain(const instruction::Register& log, instruction::Charter& next,
                  std::string_view ceremony_envelope, const std::string& purpose);

}  // namespace candour::node
