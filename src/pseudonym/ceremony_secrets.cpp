#include "candour/pseudonym/ceremony_secrets.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/crypto/sealed_file.h"

namespace candour::pseudonym {
namespace {

constexpr std::string_view kPurpose = "ceremony-seed";
constexpr std::size_t kSeedBytes = 32;
constexpr std::size_t kTimeBytes = 8;

}  // namespace

CeremonySecrets::CeremonySecrets(base::ByteView stored, const statement::Id& ceremony)
    : seed_(stored.first(kSeedBytes)), ceremony_(ceremony) {
  for (const std::uint8_t byte : stored.subspan(kSeedBytes, kTimeBytes))
    joined_at_ = (joined_at_ << 8) | byte;
}

crypto::DerivedRandom CeremonySecrets::random(std::string_view use, base::ByteView context) const {
  base::Sha256 used_with;
  used_with.update(ceremony_);
  used_with.update(context);
  return {seed_.view(), "candour/v1/ceremony/" + std::string(use) + "/" + base::to_hex(used_with.finish())};
}

crypto::SealKey CeremonySecrets::one_time_key() const {
  crypto::DerivedRandom drawn = random("one-time-key");
  return crypto::SealKey::random(drawn);
}

crypto::Polynomial CeremonySecrets::polynomial(std::size_t threshold,
                                               const std::optional<crypto::Scalar>& dealt) const {
  crypto::DerivedRandom drawn = random("polynomial");
  return {dealt ? *dealt : crypto::Scalar::random(drawn), threshold, drawn};
}

void store_new_secrets(base::Disk& disk, const std::filesystem::path& path, const base::Clock& clock,
                       const base::SecretBytes& key, base::Random& random) {
  base::SecretBytes stored(kSeedBytes + kTimeBytes);
  random.fill(stored.span().first(kSeedBytes));
  auto now = static_cast<std::uint64_t>(clock.now_unix_seconds());
  for (std::size_t i = stored.size(); i-- > kSeedBytes; now >>= 8) {
    stored.span()[i] = static_cast<std::uint8_t>(now);
  }
  crypto::store_new_sealed(disk, path, kPurpose, stored.view(), key, random);
}

CeremonySecrets load_secrets(const base::Disk& disk, const std::filesystem::path& path,
                             const base::SecretBytes& key, const statement::Id& ceremony) {
  const base::SecretBytes stored = crypto::load_sealed(disk, path, kPurpose, key);
  if (stored.size() != kSeedBytes + kTimeBytes) {
    throw base::Error("CND-1011", "The file does not hold what a ceremony keeps.").with("path", path);
  }
  return {stored.view(), ceremony};
}

}  // namespace candour::pseudonym
