// Erasure orders at the hub: takes a provider's weekly batch in, and keeps what the people in it are known
// by, so that their rows are shown nowhere from then on, come in no more, and are deleted when the week is
// over in which 28 days end (withdraw_erasure.cpp).
// Nothing that it answers or enters in the log depends on what the lake holds.
// docs/reference/formats/withdraw.md.
//
//   LAKE/withdrawn/IDENTITY.withdraw      the statement's envelope
//   LAKE/withdrawn/IDENTITY.attestations  the guardians', for auditors
//   LAKE/withdrawn/IDENTITY.suppressed    pseudonyms of the lake, until their rows are deleted
//   LAKE/withdrawn/IDENTITY.lost          by hand: its tombstones are in no backup, and its provider was told
//   LAKE/withdrawn/IDENTITY.tombstones    when it was taken, and HMAC-SHA-256(z_tomb, token); for ever
#pragma once

#include <filesystem>
#include <functional>
#include <map>
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
#include "candour/log/store.h"
#include "candour/node/batch_claims.h"
#include "candour/node/erasures.h"
#include "candour/node/lake_tables.h"
#include "candour/node/log.h"
#include "candour/node/withdraw_wire.h"
#include "candour/pseudonym/guardian_log.h"
#include "candour/pseudonym/input.h"
#include "candour/submission/sealing_keys.h"

namespace candour::node {

/// How long after an order its rows are kept, and to the end of that week; they are only shown nowhere.
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

  /// Refuses a lake that is older than its log: what has a receipt there has its tombstones here, or its
  /// people would come back in silence. But for what is said to be lost. `each_entry` gives the log's
  /// entries, and may be called twice. Errors: CND-2565.
  void require_tombstones(const std::function<void(const log::EachEntry&)>& each_entry) const;

  /// Takes a week's batch in, once, and gives the receipt: the same for the same bytes, whatever the lake
  /// holds. `peer` is the key of the caller's certificate. Errors: CND-2561, CND-2562; CND-2463 (the caller
  /// may not speak for this provider); CND-2226 (it is old, or to come); CND-2001 to CND-2004, CND-2115;
  /// those of instruction::Verdict, pseudonym::verify_attestations and submission::SealingKeys.
  [[nodiscard]] std::string take(const base::Digest& peer, base::ByteView request);

  /// Whether rows of whoever has this token are no longer taken in.
  [[nodiscard]] bool is_withdrawn(const pseudonym::Token& token) const;

  /// Deletes the rows of every batch whose 28 days ended in a week that is over from every version of these
  /// tables, and says so in the log, once for each instruction, week and table, whether any row was there or
  /// not. What cannot be deleted or said of a table is logged, keeps no other, and is done when this is
  /// called again; also after a kill in the middle. For one thread.
  void erase_due(lake::Table::Surroundings around, const std::vector<StoredTable>& tables);

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
  /// What is erased and stated together: an instruction's batches whose 28 days end in the week of this
  /// Monday. Once the week is over, which they are no longer changes.
  struct Occasion {
    statement::Id instruction{};
    base::Date monday{};
    friend auto operator<=>(const Occasion&, const Occasion&) = default;
  };
  using Due = std::map<Occasion, std::vector<submission::Identity>>;
  [[nodiscard]] Due due() const;
  void erase(lake::Table::Surroundings around, const StoredTable& table, const Due& due);
  /// Whether it was said: not of a table whose rows are not gone.
  [[nodiscard]] bool state(lake::Table::Surroundings around, const StoredTable& table,
                           const Occasion& occasion, const std::vector<submission::Identity>& batches);
  void log_failure(const StoredTable& table, const base::Error& error) const;
  [[nodiscard]] std::set<std::string> suppressed(const submission::Identity& identity) const;
  void forget_suppressed(const submission::Identity& identity);
  void require_key();
  [[nodiscard]] std::filesystem::path path_of(const submission::Identity& identity,
                                              std::string_view ending) const;

  const Parts parts_;
  const std::filesystem::path folder_;
  BatchClaims claims_;
  std::mutex take_mutex_;  ///< one at a time is taken
  mutable std::mutex mutex_;
  std::set<base::Digest> tombstones_;
  /// Batches and the tables' folders that their rows are gone from, in this process's life: one table that is
  /// damaged does not have the others read again each minute.
  std::set<std::pair<submission::Identity, std::filesystem::path>> gone_;
};

}  // namespace candour::node
