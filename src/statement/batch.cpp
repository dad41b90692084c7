#include "candour/statement/batch.h"

#include <algorithm>
#include <limits>

namespace candour::statement {
namespace {

constexpr std::int64_t kMost32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t kMost16 = std::numeric_limits<std::uint16_t>::max();

}  // namespace

base::Digest attestation_subject(const base::Digest& batch_leaf, const std::vector<crypto::ShareIndex>& asked,
                                 crypto::ShareIndex guardian) {
  base::Sha256 hash;
  hash.update(batch_leaf);
  hash.update(crypto::octets(static_cast<std::uint16_t>(asked.size())));
  for (const crypto::ShareIndex index : asked) hash.update(crypto::octets(index));
  hash.update(crypto::octets(guardian));
  return hash.finish();
}

std::string write_payload(const Batch& batch) {
  auto payload = begin_payload(batch.header);
  payload.emplace_back("instruction", base::to_hex(batch.instruction));
  payload.emplace_back("domain", batch.domain);
  payload.emplace_back("epoch", std::int64_t{batch.epoch});
  payload.emplace_back("provider", batch.provider);
  payload.emplace_back("collection", batch.collection);
  payload.emplace_back("size", std::int64_t{batch.size});
  payload.emplace_back("points_sha256", base::to_hex(batch.points_sha256));
  return base::write_json_line(payload);
}

Batch parse_batch(std::string_view payload) {
  PayloadReader reader(payload);
  Batch batch;
  batch.header = reader.header();
  batch.instruction = reader.id("instruction");
  batch.domain = reader.text("domain", 128);
  batch.epoch = static_cast<std::uint32_t>(reader.integer("epoch", 1, kMost32));
  batch.provider = reader.text("provider", 16);
  batch.collection = reader.text("collection", 128);
  batch.size = static_cast<std::uint32_t>(reader.integer("size", 1, kMost32));
  batch.points_sha256 = reader.digest("points_sha256");
  reader.finish();
  return batch;
}

std::string write_payload(const Attestation& attestation) {
  base::Json::Array asked;
  for (const crypto::ShareIndex index : attestation.asked) asked.emplace_back(std::int64_t{index});
  auto payload = begin_payload(attestation.header);
  payload.emplace_back("batch", base::to_hex(attestation.batch));
  payload.emplace_back("domain", attestation.domain);
  payload.emplace_back("epoch", std::int64_t{attestation.epoch});
  payload.emplace_back("guardian", std::int64_t{attestation.guardian});
  payload.emplace_back("asked", std::move(asked));
  payload.emplace_back("points_sha256", base::to_hex(attestation.points_sha256));
  payload.emplace_back("proof", base::to_hex(attestation.proof));
  payload.emplace_back("checkpoint", attestation.checkpoint);
  return base::write_json_line(payload);
}

Attestation parse_attestation(std::string_view payload) {
  PayloadReader reader(payload);
  Attestation attestation;
  attestation.header = reader.header();
  attestation.batch = reader.digest("batch");
  attestation.domain = reader.text("domain", 128);
  attestation.epoch = static_cast<std::uint32_t>(reader.integer("epoch", 1, kMost32));
  attestation.guardian = static_cast<crypto::ShareIndex>(reader.integer("guardian", 1, kMost16));
  for (const std::int64_t index : reader.integers("asked", 1, kMost16, 256)) {
    attestation.asked.push_back(static_cast<crypto::ShareIndex>(index));
  }
  attestation.points_sha256 = reader.digest("points_sha256");
  std::ranges::copy(reader.bytes("proof", attestation.proof.size()), attestation.proof.begin());
  attestation.checkpoint = reader.text("checkpoint", 16'384);
  reader.finish();
  return attestation;
}

}  // namespace candour::statement
