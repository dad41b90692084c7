#include "candour/submission/commitment.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/crypto/mac.h"

namespace candour::submission {
namespace {

base::Digest node(const base::Digest& left, const base::Digest& right) {
  const std::uint8_t inner = 0x01;
  base::Sha256 hash;
  hash.update({&inner, 1});
  hash.update(left);
  hash.update(right);
  return hash.finish();
}

}  // namespace

RowSalt row_salt(base::ByteView seed, std::uint64_t index) {
  CANDOUR_CHECK(seed.size() == kSeedBytes);
  std::array<std::uint8_t, 8> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i)
    octets[i] = static_cast<std::uint8_t>(index >> (56 - 8 * i));
  const base::Digest digest = crypto::hmac_sha256(seed, octets);
  RowSalt salt{};
  std::copy_n(digest.begin(), salt.size(), salt.begin());
  return salt;
}

void Commitment::add(std::string_view record) {
  const std::uint8_t leaf = 0x00;
  base::Sha256 hash;
  hash.update({&leaf, 1});
  hash.update(row_salt(seed_.view(), rows_));
  hash.update(base::as_bytes(record));
  subtrees_.push_back(hash.finish());
  // Two subtrees of one size become one, as a carry does in addition.
  for (std::uint64_t carry = rows_; (carry & 1U) != 0; carry >>= 1U) {
    const base::Digest right = subtrees_.back();
    subtrees_.pop_back();
    subtrees_.back() = node(subtrees_.back(), right);
  }
  ++rows_;
}

base::Digest Commitment::root() const {
  if (subtrees_.empty()) {
    const std::uint8_t none = 0x02;
    base::Sha256 hash;
    hash.update({&none, 1});
    hash.update(row_salt(seed_.view(), 0));
    return hash.finish();
  }
  base::Digest root = subtrees_.back();
  for (auto left = std::next(subtrees_.rbegin()); left != subtrees_.rend(); ++left) root = node(*left, root);
  return root;
}

}  // namespace candour::submission
