#include "candour/node/redactions.h"

#include "candour/base/error.h"

namespace candour::node {

namespace {

void apply(const instruction::RedactionEntry* in_force, const base::Digest& name, log::Bodies& bodies) {
  if (in_force == nullptr) return bodies.restore(name);
  if (in_force->redaction.until) return bodies.withhold(name);
  bodies.remove(name);
}

}  // namespace

void apply_redactions(const instruction::Register& log, log::Bodies& bodies, std::int64_t now) {
  for (const instruction::RedactionEntry& one : log.redactions()) {
    const base::Digest& name = one.redaction.text.commitment;
    try {
      apply(log.redacted(name, now), name, bodies);
    } catch (const base::Error&) {
      continue;  // a full disk, a damaged file: none of it may keep a node from its work, or the next text
                 // here
    }
  }
}

}  // namespace candour::node
