// Sealed entries: a run or an incident that may not be read yet stands in the log as a commitment with the
// day on which it will be (`sealed`), and is shown later (`opening`). An order, a revocation or data is never
// sealed. docs/reference/formats/statements.md.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "candour/base/date.h"
#include "candour/statement/incident.h"
#include "candour/statement/payload.h"
#include "candour/statement/salted.h"

namespace candour::statement {

inline constexpr std::int32_t kSealedAtMostDays = 180;
/// A payload that is opened is a text inside another payload.
inline constexpr std::size_t kOpenedAtMostBytes = 16'384;

/// Of which kind the payload is that was sealed.
enum class SealedKind { kRun, kIncident };
inline constexpr std::array<std::string_view, 2> kSealedKinds{"run", "incident"};

/// "sealed", signed by the controllers.
struct Sealed {
  Header header{};
  SealedKind of = SealedKind::kRun;
  base::Digest commitment{};  ///< commit_digest(salt, SHA-256(payload))
  base::Date open_by{};       ///< from the day on which it was made to kSealedAtMostDays later
  friend bool operator==(const Sealed&, const Sealed&) = default;
};

/// "opening", signed by any one controller. Its id is derived from the leaf hash of what it opens.
struct Opening {
  Header header{};
  base::Digest sealed{};  ///< its leaf hash
  Salt salt{};
  std::string payload{};  ///< of the run or the incident
  friend bool operator==(const Opening&, const Opening&) = default;
};

/// The commitment to a payload that will be opened. Errors: CND-2005 (it is too large to be opened).
[[nodiscard]] base::Digest commit_payload(std::string_view payload, const Salt& salt);

/// Verifies that an opening shows what the sealed statement of that leaf hash commits to: a payload of its
/// kind in the same federation's log. Errors: CND-2005 (names the rule), CND-2004, CND-1008 (of that
/// payload).
void verify_opening(const Opening& opening, const Sealed& sealed, const base::Digest& sealed_leaf);

/// The incident that an opening shows; nothing where it shows a run.
[[nodiscard]] std::optional<Incident> opened_incident(const Opening& opening);

[[nodiscard]] std::string write_payload(const Sealed& sealed);
[[nodiscard]] std::string write_payload(const Opening& opening);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] Sealed parse_sealed(std::string_view payload);
[[nodiscard]] Opening parse_opening(std::string_view payload);

}  // namespace candour::statement
