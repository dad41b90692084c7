// What a provider's people see of their flows: for each submission the files that it came from, what leaves,
// how far it is, and its receipt. Read from the outboxes alone, so that a run is not in the way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/node/config.h"
#include "candour/node/source.h"
#include "candour/statement/submission.h"
#include "candour/submission/outbox_names.h"

namespace candour::node {

struct OutboxEntry {
  std::string organisation;
  std::filesystem::path folder;
  submission::Stage stage = submission::Stage::kPlanned;
  statement::Submission known;     ///< the manifest, or the plan's draft of it
  std::optional<Source> source{};  ///< what of the vault it was made of
  std::optional<statement::Receipt> receipt{};
};

/// Every submission of the outboxes of a node, by organisation and name. Errors: what does not read.
[[nodiscard]] std::vector<OutboxEntry> outbox_entries(const base::Disk& disk, const NodeConfig& config);

/// The page, which needs candour.css beside it.
[[nodiscard]] std::string outbox_page(const std::vector<OutboxEntry>& entries, std::int64_t now);

}  // namespace candour::node
