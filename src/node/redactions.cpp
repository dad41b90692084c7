#include "candour/node/redactions.h"

namespace candour::node {

void apply_redactions(const instruction::Register& log, log::Bodies& bodies, std::int64_t now) {
  for (const instruction::RedactionEntry& one : log.redactions()) {
    const base::Digest& name = one.redaction.text.commitment;
    const instruction::RedactionEntry* in_force = log.redacted(name, now);
    if (in_force == nullptr) {
      bodies.restore(name);
    } else if (in_force->redaction.until) {
      bodies.withhold(name);
    } else {
      bodies.remove(name);
    }
  }
}

}  // namespace candour::node
