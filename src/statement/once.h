// What the log takes once of each statement: its kind and id.
#pragma once

#include <string_view>

#include "candour/statement/payload.h"

namespace candour::statement {

/// First 16 bytes of SHA-256(kind ‖ SHA-256(id)). Each kind's ids are its own, so that who may sign one kind
/// cannot take the id of another away, which can be derived before it is used.
[[nodiscard]] Id once_id(std::string_view kind, const Id& id);
/// The same of an envelope. Errors: those of parse_any_envelope and statement_kind; CND-2004.
[[nodiscard]] Id once_id(std::string_view envelope_bytes);

}  // namespace candour::statement
