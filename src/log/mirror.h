// A mirror: follows a log of somebody else into a store of its own, and believes nothing but a checkpoint
// that the log and witnesses whom it believes signed. Every entry is checked against it before it is stored;
// it goes on where it was after any cut. Whether a checkpoint is fresh is for the caller to judge
// (lower_median_time).
//
// It keeps the highest checkpoint that it has accepted, durably, before it fetches what that covers; a
// smaller one is refused, and one that contradicts it is kept as evidence in LOG/evidence (fork.h).
//
// Who believes the witnesses of a year ago cannot judge today's checkpoint, if they are others today; the
// entries between say so, and those are what it has no reason to believe. It then takes a step: `head`
// entries (statement/head.h) hold checkpoints as the witnesses of their time signed them, and it goes as far
// as the newest of these that it can judge. What it reads to find it is kept nowhere. Who then folds the
// entries that came knows the next witnesses, and calls again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/progress.h"
#include "candour/log/policy.h"
#include "candour/log/store.h"
#include "candour/log/tile_reader.h"

namespace candour::log {

/// Whose checkpoints a mirror believes.
struct Trusted {
  std::vector<Policy> policies = {};  ///< at least one; any of them is enough
  std::int64_t time = 0;              ///< unix seconds: up to when witnesses are known to have signed
};

/// A checkpoint that those who are believed signed.
struct Vouched {
  SignedCheckpoint signed_head = {};
  std::int64_t time = 0;  ///< when they signed it
};

/// How far a mirror came.
struct Followed {
  enum class How {
    kNewest,  ///< all that the log offers is here
    kStep,    ///< what those who are believed signed is here; the newest checkpoint is other witnesses'
    kStopped
  };
  How how = How::kNewest;
  std::int64_t time = 0;  ///< of a step: when its checkpoint was cosigned
};

/// How many entries beyond what it holds a mirror reads to find a checkpoint that it can judge. The hub puts
/// one there at least every kHeadEvery of them (instruction/register.h), which is half of it.
inline constexpr std::uint64_t kUnbelievedAtMost = std::uint64_t{1} << 17;

class Mirror {
 public:
  /// `folder` is the store's, `remote` the log that is followed: "checkpoint", its tiles and bundles, and
  /// "body/<sha256>". All outlive it.
  Mirror(base::Disk& disk, Store& store, std::filesystem::path folder, TileSource& remote);

  /// Fetches the newest checkpoint and all entries up to it, or as far as `whom` can be believed, and hands
  /// each new one to `each`, in order, when it is durable. After kStopped what was fetched stays. Each step
  /// leads to a larger checkpoint, or to a later one than `whom.time`. Errors: CND-2509, CND-2507, CND-2510
  /// (of TileReader: what is served is not what the checkpoint says); CND-2501, CND-2502, CND-2504 (what is
  /// served is no checkpoint, or a signature does not hold); CND-2550 (it is not signed by the log and a
  /// quorum, and no step leads to it); CND-2551 (it is older than what is held); CND-2552 (two checkpoints
  /// contradict each other: names the evidence); those of Store.
  Followed update(const Trusted& whom, base::Progress& progress, const std::stop_token& stop,
                  const EachEntry& each);

  /// A body, from the store or fetched into it; nothing where neither has it. Errors: CND-2535 (what is
  /// served is not it), CND-2536.
  [[nodiscard]] std::optional<std::string> body(const Digest& digest);

 private:
  struct Fetching;  ///< what an update is told
  void compare(const Trusted& whom, const Vouched& by);
  [[nodiscard]] Followed step(const Fetching& how, const SignedCheckpoint& offered);
  [[nodiscard]] std::optional<Vouched> find_step(const Fetching& how, TileReader& reader,
                                                 std::uint64_t begin);
  [[noreturn]] void refuse_fork(const SignedCheckpoint& smaller, const SignedCheckpoint& larger,
                                TileReader* of_larger);
  [[nodiscard]] bool take_seen(const Fetching& how, TileReader& reader);

  base::Disk& disk_;
  Store& store_;
  const std::filesystem::path folder_;
  TileSource& remote_;
};

}  // namespace candour::log
