// A set of NHS numbers as keyed digests: it answers whether a number is in it, to whoever has the number. The
// key is drawn for the one set and goes with it, so that two sets have nothing in common to compare.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/random.h"
#include "candour/crypto/mac.h"
#include "candour/vault/check_file.h"

namespace candour::vault {

class NumberDigests {
 public:
  /// Of `numbers`, under a key that is drawn now.
  NumberDigests(const IdentifiableNumbers& numbers, base::Random& random);
  /// As they were kept: what key() and bytes() gave.
  NumberDigests(base::ByteView key, base::ByteView bytes);

  /// The number's place in the order of the digests; nothing where it is not in the set. `digits` is ten
  /// ASCII digits.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view digits) const;
  [[nodiscard]] std::size_t size() const { return digests_.size(); }
  [[nodiscard]] base::ByteView key() const { return key_.view(); }
  [[nodiscard]] base::ByteView bytes() const;

 private:
  [[nodiscard]] crypto::ShortDigest digest(std::string_view digits) const;
  base::SecretBytes key_;
  std::vector<crypto::ShortDigest> digests_;  ///< ascending
};

}  // namespace candour::vault
