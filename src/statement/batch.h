// The statements about a batch: a provider asks for pseudonyms under an instruction (`batch`), a guardian
// says that it evaluated (`attestation`). docs/reference/formats/statements.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "candour/crypto/shares.h"
#include "candour/statement/payload.h"

namespace candour::statement {

/// "batch", signed by the provider.
struct Batch {
  Header header{};
  Id instruction{};
  std::string domain{};
  std::uint32_t epoch = 0;       ///< the domain's share epoch
  std::string provider{};        ///< its ODS code
  std::string collection{};      ///< its name
  std::uint32_t size = 0;        ///< m, padding rows counted
  base::Digest points_sha256{};  ///< of A_0 ‖ … ‖ A_{m−1}
  friend bool operator==(const Batch&, const Batch&) = default;
};

/// "attestation", signed by the guardian. Its id is derived from attestation_subject().
struct Attestation {
  Header header{};
  base::Digest batch{};  ///< the batch's leaf hash
  std::string domain{};
  std::uint32_t epoch = 0;
  crypto::ShareIndex guardian = 0;
  std::vector<crypto::ShareIndex> asked{};  ///< S, ascending
  base::Digest points_sha256{};             ///< of E_0 ‖ … ‖ E_{m−1}
  std::array<std::uint8_t, 64> proof{};     ///< crypto::BatchProof::bytes()
  std::string checkpoint{};                 ///< the guardian's newest; empty until there is a log
  friend bool operator==(const Attestation&, const Attestation&) = default;
};

/// What an attestation answers: SHA-256(batch leaf ‖ I2OSP(t,2) ‖ S, each I2OSP(·,2) ‖ I2OSP(guardian,2)).
[[nodiscard]] base::Digest attestation_subject(const base::Digest& batch_leaf,
                                               const std::vector<crypto::ShareIndex>& asked,
                                               crypto::ShareIndex guardian);

[[nodiscard]] std::string write_payload(const Batch& batch);
[[nodiscard]] std::string write_payload(const Attestation& attestation);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] Batch parse_batch(std::string_view payload);
[[nodiscard]] Attestation parse_attestation(std::string_view payload);

}  // namespace candour::statement
