// "incident": something went wrong that everybody has to know. docs/reference/formats/statements.md.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "candour/statement/payload.h"
#include "candour/statement/salted.h"

namespace candour::statement {

/// Two heads that cannot both be; a guardian's share lost or seen; a mistake put right; anything else.
enum class IncidentKind { kFork, kShareLost, kCorrection, kOther };
inline constexpr std::array<std::string_view, 4> kIncidentKinds{"fork", "share-lost", "correction", "other"};

/// "incident", signed by a party of the charter.
struct Incident {
  Header header{};
  IncidentKind what = IncidentKind::kOther;
  std::string party{};  ///< who says so: an ODS code, or a name of the charter
  FreeText text{};
  std::optional<base::Digest> evidence_sha256{};  ///< of the body that proves it: two heads, say
  friend bool operator==(const Incident&, const Incident&) = default;
};

[[nodiscard]] std::string write_payload(const Incident& incident);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] Incident parse_incident(std::string_view payload);

}  // namespace candour::statement
