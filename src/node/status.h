// What the hub shows of its flows: which provider sent what for which period, what is late, and why.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "candour/base/date.h"
#include "candour/base/json.h"
#include "candour/instruction/register.h"
#include "candour/node/hub.h"

namespace candour::node {

enum class SliceState {
  kReceived,
  kDue,   ///< nothing yet, and there is time
  kLate,  ///< nothing, and its day is over
};

/// "received", "due", "late".
[[nodiscard]] std::string_view state_name(SliceState state);

/// One provider's slice of a table for a period.
struct SliceStatus {
  std::string provider, provider_name, collection, table, period;
  std::string title{};  ///< table and period, for people
  SliceState state = SliceState::kDue;
  base::Date due{};
  std::uint32_t revision = 0;             ///< where it was received
  std::uint64_t rows = 0;                 ///< the same
  bool nil = false;                       ///< the same
  std::int64_t received_at = 0;           ///< the same; unix seconds
  std::optional<SliceRefusal> refusal{};  ///< the last since the hub started
};

/// Every provider that an instruction in force covers, for each table, and each period that the lake holds
/// anything of or that ended last; sorted by collection, table, period (newest first) and provider.
[[nodiscard]] std::vector<SliceStatus> flow_status(Hub& hub, const instruction::Register& log,
                                                   std::int64_t now, std::int64_t due_days);

[[nodiscard]] base::Json status_json(const std::vector<SliceStatus>& slices, std::int64_t now);
/// The page, which needs candour.css beside it.
[[nodiscard]] std::string status_page(const std::vector<SliceStatus>& slices, const std::string& federation,
                                      std::int64_t now);

}  // namespace candour::node
