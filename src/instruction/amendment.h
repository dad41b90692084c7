// Changes of a charter, each a function of the version before: what `candour charter draft` is made of. What
// a change needs, and when it takes effect, succession.h says.
#pragma once

#include <string_view>

#include "candour/base/clock.h"
#include "candour/base/random.h"
#include "candour/instruction/charter.h"

namespace candour::instruction {

/// The version after `before`, with nothing changed yet: the next number, an id of its own, made now.
[[nodiscard]] Charter next_version(const Charter& before, base::Random& random, const base::Clock& clock);

struct Quota {
  std::uint64_t day = 0, thirty_days = 0;
};
/// Errors: CND-2048 (there is no such provider).
void set_quota(Charter& charter, std::string_view provider, const Quota& quota);

/// Takes a provider in, or, where there is one of its code, puts it in that one's place with the quota that
/// it had.
void enter_provider(Charter& charter, Provider provider);

/// Lists a key whose signatures count no longer. Errors: CND-2048 (nobody in the charter has it).
void list_compromised(Charter& charter, const crypto::SigningPublicKey& key);

/// Takes a domain in, or puts it in the place of that of its name.
void enter_domain(Charter& charter, Domain domain);

}  // namespace candour::instruction
