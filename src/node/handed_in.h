// What is handed to a guardian because the log should have it: a revocation above all, also a charter, an
// incident, a refusal. It takes effect here at once; the guardian enters it in the log, and cosigns no
// checkpoint that lacks it ten minutes after, so that who runs the log cannot keep it out. It is handed on to
// the other guardians, so that a quorum of those who do not know of it is none. From any thread.
//
//   FOLDER/LEAF.dsse   what waits
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

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/log/checkpoint.h"
#include "candour/node/log.h"
#include "candour/node/log_view.h"
#include "candour/node/log_wire.h"

namespace candour::node {

inline constexpr std::int64_t kHandedInSeconds = 600;

class HandedIn {
 public:
  /// A connection to the hub's log.
  using Connect = std::function<std::unique_ptr<LogClient>()>;
  /// Takes up what waits, from now on; what is referred to outlives it. Errors: those of Disk.
  HandedIn(base::Disk& disk, const base::Clock& clock, Log& log, LogView& view, Connect connect,
           std::filesystem::path folder);

  /// Takes a statement of a kind that must not be kept out, which the log could take; durable when it
  /// returns. Errors: those of Register::judge (it would bind nobody); CND-2050 (it is made in the future),
  /// CND-2540 (its id is taken; of a revocation, by its own signer); CND-2474 (a statement of this kind is
  /// entered by who makes it); CND-2475 (too much of its signer waits; never a revocation).
  void hand_in(const Entry& entry);

  /// Enters what waits in the log. Forgets what is there, a revocation of what the log says is revoked, and
  /// what would bind nobody any more as this node's own copy of the log has it: whatever the hub says of it.
  /// A revocation whose id another statement took is not forgotten: who runs the log could see to that.
  void send();

  /// Hands what waits on to another guardian, once each while this process runs.
  void pass_on(crypto::ShareIndex guardian, LogClient& to);

  /// Whether a checkpoint has all that has waited for over ten minutes. Asks the log for its newest entries
  /// where it must.
  [[nodiscard]] bool may_cosign(const log::Checkpoint& offered);

 private:
  struct Waiting {
    std::int64_t since = 0;                  ///< unix seconds
    std::string signer;                      ///< the first signature's key id
    std::optional<statement::Id> revokes{};  ///< of a revocation: its instruction
    std::set<crypto::ShareIndex> passed_to{};
  };
  [[nodiscard]] Waiting waiting_of(std::string_view envelope) const;
  [[nodiscard]] bool is_revoked_in_log(const Waiting& one) const;
  [[nodiscard]] Entry load(const base::Digest& leaf) const;
  void erase_what_is_beyond(const log::Checkpoint& offered, std::map<base::Digest, Waiting>& overdue);
  void require_room(const base::Digest& leaf, const std::string& signer, std::string_view kind) const;
  void require_takeable(const Entry& entry) const;
  void require_free(const Entry& entry) const;
  [[nodiscard]] std::map<base::Digest, Waiting> waiting() const;
  void forget(const base::Digest& leaf);

  base::Disk& disk_;
  const base::Clock& clock_;
  Log& log_;
  LogView& view_;
  const Connect connect_;
  const std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::map<base::Digest, Waiting> waiting_;  ///< by leaf
};

}  // namespace candour::node
