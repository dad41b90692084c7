// What an outbox knows of whole months: which submissions the hub received in each, and how many rows they
// had and left out. The month is the receipt's, in UTC: when rows were sent is settled once it is over, and a
// period's rows can be replaced for years.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/submission/outbox.h"

namespace candour::node {

/// A month in which the hub received submissions of a collection.
struct SentMonth {
  std::string collection, month;  ///< "2025-09"
  /// The folders of the last of each slice in it: a slice that was sent anew every day went once.
  std::vector<std::filesystem::path> submissions{};
};

/// Exact, and so for this machine alone.
struct SentCounts {
  std::uint64_t rows = 0;                  ///< that the slices had, those left out among them
  std::uint64_t national = 0, type_1 = 0;  ///< left out
  bool has_opt_out = false;                ///< an opt-out was applied to one of the slices
};

/// Months that are over at `now` (unix seconds), by collection and month: an hour ago they were, so that no
/// hub's clock is still in one. One waits for up to a week for a submission that was signed by its end and
/// has no receipt: the hub may have received it, and this node may not know. Errors: what does not read.
[[nodiscard]] std::vector<SentMonth> sent_months(const base::Disk& disk, const submission::Outbox& outbox,
                                                 std::int64_t now);

/// Nothing where a submission of it was sent before its counts were kept.
[[nodiscard]] std::optional<SentCounts> counts_of(const base::Disk& disk, const SentMonth& month);

}  // namespace candour::node
