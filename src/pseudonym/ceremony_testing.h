// What the tests of ceremonies share: a charter of guardians, their seats, and old keys put together, which
// nobody outside a test may ever do.
#pragma once

#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "candour/base/simulated_disk.h"
#include "candour/crypto/key.h"
#include "candour/pseudonym/ceremony.h"
#include "candour/pseudonym/ceremony_plan.h"
#include "candour/pseudonym/share.h"

namespace candour::pseudonym::testing {

using crypto::ShareIndex;

/// Guardians by number.
using Indices = std::vector<ShareIndex>;

/// Guardians 1 to n, each with keys and a folder of its own, on one disk.
class Town {
 public:
  explicit Town(ShareIndex guardians, base::Disk& disk, std::uint64_t seed = 1)
      : disk_(disk), seed_(seed), random_(seed, "town") {
    charter_.header.federation = base::sha256(base::as_bytes("federation"));
    charter_.header.log = "candour.example/log";
    for (ShareIndex index = 1; index <= guardians; ++index) add_guardian(index);
  }

  void add_guardian(ShareIndex index) {
    instruction::Guardian guardian;
    guardian.name = "Guardian " + std::to_string(index);
    guardian.index = index;
    signing_keys_.push_back(crypto::SigningKey::random(random_));
    guardian.signing_key = signing_keys_.back().public_key();
    charter_.guardians.push_back(guardian);
    randoms_.emplace_back(seed_, "guardian " + std::to_string(index));
    base::SecretBytes& key = operator_keys_.emplace_back(crypto::kKeyBytes);
    random_.fill(key.span());
  }

  [[nodiscard]] CeremonySeat seat(ShareIndex index, const std::string& folder) {
    return {.disk = disk_,
            .clock = clock_,
            .random = randoms_[index - 1U],
            .charter = charter_,
            .guardian = index,
            .signing_key = signing_keys_[index - 1U],
            .operator_key = operator_keys_[index - 1U],
            .keys = keys(index),
            .shared = folder};
  }
  [[nodiscard]] std::vector<CeremonySeat> seats(const statement::CeremonyPlan& plan,
                                                const std::string& folder) {
    std::vector<CeremonySeat> all;
    for (const ShareIndex index : statement::participants(plan)) all.push_back(seat(index, folder));
    return all;
  }
  [[nodiscard]] static std::filesystem::path keys(ShareIndex index) {
    return "keys-" + std::to_string(index);
  }

  /// Holds a ceremony and puts its domain into a new version of the charter.
  VerifiedCeremony hold(const CeremonyRequest& request, const std::string& folder) {
    const statement::CeremonyPlan plan = plan_ceremony(charter_, request);
    const std::vector<CeremonySeat> all = seats(plan, folder);
    VerifiedCeremony verified = run_ceremony_in_one_place(all, plan);
    adopt(verified);
    return verified;
  }
  void adopt(const VerifiedCeremony& verified) {
    std::erase_if(charter_.domains,
                  [&](const auto& one) { return one.name == verified.ceremony.plan.domain; });
    charter_.domains.push_back(domain_of(verified, "tests"));
    ++charter_.version;
  }

  [[nodiscard]] Share share(ShareIndex index, std::uint32_t epoch) {
    return load_share(disk_, share_path(keys(index), "d", epoch), operator_keys_[index - 1U]);
  }
  [[nodiscard]] bool has_share(ShareIndex index, std::uint32_t epoch) const {
    return disk_.exists(share_path(keys(index), "d", epoch));
  }
  /// Σ λ_i·k_i over `who`: the secret key, where they are enough.
  [[nodiscard]] crypto::Scalar assembled(const std::vector<ShareIndex>& who, std::uint32_t epoch) {
    crypto::Scalar key;
    for (const ShareIndex index : who) {
      key = key + crypto::lagrange_at_zero(who, index) * share(index, epoch).share;
    }
    return key;
  }

  [[nodiscard]] instruction::Charter& charter() { return charter_; }
  [[nodiscard]] base::Disk& disk() { return disk_; }
  [[nodiscard]] const crypto::SigningKey& signing_key(ShareIndex index) const {
    return signing_keys_[index - 1U];
  }
  [[nodiscard]] const base::SecretBytes& operator_key(ShareIndex index) const {
    return operator_keys_[index - 1U];
  }

 private:
  base::Disk& disk_;
  std::uint64_t seed_;
  base::SeededRandom random_;
  std::deque<base::SeededRandom> randoms_;  ///< one each: what one draws says nothing of what another draws
  base::FixedClock clock_{1'795'000'000};
  instruction::Charter charter_;
  std::deque<crypto::SigningKey> signing_keys_;
  std::deque<base::SecretBytes> operator_keys_;
};

/// Every choice of `size` of 1 to n.
inline std::vector<std::vector<ShareIndex>> subsets(const std::vector<ShareIndex>& of, std::size_t size) {
  std::vector<std::vector<ShareIndex>> all;
  for (std::uint32_t bits = 0; bits < (1U << of.size()); ++bits) {
    std::vector<ShareIndex> chosen;
    for (std::size_t i = 0; i < of.size(); ++i) {
      if ((bits >> i & 1U) != 0) chosen.push_back(of[i]);
    }
    if (chosen.size() == size) all.push_back(chosen);
  }
  return all;
}

}  // namespace candour::pseudonym::testing
