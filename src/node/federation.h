// Setting up a federation: its authority, everybody's keys, the first charter, and the charters after it.
//
// In earnest each party makes its own keys (key_request.h, `candour federation keys`), and its request, its
// certificate and the charter are all that travels. Where a node's request is not given, init makes its keys
// too, for a pilot, a test or a rehearsal: then whoever holds the folder holds them.
//
//   FOLDER/founders/   operator.key  signing.sealed  ca.pem  ca-key.sealed
//   FOLDER/charter/    charter-1.dsse  charter-2.dsse …
//   FOLDER/NODE/       ca.pem  certificate.pem  node.toml, and the node's keys where init makes them
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/charter.h"
#include "candour/node/config.h"
#include "candour/node/key_request.h"

namespace candour::node {

struct PlannedNode {
  std::string name;                     ///< of its folder and certificate: letters, digits, '-' and '.'
  std::string title;                    ///< as the charter shows it
  std::string address;                  ///< "host:port"; empty for a provider's machine
  std::optional<KeyRequest> request{};  ///< of who has made its own keys
};
struct PlannedOrganisation {
  std::string code, title;
  std::string machine;  ///< the name of the node that holds its vault
  std::uint64_t quota_day = 0, quota_30_days = 0;
};
struct FederationPlan {
  std::string title, log;
  PlannedNode hub;
  std::vector<PlannedNode> guardians;  ///< indices 1, 2, …
  std::vector<PlannedNode> machines;
  std::vector<PlannedOrganisation> organisations;
  std::vector<std::filesystem::path> collections;           ///< folders, for hub and machines; absolute
  std::map<std::string, std::filesystem::path> references;  ///< look-ups of the machines; absolute
};

/// Where init puts an organisation's files on its machine: keys, vault.db, vault.key, outbox.
[[nodiscard]] std::filesystem::path organisation_folder(const std::filesystem::path& federation,
                                                        const PlannedOrganisation& organisation);

/// Makes everything for a federation in a new folder and gives the federation's digest. Certificates are
/// valid for two years. node.toml of each node is written with its own paths; vaults are made by who has
/// records (`candour vault new`). Errors: CND-1005 (something is there), CND-2451 (a plan that cannot
/// be: no guardian, an organisation without machine or key), those of Disk and net.
base::Digest init_federation(Makers makers, const std::filesystem::path& folder, const FederationPlan& plan);

/// Signs the next version of the charter: the newest of FOLDER/charter, as `change` leaves it, with the
/// founders' key of FOLDER/founders. Gives the new version. Errors: CND-2010, those of load_charter.
std::uint32_t amend_charter(Makers makers, const std::filesystem::path& folder,
                            const base::Digest& federation,
                            const std::function<void(instruction::Charter&)>& change);

/// The digest of version 1 of the charter in FOLDER/charter: for who set it up, not for who trusts it.
[[nodiscard]] base::Digest federation_of(const base::Disk& disk, const std::filesystem::path& folder);

}  // namespace candour::node
