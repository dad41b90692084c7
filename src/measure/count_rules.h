// What a provider's counts must be before they are added to others': whole numbers from 0 to 10^12, one row a
// group. They come from outside, and the combining step believes them.
#pragma once

#include <cstdint>

#include "candour/measure/counts.h"

namespace candour::measure {

/// More than any health service counts in a period, and so little that the sum of a million providers' is a
/// 64-bit integer.
inline constexpr std::int64_t kMostCounted = 1'000'000'000'000;

/// Refuses a count below 0, a group that stands twice, and a column whose counts are together more than
/// kMostCounted. `path` is the file's, empty where there is none yet. Errors: CND-1605, with submitter, line
/// and column.
void require_counts(const collection::Measure& measure, const Counts& counts,
                    const std::filesystem::path& path);

}  // namespace candour::measure
