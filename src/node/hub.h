// The hub: takes submissions in, verifies them, stores their rows, and answers with receipts. What it learns:
// tokens, which are gone when a submission is stored, pseudonyms, and rows. What it never learns: a number.
//
//   HUB/lake/         the rows (lake_tables.h), and key-check, by which the key of their pseudonyms is known
//
//   HUB/inbox/        what is on its way
//
//   HUB/erasures/     what was erased (erasures.h)
//
//   HUB/submissions/  IDENTITY.manifest, IDENTITY.attestations of what was stored: for audits
//
//   LAKE/batches/     which submission used a batch (batch_claims.h)
//
//   LAKE/withdrawn/   whose rows are to be gone (withdrawals.h)
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
#include "candour/collection/collection.h"
#include "candour/crypto/signature.h"
#include "candour/node/erasures.h"
#include "candour/node/lake_tables.h"
#include "candour/node/log.h"
#include "candour/node/log_view.h"
#include "candour/node/noting.h"
#include "candour/node/withdrawals.h"
#include "candour/submission/inbox.h"
#include "candour/submission/sealing_keys.h"

namespace candour::node {

/// Why a slice that somebody tried to send is not stored.
struct SliceRefusal {
  std::int64_t time = 0;
  std::string code;
  std::string message;
};

class Hub {
 public:
  /// What a hub stands on; what is referred to outlives it.
  struct Parts {
    base::Disk& disk;
    const base::Clock& clock;
    base::Random& random;
    Log& log;
    LogView& view;
    /// Enters a statement of the hub's own, or one that it was sent, in the log; returns when it is there for
    /// good.
    std::function<void(std::string_view envelope)> enter;
    RefusalLog& refusals;
    Erasures& erasures;
    const std::vector<collection::Collection>& collections;
    const crypto::SigningKey& signing_key;
    const base::SecretBytes& lake_key;  ///< z_lake
    submission::SealingKeys& sealing_keys;
    const Withdrawals& withdrawals;
    std::filesystem::path lake, inbox, submissions, batches;
    std::filesystem::path scratch;
  };
  /// Opens lake and inbox, and forgets what waits in the inbox and was stored already. Errors: CND-2455
  /// (z_lake is not the lake's), those of LakeTable and submission::Inbox.
  explicit Hub(Parts parts);

  // What providers ask for. `peer` is the key of the caller's certificate. Errors of each: CND-2463 (the
  // caller may not speak for this provider, or the submission is another's), and those of submission::Inbox.

  [[nodiscard]] std::string sealing_key();
  [[nodiscard]] std::optional<submission::SliceNow> slice_now(const base::Digest& peer,
                                                              const std::string& provider,
                                                              const submission::SliceName& slice);
  [[nodiscard]] std::optional<std::string> receipt(const base::Digest& peer,
                                                   const submission::Identity& identity);
  /// Errors: those of verified_manifest, instruction::Verdict and require_next; CND-2226 (it is old, or to
  /// come).
  void put_manifest(const base::Digest& peer, const submission::Identity& identity,
                    std::string_view envelope);
  void put_attestations(const base::Digest& peer, const submission::Identity& identity,
                        std::string_view body);
  [[nodiscard]] std::uint64_t package_received(const base::Digest& peer,
                                               const submission::Identity& identity);
  void put_package(const base::Digest& peer, const submission::Identity& identity, std::uint64_t offset,
                   base::ByteView piece);
  /// Checks everything, stores the rows, and gives the receipt; a submission that is stored already gives the
  /// same receipt. Errors: all above; those of pseudonym::verify_attestations, submission::OpenedPackage and
  /// lake::Table.
  [[nodiscard]] std::string commit(const base::Digest& peer, const submission::Identity& identity);

  /// Destroys sealing keys of months that are over, deletes what instructions brought whose retention has
  /// ended, with the keys that it was sealed to, and says so in the log. What cannot be deleted now is
  /// logged, and deleted when this is asked for again. For one thread.
  void erase_expired();

  /// For pages: the tables, and what was refused last of each slice.
  [[nodiscard]] const std::vector<std::unique_ptr<LakeTable>>& tables() const { return tables_; }
  [[nodiscard]] std::optional<SliceRefusal> last_refusal(const std::string& provider,
                                                         const submission::SliceName& slice) const;

 private:
  /// What an instruction brought to a table.
  struct ErasedTable {
    statement::Id instruction{};
    std::string collection, table;
    friend auto operator<=>(const ErasedTable&, const ErasedTable&) = default;
  };
  void forget_ended(const instruction::Register& log, std::int64_t now);
  void erase(const ErasedTable& one);
  [[nodiscard]] lake::TaggedErasure erase_rows(const ErasedTable& one);
  [[nodiscard]] std::set<statement::Id> sealing_keys_of(const std::vector<lake::SliceFile>& files) const;

  [[nodiscard]] submission::Federation federation(const instruction::Charter& charter) const;
  [[nodiscard]] LakeTable& table_of(const submission::SliceName& slice);
  [[nodiscard]] std::optional<submission::StoredSlice> find(const submission::Identity& identity);
  [[nodiscard]] statement::Submission verified(const base::Digest& peer, std::string_view envelope,
                                               const instruction::Charter& charter) const;
  /// Refuses a key under which the same person would get another pseudonym than before.
  void require_lake_key();
  /// Gives the instruction that a submission is under.
  std::shared_ptr<const instruction::Instruction> require_in_force(const statement::Submission& manifest,
                                                                   const LakeTable& table) const;
  void require_recent(const statement::Submission& manifest) const;
  /// Empties the inbox of what can no longer be received.
  void forget_old();
  void forget_given_up(const statement::Submission& manifest, const submission::Identity& identity);
  void require_may_speak(const base::Digest& peer, const std::string& provider) const;
  void require_owner(const base::Digest& peer, const submission::Identity& identity) const;
  [[nodiscard]] submission::StoredSlice store(const submission::CompleteSubmission& complete,
                                              const submission::Identity& identity,
                                              const instruction::Charter& charter);
  void keep(const submission::CompleteSubmission& complete, const submission::Identity& identity);
  void let_in(const base::Digest& peer, const submission::Identity& identity, std::string_view envelope);
  [[nodiscard]] std::string store_or_refuse(const submission::CompleteSubmission& complete,
                                            const submission::Identity& identity);
  /// What a request's work refuses is noted for the log; of whom it says it is, the claim is asked.
  template <typename Work>
  auto noting(const base::Digest& peer, const std::function<Claim()>& claim, const Work& work);
  [[nodiscard]] Claim claim_of(const submission::Identity& identity) const;
  /// For the hub's own pages.
  void remember_refusal(const statement::Submission& manifest, const base::Error& error);

  Parts parts_;
  std::vector<std::unique_ptr<LakeTable>> tables_;
  submission::Inbox inbox_;
  BatchClaims claims_;
  std::set<ErasedTable> erased_;  ///< in this process's life
  std::mutex commit_mutex_;  ///< commits are one after another: each holds one decompressed chunk, not many
  mutable std::mutex refusals_mutex_;
  std::map<std::pair<std::string, submission::SliceName>, SliceRefusal> refusals_;
};

}  // namespace candour::node
