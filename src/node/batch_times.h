// When each batch of a submission was made, kept in its folder of the outbox (batch-0.made, batch-0.answered,
// …), so that a submission that was cut off goes on with the batches that guardians have answered, and asks
// no more of the quota than it must.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "candour/base/clock.h"
#include "candour/base/disk.h"

namespace candour::node {

/// A guardian takes a batch that it has not seen within five minutes of when it was made; one of them is left
/// for the way to it.
inline constexpr std::int64_t kBatchFreshSeconds = 240;

/// For several threads, each with a batch of its own.
class BatchTimes {
 public:
  /// `folder` is the submission's; whoever begins another one there clears it. What it refers to outlives it.
  BatchTimes(base::Disk& disk, const base::Clock& clock, std::filesystem::path folder)
      : disk_(disk), clock_(clock), folder_(std::move(folder)) {}

  /// When the batch at this place of the plan is made, in seconds since 1970-01-01T00:00:00Z: as before where
  /// its guardians have answered it or would still take it, otherwise now. On disk when it returns.
  [[nodiscard]] std::int64_t made(std::size_t batch);
  /// Its guardians have answered it: from now on its time stays.
  void answered(std::size_t batch);

 private:
  [[nodiscard]] std::filesystem::path path_of(std::size_t batch, const char* ending) const;

  base::Disk& disk_;
  const base::Clock& clock_;
  std::filesystem::path folder_;
};

}  // namespace candour::node
