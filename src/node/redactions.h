// What a node does when the log says that a text is redacted: it serves the text no more, deletes one that is
// gone for ever, and serves one again whose day is over. Every node that has a log does the same, the hub and
// whoever follows it. Nothing else beside the log can be redacted: not a charter's list of providers, not a
// collection's files, for a statement whose body is missing is not in force.
#pragma once

#include "candour/instruction/register.h"
#include "candour/log/bodies.h"

namespace candour::node {

/// Brings the bodies to what the register says at this moment, in unix seconds. Idempotent. One that the disk
/// keeps where it is is served by nobody all the same, and is tried again the next time.
void apply_redactions(const instruction::Register& log, log::Bodies& bodies, std::int64_t now);

}  // namespace candour::node
