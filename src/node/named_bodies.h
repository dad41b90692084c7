// What came with a statement and is named by it: the rest of what somebody sends is not kept.
#pragma once

#include <set>

#include "candour/base/sha256.h"
#include "candour/log/bodies.h"
#include "candour/node/log_wire.h"

namespace candour::node {

/// The names of the bodies of a statement: a charter's providers, a collection's manifest and the files that
/// the manifest, if it came too, lists; the free text of a revocation, an objection or an incident, one that
/// was sealed and is opened too. Errors: CND-2001 to CND-2006, CND-1008 (it is no statement).
[[nodiscard]] std::set<base::Digest> body_names(const Entry& entry);

/// Stores what came and is named, durably; a text only under a salted commitment, so that it can be redacted.
/// Errors: those of body_names and Disk.
void keep_named_bodies(log::Bodies& bodies, const Entry& entry);

}  // namespace candour::node
