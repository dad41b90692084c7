#include "candour/pseudonym/attestations.h"

#include "candour/base/error.h"
#include "candour/statement/envelope.h"

namespace candour::pseudonym {

std::string write_attestations(std::span<const AttestedBatch> batches) {
  std::string body;
  for (const AttestedBatch& batch : batches) {
    body.append(batch.envelope).push_back('\n');
    for (const std::string& attestation : batch.attestations) body.append(attestation).push_back('\n');
  }
  return body;
}

std::vector<AttestedBatch> parse_attestations(std::string_view body, std::size_t threshold) {
  CANDOUR_CHECK(threshold >= 1);
  std::vector<std::string> lines;
  bool whole = body.size() <= kAttestationsAtMostBytes;
  while (whole && !body.empty()) {
    const std::size_t end = body.find('\n');
    whole = end != std::string_view::npos && end > 0 && end <= statement::kEnvelopeAtMostBytes;
    if (!whole) break;
    lines.emplace_back(body.substr(0, end));
    body.remove_prefix(end + 1);
  }
  if (!whole || lines.size() % (threshold + 1) != 0) {
    throw base::Error("CND-2130", "The attestations are not one line a batch and one a guardian asked.")
        .with("line", lines.size() + 1);
  }
  std::vector<AttestedBatch> batches;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i % (threshold + 1) == 0) {
      const base::Digest leaf = statement::leaf_hash(lines[i]);
      batches.push_back({.leaf = leaf, .envelope = std::move(lines[i]), .attestations = {}});
    } else {
      batches.back().attestations.push_back(std::move(lines[i]));
    }
  }
  return batches;
}

}  // namespace candour::pseudonym
