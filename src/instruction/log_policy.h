// Whom a charter has the log's checkpoints signed and cosigned by, as the log module judges them.
#pragma once

#include <string>

#include "candour/instruction/charter.h"
#include "candour/log/policy.h"

namespace candour::instruction {

/// Under which name a guardian cosigns the log: ORIGIN/guardian-1.
[[nodiscard]] std::string witness_name(const Charter& charter, const Guardian& guardian);

/// Who must have signed a checkpoint of the log: its key, and `quorum` of guardians and witnesses.
[[nodiscard]] log::Policy log_policy(const Charter& charter);

}  // namespace candour::instruction
