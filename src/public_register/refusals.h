// The refusals in the log, by the rule under which they were made. Their number is never hidden.
#pragma once

#include <cstdint>
#include <optional>

#include "candour/instruction/register.h"
#include "candour/page/html.h"

namespace candour::public_register {

/// All refusals in the log, those to strangers too.
[[nodiscard]] std::uint64_t refusals_in_all(const instruction::Register& log);

/// Those of one instruction; or, without one, all of them.
[[nodiscard]] page::Html refusals_table(const instruction::Register& log,
                                        const std::optional<statement::Id>& instruction);

}  // namespace candour::public_register
