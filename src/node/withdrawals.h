// Erasure orders at the hub: takes a provider's weekly batch in, and keeps what the people in it are known
// by, so that their rows are shown nowhere from then on, come in no more, and are deleted after 28 days.
// Nothing that it answers or enters in the log depends on what the lake holds.
// docs/reference/formats/withdraw.md.
//
//   LAKE/withdrawn/IDENTITY.withdraw      the statement's envelope
//   LAKE/withdrawn/IDENTITY.attestations  the guardians', for auditors
//   LAKE/withdrawn/IDENTITY.suppressed    pseudonyms of the lake, until their rows are deleted
//   LAKE/withdrawn/IDENTITY.tombstones    when it was taken, and HMAC-SHA-256(z_tomb, token); for ever
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/crypto/signature.h"
#include "candour/node/batch_claims.h"
#include "candour/node/erasures.h"
#include "candour/node/lake_tables.h"
#include "candour/node/log.h"
#include "candour/node/refusal_log.h"
#include "candour/node/withdraw_wire.h"
#include "candour/pseudonym/guardian_log.h"
#include "candour/pseudonym/input.h"
#include "candour/submission/sealing_keys.h"

namespace candour::node {

/// How long after an order its rows are deleted; until then they are only shown nowhere.
inline constexpr std::int64_t kWithdrawnSeconds = std::int64_t{28} * 24 * 3600;

/// Where a lake has them.
[[nodiscard]] std::filesystem::path withdrawn_folder(const std::filesystem::path& lake);
/// The pseudonyms, as the lake writes them, whose rows nobody may see. For whoever reads a lake.
[[nodiscard]] std::set<std::string> suppressed_pseudonyms(const base::Disk& disk,
                                                          const std::filesystem::path& lake);

/// For the hub's threads.
class Withdrawals {
 public:
  /// What is referred to outlives it.
  struct Parts {
    base::Disk& disk;
    const base::Clock& clock;
    Log& log;
    pseudonym::GuardianLog& view;  ///< the charter in force, and what is
    std::function<std::shared_ptr<const instruction::Register>()> entries;
    std::function<instruction::Moment()> moment;
    /// Enters a statement in the log; returns when it is there for good.
    std::function<void(std::string_view envelope)> enter;
    RefusalLog& refusals;
    Erasures& erasures;
    const crypto::SigningKey& signing_key;
    const base::SecretBytes& lake_key;       ///< z_lake
    const base::SecretBytes& tombstone_key;  ///< z_tomb
    submission::SealingKeys& sealing_keys;
    std::filesystem::path lake, batches;
  };
  /// Reads the tombstones. Errors: CND-2563 (z_tomb is not the one of these tombstones), CND-2564 (a file is
  /// damaged).
  explicit Withdrawals(Parts parts);

  /// Takes a week's batch in, once, and gives the receipt: the same for the same bytes, whatever the lake
  /// holds. `peer` is the key of the caller's certificate. Errors: CND-2561, CND-2562; CND-2463 (the caller
  /// may not speak for this provider); CND-2226 (it is old, or to come); CND-2001 to CND-2004, CND-2115;
  /// those of instruction::Verdict, pseudonym::verify_attestations and submission::SealingKeys.
  [[nodiscard]] std::string take(const base::Digest& peer, base::ByteView request);

  /// Whether rows of whoever has this token are no longer taken in.
  [[nodiscard]] bool is_withdrawn(const pseudonym::Token& token) const;

  /// Deletes the rows of what was taken 28 days ago from every version of these tables, and says so in the
  /// log: of every table, whether any row was there or not. Ends the same when it is called again, also after
  /// a kill in the middle. Errors: those of lake::Table::erase.
  void erase_due(const std::vector<std::unique_ptr<LakeTable>>& tables);

 private:
  struct Checked {
    statement::Withdraw withdraw;
    std::vector<pseudonym::Token> tokens;
  };
  /// A batch that was taken.
  struct Taken {
    submission::Identity identity{};
    std::int64_t at = 0;  ///< unix seconds
    statement::Withdraw withdraw;
  };
  [[nodiscard]] Checked check(const WithdrawRequest& request, const statement::Withdraw& withdraw,
                              const instruction::Charter& charter,
                              const submission::Identity& identity) const;
  void keep(const WithdrawRequest& request, const Checked& checked, const submission::Identity& identity,
            std::int64_t now);
  [[nodiscard]] std::string receipt(const Taken& taken) const;
  [[nodiscard]] std::optional<Taken> find(const submission::Identity& identity) const;
  /// Those whose rows are not deleted yet.
  [[nodiscard]] std::vector<Taken> waiting() const;
  void erase(const std::vector<Taken>& due, const std::vector<std::unique_ptr<LakeTable>>& tables);
  void require_key();
  void note_refusal(const statement::Withdraw& withdraw, const base::Error& error);
  [[nodiscard]] std::filesystem::path path_of(const submission::Identity& identity,
                                              std::string_view ending) const;

  const Parts parts_;
  const std::filesystem::path folder_;
  BatchClaims claims_;
  std::mutex take_mutex_;  ///< one at a time is taken
  mutable std::mutex mutex_;
  std::set<base::Digest> tombstones_;
};

}  // namespace candour::node
