// Runs a node until it is told to stop: `candour node run`.
#pragma once

#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/progress.h"
#include "candour/base/random.h"
#include "candour/node/config.h"
#include "candour/node/flow.h"
#include "candour/node/log.h"

namespace candour::node {

/// What a node works with; all outlive it.
struct NodeParts {
  base::Disk& disk;
  const base::Clock& clock;
  base::Random& random;
  base::Progress& progress;
  Log& log;
  const NodeConfig& config;
};

/// The collections that a node's configuration names. Errors: those of collection::load_collection.
[[nodiscard]] std::vector<collection::Collection> load_collections(const NodeConfig& config);

/// A hub, a guardian or a witness: serves until `stop` is requested or SIGINT or SIGTERM comes. Errors: a
/// configuration, charter, key or state that does not hold (CND-1xxx, CND-2xxx), CND-1902 (a port cannot be
/// had).
void run_server_node(const NodeParts& parts, const std::stop_token& stop);

/// A provider's flows, once: every slice that is due of every organisation of the node, on its threads, and
/// every slice of the periods `again`, changed or not.
/// Errors: as above, before anything is sent; what fails of one organisation or slice is in its report.
[[nodiscard]] std::vector<FlowReport> run_provider_once(const NodeParts& parts,
                                                        const std::set<std::string>& again);

}  // namespace candour::node
