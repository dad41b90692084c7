#include "candour/statement/kinds.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/statement/envelope.h"

namespace candour::statement {

const Kind* find_kind(std::string_view name) {
  const auto kind = std::ranges::find(kKinds, name, &Kind::name);
  return kind == kKinds.end() ? nullptr : &*kind;
}

const Kind& statement_kind(std::string_view envelope_bytes) {
  const std::string type = parse_any_envelope(envelope_bytes).payload_type;
  const auto kind =
      std::ranges::find_if(kKinds, [&](const Kind& one) { return payload_type_of(one.name) == type; });
  if (kind == kKinds.end()) {
    throw base::Error("CND-2006", "The signed statement is of no kind that this version of Candour knows.");
  }
  return *kind;
}

}  // namespace candour::statement
