// "head": a co-signed checkpoint as an entry of the log that it is of. Everybody can say from the log alone
// since when an entry is public: since the first head that covers it. docs/reference/formats/statements.md.
#pragma once

#include <string>
#include <string_view>

#include "candour/statement/payload.h"

namespace candour::statement {

/// "head", signed by the hub. Its id is derived from SHA-256 of the checkpoint.
struct Head {
  Header header{};
  std::string checkpoint{};  ///< the signed note, cosignatures and all, as the log module reads it
  friend bool operator==(const Head&, const Head&) = default;
};

[[nodiscard]] std::string write_payload(const Head& head);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] Head parse_head(std::string_view payload);

}  // namespace candour::statement
