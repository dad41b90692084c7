// Everything that binds, as an Atom feed (RFC 4287): charters, collections, instructions, what was said about
// them, and what was released, erased or went wrong. An entry's id names the federation and the index in the
// log, so that a reader sees each once, whoever wrote the feed. https://www.rfc-editor.org/rfc/rfc4287
#pragma once

#include <string>

#include "candour/public_register/inputs.h"

namespace candour::public_register {

/// A feed holds so many entries, the newest first.
inline constexpr std::size_t kFeedAtMost = 500;

[[nodiscard]] std::string write_feed(const Inputs& inputs);

}  // namespace candour::public_register
