// What an outbox knows of whole months: which submissions the hub received of each, and of how many people
// rows were left out. The month, in UTC, is that in which this node signed the submission, which the hub has
// no say in: it is settled once it is over, and a period's rows can be replaced for years.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/submission/outbox.h"

namespace candour::node {

/// A month whose submissions of a collection the hub received.
struct SentMonth {
  std::string collection, month;  ///< "2025-09"
  /// The folders of the last of each slice in it: a slice that was sent anew every day went once.
  std::vector<std::filesystem::path> submissions{};
};

/// Exact, and so for this machine alone. Each is that of the submission of the month that has the most, and
/// no sum: how many submissions there were is public, and of the same few people in each a sum would tell
/// all.
struct SentCounts {
  std::uint64_t rows = 0;                  ///< that the slice had, those left out among them
  std::uint64_t national = 0, type_1 = 0;  ///< people that were left out
  bool has_opt_out = false;                ///< an opt-out was applied to one of the slices
};

/// Months that are over at `now` (unix seconds), by collection and month. One waits for up to a week for a
/// submission of it that has no receipt: the hub may have received it, and this node may not know. Errors:
/// what does not read.
[[nodiscard]] std::vector<SentMonth> sent_months(const base::Disk& disk, const submission::Outbox& outbox,
                                                 std::int64_t now);

/// Nothing where a submission of it was sent before its counts were kept.
[[nodiscard]] std::optional<SentCounts> counts_of(const base::Disk& disk, const SentMonth& month);

}  // namespace candour::node
