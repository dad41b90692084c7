// The charter: who takes part in a federation, with which keys, and what they may do. A version is a
// statement that the founders sign (version 1) or the controllers of before and after (succession.h); its
// providers, who are too many for an entry of the log, are a body beside it that it names by digest. Each
// node's configuration and each verifier pins the digest of version 1. docs/reference/formats/charter.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "candour/base/sha256.h"
#include "candour/crypto/ristretto.h"
#include "candour/crypto/shares.h"
#include "candour/crypto/signature.h"
#include "candour/statement/payload.h"

namespace candour::instruction {

/// What every node that others reach has.
struct Party {
  std::string name{};
  std::string address{};  ///< "host:port"; empty for who only calls
  crypto::SigningPublicKey signing_key{};
  base::Digest tls_key{};  ///< SHA-256 of its certificate's SubjectPublicKeyInfo
  friend bool operator==(const Party&, const Party&) = default;
};

struct Hub : Party {
  std::string legal_person{};  ///< whose signatures never count towards an instruction
  friend bool operator==(const Hub&, const Hub&) = default;
};

struct Guardian : Party {
  crypto::ShareIndex index = 0;
  crypto::SigningPublicKey witness_key{};  ///< with which it cosigns the log
  friend bool operator==(const Guardian&, const Guardian&) = default;
};

struct Provider : Party {
  std::string code{};  ///< ODS
  /// How many identifiers, padding counted, its batches may hold in a day and in 30 days, at each guardian.
  std::uint64_t quota_day = 0, quota_30_days = 0;
  friend bool operator==(const Provider&, const Provider&) = default;
};

/// Who gives orders. A vote is the legal person's, however many keys it has.
struct Controller {
  std::string name{};
  std::string legal_person{};
  crypto::SigningPublicKey key{};
  friend bool operator==(const Controller&, const Controller&) = default;
};

/// A witness of the log that is no guardian.
struct Witness {
  std::string name{};  ///< of its key in checkpoints (C2SP): without spaces and '+'
  std::string address{};
  crypto::SigningPublicKey witness_key{};
  base::Digest tls_key{};
  friend bool operator==(const Witness&, const Witness&) = default;
};

/// A pseudonymisation key, as everybody knows it.
struct Domain {
  std::string name{};
  std::string purpose{};
  std::uint32_t epoch = 1;  ///< of its shares
  std::uint16_t threshold = 2;
  crypto::Point key{};                                                     ///< K
  std::vector<std::pair<crypto::ShareIndex, crypto::Point>> share_keys{};  ///< K_i, by ascending i
  base::Digest ceremony{};  ///< SHA-256 of the envelope of the ceremony's transcript that gave these shares

  [[nodiscard]] const crypto::Point* share_key(crypto::ShareIndex index) const;
  friend bool operator==(const Domain&, const Domain&) = default;
};

struct Charter {
  statement::Header header{};  ///< `federation` is the digest of version 1's payload, in version 1 too
  std::uint32_t version = 1;
  std::string title{};
  crypto::SigningPublicKey founders_key{};
  std::uint16_t threshold = 2;            ///< M: legal persons that must sign
  std::vector<Controller> controllers{};  ///< by name
  Hub hub{};
  crypto::SigningPublicKey log_key{};                   ///< signs checkpoints; its name is the log's origin
  crypto::SigningPublicKey producer_key{};              ///< signs releases
  std::vector<Guardian> guardians{};                    ///< by index, from 1
  std::vector<Witness> witnesses{};                     ///< by name; outsiders
  std::uint16_t quorum = 1;                             ///< w: how many of guardians and witnesses cosign
  std::vector<Provider> providers{};                    ///< by code
  std::vector<Domain> domains{};                        ///< by name
  std::vector<crypto::SigningPublicKey> compromised{};  ///< whose signatures count no longer; ascending

  [[nodiscard]] const base::Digest& federation() const { return header.federation; }
  [[nodiscard]] const std::string& log() const { return header.log; }
  [[nodiscard]] const Guardian* guardian(crypto::ShareIndex index) const;
  [[nodiscard]] const Provider* provider(std::string_view code) const;
  [[nodiscard]] const Domain* domain(std::string_view name) const;
  [[nodiscard]] bool is_compromised(const crypto::SigningPublicKey& key) const;
  friend bool operator==(const Charter&, const Charter&) = default;
};

inline constexpr std::string_view kCharterKind = "charter";
/// The list of providers that a charter names by its digest.
inline constexpr std::size_t kProvidersAtMostBytes = std::size_t{4} << 20;

/// The body that holds the providers.
[[nodiscard]] std::string write_providers(const Charter& charter);
/// The payload, which names write_providers() by its digest.
[[nodiscard]] std::string write_payload(const Charter& charter);

/// Which body a charter needs to be read. Errors: CND-2004, CND-1008.
[[nodiscard]] base::Digest providers_digest(std::string_view payload);
/// Reads a charter and its providers. Errors: CND-2004, CND-1008; CND-2010 (a rule of charters is broken:
/// names it), CND-2012 (the body is not the one that it names).
[[nodiscard]] Charter parse_charter(std::string_view payload, std::string_view providers);
/// Refuses a charter that breaks a rule of charters. Errors: CND-2010.
void require_rules(const Charter& charter);

/// The legal persons whose keys signed, each once. `excluded` are those whose votes do not count here; the
/// hub's never does, nor does a key that `newest` lists as compromised.
[[nodiscard]] std::vector<std::string> votes(const Charter& charter, const Charter& newest,
                                             std::span<const crypto::SigningPublicKey> signers,
                                             std::span<const std::string> excluded = {});

}  // namespace candour::instruction
