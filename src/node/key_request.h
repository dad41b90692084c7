// What a party makes before it can be in a charter: its keys, which stay with it, and a request that names
// their public halves, which goes to the founders.
//
//   FOLDER/operator.key                        opens the others; to be moved to another place
//   FOLDER/keys/signing.sealed, tls.sealed
//   FOLDER/organisations/CODE/signing.sealed   of each organisation whose vault the machine will hold
//   FOLDER/request.toml
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/crypto/signature.h"

namespace candour::node {

/// The purposes that sealed key files of a node are bound to.
inline constexpr std::string_view kSigningPurpose = "signing";
inline constexpr std::string_view kTlsPurpose = "tls";
inline constexpr std::string_view kAuthorityPurpose = "authority";
inline constexpr std::string_view kLakePseudonymPurpose = "z_lake";

/// What making keys works with.
struct Makers {
  base::Disk& disk;
  const base::Clock& clock;
  base::Random& random;
};

struct KeyRequest {
  std::string name;  ///< of the node: letters, digits, '-' and '.'
  crypto::SigningPublicKey signing_key{};
  std::string tls_request{};                                        ///< PEM (net::make_request)
  std::map<std::string, crypto::SigningPublicKey> organisations{};  ///< by ODS code
};

/// Makes a node's keys in a new folder, and its request. Errors: CND-1005 (keys are there), CND-2404 (the
/// name), those of Disk.
KeyRequest make_keys(Makers makers, const std::filesystem::path& folder, std::string_view name,
                     const std::vector<std::string>& organisations);

/// Reads request.toml. Errors: CND-1009, CND-1010, CND-2451 (a key in it is none).
[[nodiscard]] KeyRequest parse_key_request(std::string_view text, const std::filesystem::path& path);

/// Makes a signing key in a sealed file of `folder` and gives its public half.
crypto::SigningPublicKey make_signing_key(Makers makers, const std::filesystem::path& folder,
                                          const base::SecretBytes& operator_key);
/// A signing key out of a sealed file. Errors: CND-1011 (it holds something else), those of load_sealed and
/// load_key_file.
[[nodiscard]] crypto::SigningKey load_signing_key(const base::Disk& disk, const std::filesystem::path& file,
                                                  const std::filesystem::path& key_file);

}  // namespace candour::node
