// The same roots by another way: RFC 6962's definition, word for word, over leaves that are read again.
// Before a head is signed, what was stored is read back and goes through this, so that neither a flipped bit
// in memory nor a fault in merkle.cpp or in the tiles' code is signed. It shares nothing with them but
// SHA-256.
#pragma once

#include <cstdint>
#include <functional>

#include "candour/base/sha256.h"

namespace candour::log {

/// The leaf hash of an entry.
[[nodiscard]] base::Digest recompute_leaf(base::ByteView entry);
/// MTH over the leaf hashes that `leaf_at` gives for 0 to size - 1, each asked for once and in order.
[[nodiscard]] base::Digest recompute_root(std::uint64_t size,
                                          const std::function<base::Digest(std::uint64_t index)>& leaf_at);

}  // namespace candour::log
