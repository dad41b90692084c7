// Moments as the nodes' pages write them.
#pragma once

#include <cstdint>
#include <string>

namespace candour::node {

/// A moment in UTC for people, to the minute: "13 November 2025, 09:30".
[[nodiscard]] std::string utc_in_words(std::int64_t unix_seconds);

}  // namespace candour::node
