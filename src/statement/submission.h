// The statements about a submission: what a provider sends (`submission`, which is its manifest), the hub's
// answer once it is stored (`receipt`), and the hub's key of a month (`sealing-key`). They stand in a public
// log: none says how many rows there are, or how many bytes but by class (submission/package_format.h).
// docs/reference/formats/statements.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/date.h"
#include "candour/crypto/seal.h"
#include "candour/statement/payload.h"

namespace candour::statement {

/// Whether the provider agreed to the collection or was ordered to it.
enum class Agreement { kAccepted, kCompelled };
inline constexpr std::array<std::string_view, 2> kAgreements{"accepted", "compelled"};

/// "submission", signed by the provider. A submission's identity is SHA-256 of its envelope's bytes.
struct Submission {
  Header header{};
  Id instruction{};
  std::string collection{};
  base::Digest collection_sha256{};
  std::string table{};
  std::string period{};
  std::string provider{};
  std::uint32_t revision = 1;                ///< 1 is the first of a slice
  std::optional<base::Digest> supersedes{};  ///< identity of the submission that holds the slice now
  std::vector<base::Digest> batches{};       ///< leaf hashes, in the order in which the batches were made
  base::Digest attestations_sha256{};        ///< of the body that holds the attestations
  bool nil = false;                          ///< a declared nil return, which is published as one
  base::Digest commitment{};  ///< RFC 6962 root over SHA-256(0x00 ‖ salt_j ‖ row_j), in the package's order
  Id sealing_key{};           ///< of the statement of the key that the package is sealed to
  base::Digest package_sha256{};    ///< of the sealed package
  std::uint64_t package_bytes = 0;  ///< one of few sizes: what is inside is padded
  std::string opt_out{};            ///< the instruction's regime: "applies" or "does-not-apply"
  Agreement acceptance = Agreement::kAccepted;
  std::string legal_notice{};  ///< where it was compelled; empty otherwise
  friend bool operator==(const Submission&, const Submission&) = default;
};

/// "receipt", signed by the hub; a function of the commit that stored the submission. `header.made` is the
/// commit's time; the id is derived from the submission's identity.
struct Receipt {
  Header header{};
  base::Digest submission{};  ///< its identity
  std::string provider{}, collection{}, table{}, period{};
  std::uint32_t revision = 1;
  std::uint64_t version = 0;  ///< of the lake's table
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// "sealing-key", signed by the hub: submissions are sealed to it from its first day to its last.
struct SealingKey {
  Header header{};
  crypto::SealPublicKey key{};
  base::Date first_day{}, last_day{};
  friend bool operator==(const SealingKey&, const SealingKey&) = default;
};

[[nodiscard]] std::string write_payload(const Submission& submission);
[[nodiscard]] std::string write_payload(const Receipt& receipt);
[[nodiscard]] std::string write_payload(const SealingKey& key);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] Submission parse_submission(std::string_view payload);
[[nodiscard]] Receipt parse_receipt(std::string_view payload);
[[nodiscard]] SealingKey parse_sealing_key(std::string_view payload);

}  // namespace candour::statement
