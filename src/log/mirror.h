// A mirror: follows a log of somebody else into a store of its own, and believes nothing but a checkpoint
// that the policy's log and witnesses signed. Every entry is checked against it before it is stored; it goes
// on where it was after any cut. Whether a checkpoint is fresh is for the caller to judge
// (lower_median_time).
//
// It keeps the highest checkpoint that it has accepted, durably, before it fetches what that covers; a
// smaller one is refused, and one that contradicts it is kept as evidence in LOG/evidence (fork.h).
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "candour/base/disk.h"
#include "candour/base/progress.h"
#include "candour/log/policy.h"
#include "candour/log/store.h"
#include "candour/log/tile_reader.h"

namespace candour::log {

class Mirror {
 public:
  /// `folder` is the store's, `remote` the log that is followed: "checkpoint", its tiles and bundles, and
  /// "body/<sha256>". All outlive it.
  Mirror(base::Disk& disk, Store& store, std::filesystem::path folder, Policy policy, TileSource& remote);

  /// Fetches the newest checkpoint and all entries up to it, and hands each new one to `each`, in order, when
  /// it is durable. False where `stop` came first; what was fetched then stays. Errors: CND-2509, CND-2507,
  /// CND-2510 (of TileReader: what is served is not what the checkpoint says); CND-2501, CND-2502, CND-2504
  /// (what is served is no checkpoint, or a signature does not hold); CND-2550 (it is not signed by the log
  /// and its quorum); CND-2551 (it is older than what is held); CND-2552 (two checkpoints contradict each
  /// other: names the evidence); those of Store.
  bool update(base::Progress& progress, const std::stop_token& stop, const EachEntry& each);
  /// Accepts a checkpoint that came from anywhere, without fetching entries. Errors: as update().
  void accept(std::string_view note);

  /// A body, from the store or fetched into it; nothing where neither has it. Errors: CND-2535 (what is
  /// served is not it), CND-2536.
  [[nodiscard]] std::optional<std::string> body(const Digest& digest);

 private:
  void compare(const SignedCheckpoint& offered);
  [[noreturn]] void refuse_fork(const SignedCheckpoint& smaller, const SignedCheckpoint& larger,
                                TileReader* of_larger);
  bool fetch_entries(const Head& target, base::Progress& progress, const std::stop_token& stop,
                     const EachEntry& each);

  base::Disk& disk_;
  Store& store_;
  const std::filesystem::path folder_;
  const Policy policy_;
  TileSource& remote_;
};

}  // namespace candour::log
