#include "candour/statement/once.h"

#include "candour/statement/envelope.h"
#include "candour/statement/kinds.h"

namespace candour::statement {

Id once_id(std::string_view kind, const Id& id) { return derived_id(kind, base::sha256(id)); }

Id once_id(std::string_view envelope_bytes) {
  const std::string payload = parse_any_envelope(envelope_bytes).payload;
  return once_id(statement_kind(envelope_bytes).name, PayloadReader(std::string_view(payload)).header().id);
}

}  // namespace candour::statement
