// What is handed to a guardian because the log should have it: a revocation above all, also a charter, an
// incident, a refusal. It takes effect here at once; the guardian enters it in the log, and cosigns no
// checkpoint that lacks it ten minutes after, so that who runs the log cannot keep it out. From any thread.
//
//   FOLDER/LEAF.dsse   what waits
#pragma once

#include <filesystem>
#include <map>
#include <mutex>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/log/checkpoint.h"
#include "candour/node/followed_log.h"
#include "candour/node/log.h"
#include "candour/node/log_wire.h"

namespace candour::node {

inline constexpr std::int64_t kHandedInSeconds = 600;

class HandedIn {
 public:
  /// Takes up what waits, from now on; what is referred to outlives it.
  HandedIn(base::Disk& disk, const base::Clock& clock, Log& log, FollowedLog& followed,
           std::filesystem::path folder);

  /// Takes a statement of a kind that must not be kept out; durable when it returns. Errors: those of
  /// Register::judge (it would bind nobody); CND-2474 (a statement of this kind is entered by who makes it);
  /// CND-2475 (too much waits).
  void hand_in(const Entry& entry);

  /// Enters what waits in the log, and forgets what is there.
  void send();

  /// Whether a checkpoint has all that has waited for over ten minutes. Asks the log for its newest entries
  /// where it must.
  [[nodiscard]] bool may_cosign(const log::Checkpoint& offered);

 private:
  [[nodiscard]] std::map<base::Digest, std::int64_t> waiting() const;

  base::Disk& disk_;
  const base::Clock& clock_;
  Log& log_;
  FollowedLog& followed_;
  const std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::map<base::Digest, std::int64_t> since_;  ///< by leaf; unix seconds
};

}  // namespace candour::node
