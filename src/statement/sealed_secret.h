// What a sealed entry hides: its payload, the salt of its commitment, and the texts to which the payload
// commits. Whoever seals keeps it in a file of its own until the entry is opened; the log never has it.
// docs/reference/formats/statements.md, "The secret of a sealed entry".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "candour/statement/sealed.h"

namespace candour::statement {

struct SealedSecret {
  SealedKind of = SealedKind::kRun;
  Salt salt{};
  std::string payload{};
  /// Salt ‖ text of each commitment of the payload, in its order: an incident's text; a run's SQL and inputs.
  std::vector<std::string> bodies{};
  friend bool operator==(const SealedSecret&, const SealedSecret&) = default;
};

[[nodiscard]] std::string write_secret(const SealedSecret& secret);
/// Refuses what does not hold together: a payload of its kind, and bodies that are what it commits to.
/// Errors: CND-2580.
[[nodiscard]] SealedSecret parse_secret(std::string_view text);

/// Refuses a secret that is of another sealed statement. Errors: CND-2580.
void require_secret_of(const SealedSecret& secret, const Sealed& sealed);

/// The body's text, behind its salt.
[[nodiscard]] std::string_view text_of_body(std::string_view body);

}  // namespace candour::statement
