// The body that travels with a submission: its batches and what the guardians attested of them, one envelope
// a line. For each batch, in the order of the submission: the `batch` envelope, then the `attestation`
// envelopes of the guardians asked, by ascending index; each line ends with LF.
// docs/reference/formats/attestations.md.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/sha256.h"

namespace candour::pseudonym {

inline constexpr std::size_t kAttestationsAtMostBytes = std::size_t{8} << 20;

/// A batch with the attestations of one set of guardians.
struct AttestedBatch {
  base::Digest leaf{};
  std::string envelope;
  std::vector<std::string> attestations;  ///< in the order of the set
};

[[nodiscard]] std::string write_attestations(std::span<const AttestedBatch> batches);

/// Splits a body into batches of `threshold` attestations each; verifies nothing. Errors: CND-2130.
[[nodiscard]] std::vector<AttestedBatch> parse_attestations(std::string_view body, std::size_t threshold);

}  // namespace candour::pseudonym
