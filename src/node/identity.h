// Who a node is: its certificate and TLS key, out of the files that its configuration names.
#pragma once

#include <memory>

#include "candour/base/disk.h"
#include "candour/base/error.h"
#include "candour/instruction/charter.h"
#include "candour/net/tls.h"
#include "candour/node/config.h"

namespace candour::node {

/// Opens the node's TLS key and certificate. Errors: those of load_sealed, load_key_file and net::Tls.
[[nodiscard]] std::unique_ptr<net::Tls> load_tls(const base::Disk& disk, const NodeConfig& config);

/// Refuses to go on where the charter does not name this certificate's key for the role that the
/// configuration says: a node that nobody would speak to should say so when it starts. Errors: CND-2452.
void require_own_place(const instruction::Charter& charter, const NodeConfig& config, const net::Tls& tls);
/// The same for one organisation of a provider's machine: another's mistake stops it not. Errors: CND-2452.
void require_own_place(const instruction::Charter& charter, const NodeConfig& config, const net::Tls& tls,
                       const Organisation& organisation);

}  // namespace candour::node
