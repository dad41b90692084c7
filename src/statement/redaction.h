// "redaction": a text beside the log is taken away from readers, until a day or for ever. That it was there,
// how large, why it is gone and until when stays in public. docs/reference/formats/statements.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "candour/base/date.h"
#include "candour/statement/payload.h"
#include "candour/statement/salted.h"

namespace candour::statement {

/// Why: a person can be told from it; a court said so; it helps who would do harm.
enum class RedactionReason : std::uint8_t { kNamesAPerson, kCourtOrder, kSecurity };
inline constexpr std::array<std::string_view, 3> kRedactionReasons{"names-a-person", "court-order",
                                                                   "security"};

/// A day at most so far off; the bodies may sign again, and that is counted too.
inline constexpr std::int32_t kRedactedAtMostDays = 365;

/// "redaction", signed by the controllers.
struct Redaction {
  Header header{};
  base::Digest entry{};  ///< the leaf hash of the statement whose text it is
  FreeText text{};       ///< as that statement commits to it
  RedactionReason reason = RedactionReason::kNamesAPerson;
  std::optional<base::Date> until{};  ///< the last day; nothing: for ever, which only naming a person is
  friend bool operator==(const Redaction&, const Redaction&) = default;
};

[[nodiscard]] std::string write_payload(const Redaction& redaction);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] Redaction parse_redaction(std::string_view payload);

}  // namespace candour::statement
