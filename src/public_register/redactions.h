// Free texts that are taken away: how many, how large, why and until when.
#pragma once

#include <cstdint>
#include <string>

#include "candour/public_register/inputs.h"

namespace candour::public_register {

/// Over what the log commits to; a text that is redacted twice is one.
struct RedactionTotals {
  std::uint64_t texts = 0, redacted = 0, bytes = 0;
};
[[nodiscard]] RedactionTotals redaction_totals(const Inputs& inputs);

/// redactions.json: the totals, and every redaction with the entry whose text it is.
[[nodiscard]] std::string write_redactions_json(const Inputs& inputs);

}  // namespace candour::public_register
