// Setting up a federation: its authority, everybody's keys, the first charter, and the charters after it.
//
// `candour federation init` makes all of it in one folder, for a pilot, a test or a rehearsal: whoever holds
// that folder holds everybody's keys. That each party makes its own, and only requests and the charter travel,
// is not built yet; docs/explanation/threat-model.md says so.
//
//   FOLDER/founders/   operator.key  signing.sealed  ca.pem  ca-key.sealed
//   FOLDER/charter/    charter-1.dsse  charter-2.dsse …
//   FOLDER/NODE/       operator.key  ca.pem  certificate.pem  keys/{signing,tls}.sealed  node.toml
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/charter.h"
#include "candour/node/config.h"

namespace candour::node {

/// The purposes that sealed key files of a node are bound to.
inline constexpr std::string_view kSigningPurpose = "signing";
inline constexpr std::string_view kTlsPurpose = "tls";
inline constexpr std::string_view kAuthorityPurpose = "authority";
inline constexpr std::string_view kLakePseudonymPurpose = "z_lake";

struct PlannedNode {
  std::string name;     ///< of its folder and certificate: letters, digits, '-'
  std::string title;    ///< as the charter shows it
  std::string address;  ///< "host:port"; empty for a provider's machine
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

/// What setting up works with.
struct Makers {
  base::Disk& disk;
  const base::Clock& clock;
  base::Random& random;
};

/// Makes everything for a federation in a new folder and gives the federation's digest. Certificates are
/// valid for two years. node.toml of each node is written with its own paths; vaults are made by who has
/// records (`candour vault new`). Errors: CND-1005 (something is there), CND-2451 (a plan that cannot
/// be: no guardian, an organisation without machine), those of Disk and net.
base::Digest init_federation(Makers makers, const std::filesystem::path& folder, const FederationPlan& plan);

/// Signs the next version of the charter: the newest of FOLDER/charter, as `change` leaves it, with the
/// founders' key of FOLDER/founders. Gives the new version. Errors: CND-2010, those of load_charter.
std::uint32_t amend_charter(Makers makers, const std::filesystem::path& folder,
                            const base::Digest& federation,
                            const std::function<void(instruction::Charter&)>& change);

/// The digest of version 1 of the charter in FOLDER/charter: for who set it up, not for who trusts it.
[[nodiscard]] base::Digest federation_of(const base::Disk& disk, const std::filesystem::path& folder);

/// A node's signing key out of a sealed file. Errors: those of load_sealed and load_key_file.
[[nodiscard]] crypto::SigningKey load_signing_key(const base::Disk& disk, const std::filesystem::path& file,
                                                  const std::filesystem::path& key_file);

}  // namespace candour::node
