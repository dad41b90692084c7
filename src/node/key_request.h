// What a party makes before it can be in a charter: its keys, which stay with it, and a request that names
// their public halves, which goes to the founders.
//
//   FOLDER/operator.key                        opens the others; to be moved to another place
//   FOLDER/keys/tls.sealed                     of every node
//   FOLDER/keys/signing.sealed                 of all but a witness
//   FOLDER/keys/log.sealed                     of a hub: signs the log's checkpoints
//   FOLDER/keys/witness.sealed                 of a guardian and a witness: cosigns them
//   FOLDER/organisations/CODE/signing.sealed   of each organisation whose vault the machine will hold
//   FOLDER/request.toml
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/crypto/signature.h"
#include "candour/node/config.h"

namespace candour::node {

/// The purposes that sealed key files of a node are bound to.
inline constexpr std::string_view kSigningPurpose = "signing";
inline constexpr std::string_view kLogPurpose = "log";
inline constexpr std::string_view kWitnessPurpose = "witness";
inline constexpr std::string_view kTlsPurpose = "tls";
inline constexpr std::string_view kAuthorityPurpose = "authority";
inline constexpr std::string_view kLakePseudonymPurpose = "z_lake";
inline constexpr std::string_view kTombstonePurpose = "z_tomb";

/// What making keys works with.
struct Makers {
  base::Disk& disk;
  const base::Clock& clock;
  base::Random& random;
};

struct KeyRequest {
  std::string name;  ///< of the node: letters, digits, '-' and '.'
  Role role = Role::kProvider;
  std::optional<crypto::SigningPublicKey> signing_key{};            ///< of all but a witness
  std::optional<crypto::SigningPublicKey> log_key{};                ///< of a hub
  std::optional<crypto::SigningPublicKey> witness_key{};            ///< of a guardian and a witness
  std::string tls_request{};                                        ///< PEM (net::make_request)
  std::map<std::string, crypto::SigningPublicKey> organisations{};  ///< by ODS code
};

/// "hub", "guardian", "machine" (a provider's) or "witness": in requests and on the command line.
[[nodiscard]] std::string_view role_word(Role role);
[[nodiscard]] std::optional<Role> parse_role_word(std::string_view word);

/// Makes the keys that a node of this role has in a new folder, and its request. Errors: CND-1005 (keys are
/// there), CND-2404 (the name), those of Disk.
KeyRequest make_keys(Makers makers, const std::filesystem::path& folder, Role role, std::string_view name,
                     const std::vector<std::string>& organisations = {});

/// Reads request.toml. Errors: CND-1009, CND-1010, CND-2451 (a key in it is none, or its role is).
[[nodiscard]] KeyRequest parse_key_request(std::string_view text, const std::filesystem::path& path);

/// Makes a signing key in FOLDER/PURPOSE.sealed and gives its public half.
crypto::SigningPublicKey make_signing_key(Makers makers, const std::filesystem::path& folder,
                                          const base::SecretBytes& operator_key,
                                          std::string_view purpose = kSigningPurpose);
/// A signing key out of a sealed file. Errors: CND-1011 (it holds something else), those of load_sealed and
/// load_key_file.
[[nodiscard]] crypto::SigningKey load_signing_key(const base::Disk& disk, const std::filesystem::path& file,
                                                  const std::filesystem::path& key_file,
                                                  std::string_view purpose = kSigningPurpose);

/// The key of a person or an office that signs statements and runs no node (a controller, the founders, the
/// producer of releases): FOLDER/operator.key and FOLDER/signing.sealed. Gives its public half. Errors:
/// CND-1005 (one is there), those of Disk.
crypto::SigningPublicKey make_office_key(Makers makers, const std::filesystem::path& folder);
/// Errors: those of load_signing_key.
[[nodiscard]] crypto::SigningKey load_office_key(const base::Disk& disk, const std::filesystem::path& folder);

}  // namespace candour::node
