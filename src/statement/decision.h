// The statements that decide about an instruction beside the instruction itself: what a collection is
// (`collection`), who accepts (`acceptance`), who objects (`objection`), who stops it (`revocation`).
// docs/reference/formats/statements.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "candour/base/date.h"
#include "candour/statement/payload.h"
#include "candour/statement/salted.h"

namespace candour::statement {

/// "collection", signed by the controllers: instructions name its folder by the digest.
struct Collection {
  Header header{};
  std::string name{};
  base::Digest collection_sha256{};  ///< of the folder
  base::Digest manifest_sha256{};    ///< of the body that lists the folder's files
  std::uint32_t files = 1;           ///< how many the manifest lists
  friend bool operator==(const Collection&, const Collection&) = default;
};

/// In which office somebody accepts for a provider.
enum class Office { kCaldicottGuardian, kSeniorInformationRiskOwner };
inline constexpr std::array<std::string_view, 2> kOffices{"caldicott-guardian",
                                                          "senior-information-risk-owner"};

/// "acceptance", signed by the provider: it will send under an instruction.
struct Acceptance {
  Header header{};
  Id instruction{};
  std::string provider{};  ///< its ODS code
  Office role = Office::kCaldicottGuardian;
  std::string name{};  ///< of the person who accepts
  friend bool operator==(const Acceptance&, const Acceptance&) = default;
};

/// "objection", signed by the party that objects.
struct Objection {
  Header header{};
  Id instruction{};
  std::string party{};  ///< an ODS code, or a name of the charter
  FreeText reasons{};
  base::Date answer_due{};  ///< not before the day on which it was made
  friend bool operator==(const Objection&, const Objection&) = default;
};

/// "revocation", signed by any one controller: stopping is easier than starting.
struct Revocation {
  Header header{};
  Id instruction{};
  FreeText why{};
  friend bool operator==(const Revocation&, const Revocation&) = default;
};

[[nodiscard]] std::string write_payload(const Collection& collection);
[[nodiscard]] std::string write_payload(const Acceptance& acceptance);
[[nodiscard]] std::string write_payload(const Objection& objection);
[[nodiscard]] std::string write_payload(const Revocation& revocation);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] Collection parse_collection(std::string_view payload);
[[nodiscard]] Acceptance parse_acceptance(std::string_view payload);
[[nodiscard]] Objection parse_objection(std::string_view payload);
[[nodiscard]] Revocation parse_revocation(std::string_view payload);

}  // namespace candour::statement
