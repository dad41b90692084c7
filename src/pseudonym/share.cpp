#include "candour/pseudonym/share.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/crypto/sealed_file.h"

namespace candour::pseudonym {
namespace {

constexpr std::string_view kPurpose = "share";
constexpr std::size_t kDomainAtMostBytes = 128;

// size of the domain's name (1) ‖ name ‖ epoch (4) ‖ index (2) ‖ share (32) ‖ nonce key (32)
constexpr std::size_t kFixedBytes = 1 + 4 + 2 + crypto::kScalarBytes + kNonceKeyBytes;

std::uint32_t big_endian(base::ByteView bytes) {
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return number;
}

}  // namespace

void store_new_share(base::Disk& disk, const std::filesystem::path& path, const Share& share,
                     const base::SecretBytes& key, base::Random& random) {
  CANDOUR_CHECK(!share.domain.empty() && share.domain.size() <= kDomainAtMostBytes);
  base::SecretBytes secret(kFixedBytes + share.domain.size());
  auto out = secret.span().begin();
  const auto put = [&out](base::ByteView bytes) { out = std::ranges::copy(bytes, out).out; };
  put(crypto::octet(static_cast<std::uint8_t>(share.domain.size())));
  put(base::as_bytes(share.domain));
  put(crypto::octets(share.epoch));
  put(crypto::octets(share.index));
  put(share.share.bytes());
  put(share.nonce_key.view());
  crypto::store_new_sealed(disk, path, kPurpose, secret.view(), key, random);
}

Share load_share(const base::Disk& disk, const std::filesystem::path& path, const base::SecretBytes& key) {
  const base::SecretBytes secret = crypto::load_sealed(disk, path, kPurpose, key);
  base::ByteView rest = secret.view();
  const auto take = [&rest](std::size_t size) {
    const base::ByteView taken = rest.first(size);
    rest = rest.subspan(size);
    return taken;
  };
  const std::size_t domain_size = take(1)[0];
  if (secret.size() != kFixedBytes + domain_size) {
    throw base::Error("CND-2101", "The sealed file holds no share of a domain's key.").with("path", path);
  }
  Share share;
  share.domain = base::as_text(take(domain_size));
  share.epoch = big_endian(take(4));
  share.index = static_cast<crypto::ShareIndex>(big_endian(take(2)));
  const auto scalar = crypto::Scalar::parse(take(crypto::kScalarBytes));
  if (!scalar || share.domain.empty() || share.index == 0) {
    throw base::Error("CND-2101", "The sealed file holds no share of a domain's key.").with("path", path);
  }
  share.share = *scalar;
  share.nonce_key = base::SecretBytes(rest);
  return share;
}

void require_share_of(const Share& share, const instruction::Charter& charter) {
  const instruction::Domain* domain = charter.domain(share.domain);
  const crypto::Point* key = domain == nullptr ? nullptr : domain->share_key(share.index);
  if (key == nullptr || domain->epoch != share.epoch || crypto::multiply_base(share.share) != *key) {
    throw base::Error("CND-2102", "The share is not the one that the charter has a public value for.")
        .with("domain", base::Label(share.domain))
        .with("epoch", share.epoch)
        .with("guardian", share.index);
  }
}

}  // namespace candour::pseudonym
