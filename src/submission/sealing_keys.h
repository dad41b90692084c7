// The hub's X25519 keys that packages are sealed to, one a month. Each is made once, said in a signed
// statement, and destroyed some days after its month, or before when what was sealed to it has to be gone: a
// package that somebody kept opens never again.
//
//   FOLDER/2026-11.key      the secret, a sealed file (crypto/sealed_file.h); first
//   FOLDER/2026-11.dsse     the `sealing-key` statement; stays when the secret is gone
//
// Any number of threads may use it; one process has the folder at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/crypto/seal.h"
#include "candour/crypto/signature.h"
#include "candour/submission/manifest.h"

namespace candour::submission {

/// For what was planned on the last day and held up: batches are good for a day, and people have week-ends.
inline constexpr std::int32_t kSealingKeyGraceDays = 7;

class SealingKeys {
 public:
  /// What is referred to outlives it.
  struct Surroundings {
    base::Disk& disk;
    const base::Clock& clock;
    base::Random& random;
    const base::SecretBytes& operator_key;  ///< that the hub's secrets are sealed under
    const crypto::SigningKey& hub_key;
  };
  SealingKeys(Surroundings surroundings, std::filesystem::path folder, Federation federation);

  /// The statement's envelope for today, in UTC; the key is made where there is none yet. Errors: those of
  /// find, and of store_new.
  [[nodiscard]] std::string current();

  /// The key of a statement. Errors: CND-2216 (there is none: it was destroyed, or never was), CND-2217 (a
  /// month's two files do not belong together), CND-1023, CND-1024 (the operator's key is another).
  [[nodiscard]] std::shared_ptr<const crypto::SealKey> find(const statement::Id& id);

  /// Destroys the keys whose last day is more than kSealingKeyGraceDays ago. Durable.
  void destroy_old();
  /// Destroys these, where they are there still: what was sealed to them has to be gone for good. The month
  /// of now gets another key, and a package on its way has to be made anew. Durable.
  void destroy(const std::set<statement::Id>& ids);

 private:
  struct Held {
    std::string envelope;
    statement::SealingKey statement;
    std::shared_ptr<const crypto::SealKey> key;
  };
  const Held& make(base::Date day);
  void load_all();
  void destroy_those(const std::function<bool(const statement::SealingKey&)>& is_meant);
  [[nodiscard]] bool is_old(const statement::SealingKey& statement) const;
  [[nodiscard]] std::filesystem::path file(std::string_view month, std::string_view ending) const;

  Surroundings around_;
  const std::filesystem::path folder_;
  const Federation federation_;
  std::mutex mutex_;
  bool loaded_ = false;
  std::map<std::string, Held> months_;  ///< by "2026-11"
};

}  // namespace candour::submission
