#include <algorithm>

#include "candour/base/error.h"
#include "candour/log/witness.h"
#include "candour/node/federation.h"
#include "candour/node/log_routes.h"
#include "candour/node/log_view.h"
#include "candour/node/servers.h"

namespace candour::node {

// An outsider knows the log's key and nothing more: what the entries say is not its business.
void run_witness(const NodeParts& parts, const net::Tls& tls, const std::stop_token& stop) {
  const NodeConfig& config = parts.config;
  const auto charter = pinned_charter(parts.disk, config.charter, config.federation);
  const auto self = std::ranges::find(charter->witnesses, tls.own_spki(), &instruction::Witness::tls_key);
  if (self == charter->witnesses.end()) {
    throw base::Error("CND-2452", "The charter does not name this node as its configuration does.");
  }
  const crypto::SigningKey key =
      load_signing_key(parts.disk, config.keys / "witness.sealed", config.key_file, kWitnessPurpose);
  parts.disk.make_folder(config.log);
  log::Witness witness(parts.disk, config.witness.state,
                       {{charter->log(), log::KeyType::kEd25519, charter->log_key}}, self->name, key,
                       parts.clock);
  ServedRoutes routes;
  routes.nodes.push_back(add_checkpoint_route(witness));
  Servers(
      parts, [&charter] { return charter; }, tls, [](NodeMetrics&) {})
      .run(std::move(routes), [] {}, [] {}, stop);
}

}  // namespace candour::node
