// The body that carries a submission's attestations, as far as who sends and stores it must know it: lines of
// envelopes, a batch and then the guardians' attestations of it. What they say is checked by pseudonym's
// sides. docs/reference/formats/attestations.md.
#pragma once

#include <string_view>
#include <vector>

#include "candour/base/sha256.h"

namespace candour::submission {

/// The leaf hashes of the body's batches, in their order; none of an empty body. Errors: CND-2206 (it is no
/// such body: names the line).
[[nodiscard]] std::vector<base::Digest> batch_leaves(std::string_view body);

}  // namespace candour::submission
