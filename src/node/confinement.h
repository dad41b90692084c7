// What a node's process may reach once it runs: base/sandbox.h with the folders of its configuration. Code
// that an attacker runs in a guardian finds its share, its journal and its mirror of the log, and no shell
// and no other file.
#pragma once

#include <filesystem>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/sandbox.h"
#include "candour/node/config.h"
#include "candour/node/log.h"

namespace candour::node {

/// The files that open something, for base::refuse_unsafe_start: the operator's key, every sealed file, and
/// the keys of vaults.
[[nodiscard]] std::vector<std::filesystem::path> key_files(const base::Disk& disk, const NodeConfig& config);

/// The hub's folder of manifests and attestations, beside its inbox.
[[nodiscard]] std::filesystem::path submissions_folder(const NodeConfig& config);
/// The hub's folder of what it erased, beside its inbox.
[[nodiscard]] std::filesystem::path erasures_folder(const NodeConfig& config);
/// The hub's folder of what ran over its rows, beside its inbox: whoever runs it writes there, the node does
/// not.
[[nodiscard]] std::filesystem::path runs_folder(const NodeConfig& config);
/// The hub's folder of used batches, in its lake: two hubs on one lake have it in common.
[[nodiscard]] std::filesystem::path batches_folder(const NodeConfig& config);

/// What the role needs. The share that a new version of the charter names can be read while the node runs;
/// another new key or collection takes a restart.
[[nodiscard]] base::Confinement confinement_of(const NodeConfig& config);

/// Confines this process for good and logs what the kernel could not do. Listeners are open by now, the
/// folders are made, and no thread runs. Errors: those of base::confine.
void confine_node(const NodeConfig& config, Log& log);

}  // namespace candour::node
