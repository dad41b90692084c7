// The guardian's side: checks a request against charter, instruction, clock and quota, and evaluates the
// batch under its share. What a guardian learns: whose batch it is, under which instruction, and its padded
// size. What it never learns: a number, a token or a pseudonym; the blinding hides them perfectly.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/charter.h"
#include "candour/pseudonym/guardian_log.h"
#include "candour/pseudonym/journal.h"
#include "candour/pseudonym/ledger.h"
#include "candour/pseudonym/share.h"
#include "candour/pseudonym/wire.h"

namespace candour::pseudonym {

/// The shares that a charter says this guardian has, one a domain; called for each request, by several
/// threads.
using SharesOf =
    std::function<std::shared_ptr<const std::vector<Share>>(const instruction::Charter& charter)>;

/// What a guardian stands on; what is referred to outlives it.
struct GuardianParts {
  base::Disk& disk;
  const base::Clock& clock;
  base::Random& random;
  GuardianLog& log;
  SharesOf shares;
  crypto::SigningKey signing_key;
  std::filesystem::path journal;  ///< a folder
};

/// How much of its quota a provider has used, in places of batches.
struct QuotaUse {
  std::string provider;  ///< ODS code
  std::uint64_t used_day = 0, allowed_day = 0;
  std::uint64_t used_30_days = 0, allowed_30_days = 0;
};

/// Takes requests of many threads at once.
class Guardian {
 public:
  /// Reads the journal. Errors: CND-2102 (a share is not the
  /// charter's), those of GuardianJournal.
  explicit Guardian(GuardianParts parts);

  /// Answers a request that came over a connection whose certificate has the key `peer` (SHA-256 of its
  /// SubjectPublicKeyInfo). Before it works, that the batch was taken is on disk; before it answers, what it
  /// attests. A retry of the same batch and set gets the same bytes and costs no quota.
  /// Errors: a refusal names the check that failed: CND-2113 to CND-2126, CND-2162, CND-2104, CND-2001 to
  /// CND-2004, CND-2020 to CND-2038. CND-1003: the journal cannot be written, and nothing was answered. What
  /// `shares` raises.
  [[nodiscard]] base::Bytes evaluate(base::ByteView request, const base::Digest& peer);

  /// Of every provider of the charter, now.
  [[nodiscard]] std::vector<QuotaUse> quota_use() const;

 private:
  struct Checked;
  [[nodiscard]] Checked check(base::ByteView request, const instruction::Charter& charter,
                              const instruction::Provider& provider) const;
  void catch_up(base::ByteView request, const instruction::Provider& provider);
  void check_state(const Checked& checked) const;
  void accept(const Checked& checked, const instruction::Provider& provider);
  [[nodiscard]] base::Bytes answer(const Checked& checked);
  [[nodiscard]] std::string attest(const Checked& checked, const crypto::Points& evaluated);
  void note_refusal(const instruction::Provider& provider, const base::Error& error);

  GuardianParts parts_;
  std::mutex random_mutex_;
  mutable std::mutex mutex_;  ///< for all below
  Ledger ledger_;
  GuardianJournal journal_;
  struct Refusals {
    std::optional<std::int64_t> written;  ///< when the last record was
    std::uint64_t since = 0;              ///< refusals that no record counts yet
  };
  std::map<std::pair<std::string, std::string>, Refusals> refusals_;  ///< by provider and code
};

}  // namespace candour::pseudonym
