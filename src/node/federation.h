// Setting up a federation: its authority, everybody's keys, and version 1 of the charter. What changes it
// later are statements of the controllers (instruction/amendment.h, `candour charter`).
//
// In earnest each party makes its own keys (key_request.h: `candour federation keys`, `candour signing-key
// new`), and its request, its certificate and the charter are all that travels. Where a node's request or a
// controller's key is not given, init makes them too, for a pilot, a test or a rehearsal: then whoever holds
// the folder holds them.
//
//   FOLDER/founders/          operator.key  signing.sealed  ca.pem  ca-key.sealed
//   FOLDER/controllers/NAME/  operator.key  signing.sealed, of each controller whose key init makes
//   FOLDER/producer/          operator.key  signing.sealed, the same
//   FOLDER/charter/           charter-1.dsse  body/<sha256>: what a node needs to begin; what follows is in
//                             the log
//   FOLDER/NODE/              ca.pem  certificate.pem  node.toml, and the node's keys where init makes them
#pragma once

#include <cstdint>
#include <filesystem>
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
  std::string title;                    ///< as the charter shows it; a witness is shown by its name
  std::string address;                  ///< "host:port"; empty for a provider's machine
  std::optional<KeyRequest> request{};  ///< of who has made its own keys
  std::optional<std::uint16_t> public_port{};  ///< as config.h has it
};
struct PlannedOrganisation {
  std::string code, title;
  std::string machine;  ///< the name of the node that holds its vault
  std::uint64_t quota_day = 0, quota_30_days = 0;
};
struct PlannedController {
  std::string name;  ///< of its folder, too
  std::string legal_person;
  std::optional<crypto::SigningPublicKey> key{};  ///< of who has made its own
};
struct FederationPlan {
  std::string title, log;
  std::vector<PlannedController> controllers;
  std::uint16_t threshold = 2;  ///< M: so many bodies sign an instruction
  PlannedNode hub;
  std::string hub_legal_person;
  std::optional<crypto::SigningPublicKey> producer{};  ///< signs releases; made where it is not given
  std::vector<PlannedNode> guardians;                  ///< indices 1, 2, …
  std::vector<PlannedNode> witnesses;                  ///< of the log, beside the guardians
  std::uint16_t quorum = 0;                            ///< w; 0: default_quorum()
  std::vector<PlannedNode> machines;
  std::vector<PlannedOrganisation> organisations;
  std::vector<std::filesystem::path> collections;           ///< folders, for hub and machines; absolute
  std::map<std::string, std::filesystem::path> references;  ///< look-ups of the machines; absolute
};

/// How many of the guardians and witnesses must cosign, where any two guardians have a key between them: the
/// least for which two quorums share an honest one, ⌊(N + t − 1)/2⌋ + 1 with t = 2
/// (../shared/design/instructions-and-log.md).
[[nodiscard]] std::uint16_t default_quorum(const FederationPlan& plan);

/// Refuses a plan that cannot be, before anything is made. Errors: CND-2451 (names the rule), CND-2450 (an
/// address).
void require_plan(const FederationPlan& plan);

/// Where init puts an organisation's files on its machine: keys, vault.db, vault.key, outbox.
[[nodiscard]] std::filesystem::path organisation_folder(const std::filesystem::path& federation,
                                                        const PlannedOrganisation& organisation);

/// Makes everything for a federation in a new folder and gives the federation's digest. Certificates are
/// valid for two years. node.toml of each node is written with its own paths; vaults are made by who has
/// records (`candour vault new`). Errors: CND-1005 (something is there), those of require_plan, CND-2010 (two
/// keys are one), those of Disk and net.
base::Digest init_federation(Makers makers, const std::filesystem::path& folder, const FederationPlan& plan);

/// Certifies the key of a node that comes later, with the founders' authority: certificate.pem and ca.pem in
/// FOLDER/NAME. Gives what the charter says of it. Errors: CND-1005, those of Disk and net::certify.
base::Digest certify_request(Makers makers, const std::filesystem::path& founders,
                             const std::filesystem::path& folder, const KeyRequest& request);

/// Version 1 as it lies in FOLDER/charter.
struct FirstCharter {
  std::string envelope;
  std::string providers;      ///< the body that it names
  base::Digest federation{};  ///< its digest: for who set it up, not for who trusts it
};
/// `charter` is FOLDER/charter. No signature is verified. Errors: CND-1002, CND-2001, CND-2002, CND-2004.
[[nodiscard]] FirstCharter load_first_charter(const base::Disk& disk, const std::filesystem::path& charter);

/// Where version 1 lies in a folder of charters.
[[nodiscard]] std::filesystem::path first_charter_path(const std::filesystem::path& charter);
/// Where a body lies beside a statement in `folder`.
[[nodiscard]] std::filesystem::path body_path(const std::filesystem::path& folder,
                                              const base::Digest& digest);

/// A plan's node.toml files and nothing else, each in its node's folder under `folder`.
void write_node_configs(base::Disk& disk, const std::filesystem::path& folder, const FederationPlan& plan,
                        const base::Digest& federation);

}  // namespace candour::node
