#include "candour/vault/number_digests.h"

#include <algorithm>

#include "candour/base/error.h"

namespace candour::vault {

NumberDigests::NumberDigests(const IdentifiableNumbers& numbers, base::Random& random)
    : key_(crypto::kShortKeyBytes) {
  random.fill(key_.span());
  digests_.reserve(numbers.reveal().values.size());
  for (const std::uint64_t number : numbers.reveal().values) {
    std::string digits = nhs_number_text(number);
    digests_.push_back(digest(digits));
    base::wipe(digits);
  }
  std::ranges::sort(digests_);
}

NumberDigests::NumberDigests(base::ByteView key, base::ByteView bytes) : key_(key) {
  constexpr std::size_t kBytes = sizeof(crypto::ShortDigest);
  CANDOUR_CHECK(key.size() == crypto::kShortKeyBytes && bytes.size() % kBytes == 0);
  digests_.resize(bytes.size() / kBytes);
  for (std::size_t i = 0; i < digests_.size(); ++i) {
    std::ranges::copy(bytes.subspan(i * kBytes, kBytes), digests_[i].begin());
  }
}

std::optional<std::size_t> NumberDigests::find(std::string_view digits) const {
  const crypto::ShortDigest wanted = digest(digits);
  const auto found = std::ranges::lower_bound(digests_, wanted);
  if (found == digests_.end() || *found != wanted) return std::nullopt;
  return static_cast<std::size_t>(found - digests_.begin());
}

base::ByteView NumberDigests::bytes() const {
  if (digests_.empty()) return {};
  return {digests_.front().data(), digests_.size() * sizeof(crypto::ShortDigest)};
}

crypto::ShortDigest NumberDigests::digest(std::string_view digits) const {
  CANDOUR_CHECK(digits.size() == kNhsNumberDigits);
  return crypto::short_digest(key_.view(), base::as_bytes(digits));
}

}  // namespace candour::vault
