// The signed statements about a batch and a submission, to the byte, against what tests/second made: another
// implementation, in another language, of docs/reference/formats/statements.md.
#include <doctest/doctest.h>

#include "candour/crypto/group_testing.h"
#include "candour/statement/batch.h"
#include "candour/statement/envelope.h"
#include "candour/statement/submission.h"

namespace candour::statement {
namespace {

using namespace crypto::testing;  // NOLINT: the tests' own words

Id id(const base::Json& json, std::string_view key) {
  Id id{};
  std::ranges::copy(hex(json, key), id.begin());
  return id;
}

// The signing key of a party, whose public half is the one that the file gives.
crypto::SigningKey signing_key(const base::Json& party) {
  crypto::SigningKey key(hex(party, "signing_seed"));
  CHECK(shown(key.public_key()) == text(party, "signing_public_key"));
  return key;
}

TEST_CASE("the second implementation's batch statement is signed to the same bytes and leaf") {
  const base::Json file = extended_vectors();
  const base::Json& given = at(file, "batch");
  const Batch batch{.header = {.federation = digest(file, "federation"),
                               .log = text(file, "log"),
                               .id = id(given, "id"),
                               .made = number(given, "made")},
                    .instruction = id(given, "instruction"),
                    .domain = text(file, "domain"),
                    .epoch = static_cast<std::uint32_t>(number(file, "epoch")),
                    .provider = text(given, "provider"),
                    .collection = text(given, "collection"),
                    .size = static_cast<std::uint32_t>(number(given, "size")),
                    .points_sha256 = digest(given, "points_sha256")};
  const crypto::SigningKey key = signing_key(at(file, "provider"));
  const std::string& envelope = text(given, "envelope");
  CHECK(write_envelope(sign("batch", write_payload(batch), key)) == envelope);
  CHECK(shown(leaf_hash(envelope)) == text(given, "leaf"));
  CHECK(parse_batch(verified_payload(envelope, "batch", key.public_key())) == batch);
}

TEST_CASE("the second implementation's attestations are signed to the same bytes") {
  const base::Json file = extended_vectors();
  std::size_t attestations = 0;
  for (const base::Json& run : list(file, "runs")) {
    for (const base::Json& guardian : list(run, "guardians")) {
      const auto index = static_cast<crypto::ShareIndex>(number(guardian, "guardian"));
      CAPTURE(index);
      Attestation attestation{.batch = digest(at(file, "batch"), "leaf"),
                              .domain = text(file, "domain"),
                              .epoch = static_cast<std::uint32_t>(number(file, "epoch")),
                              .guardian = index,
                              .asked = indices(run, "asked")};
      attestation.header = {
          .federation = digest(file, "federation"),
          .log = text(file, "log"),
          .id = derived_id("attestation", attestation_subject(attestation.batch, attestation.asked, index)),
          .made = number(guardian, "attestation_made")};
      attestation.points_sha256 = base::sha256(crypto::bytes_of(points(guardian, "evaluated")));
      std::ranges::copy(hex(guardian, "proof"), attestation.proof.begin());
      const crypto::SigningKey key = signing_key(list(file, "guardians")[index - 1U]);
      const std::string& envelope = text(guardian, "attestation_envelope");
      CHECK(write_envelope(sign("attestation", write_payload(attestation), key)) == envelope);
      CHECK(parse_attestation(verified_payload(envelope, "attestation", key.public_key())) == attestation);
      ++attestations;
    }
  }
  CHECK(attestations == 6);
}

TEST_CASE("the second implementation's submission, receipt and sealing key come back to the same bytes") {
  const base::Json file = extended_vectors();
  const auto rewritten = [](const std::string& kind, std::string_view payload) {
    if (kind == "submission") return write_payload(parse_submission(payload));
    if (kind == "receipt") return write_payload(parse_receipt(payload));
    return write_payload(parse_sealing_key(payload));
  };
  REQUIRE(list(file, "statements").size() == 3);
  std::string identity;
  for (const base::Json& one : list(file, "statements")) {
    const std::string &kind = text(one, "kind"), &payload = text(one, "payload");
    CAPTURE(kind);
    CHECK(rewritten(kind, payload) == payload);
    const crypto::SigningKey key(hex(one, "signing_seed"));
    CHECK(write_envelope(sign(kind, payload, key)) == text(one, "envelope"));
    CHECK(verified_payload(text(one, "envelope"), kind, key.public_key()) == payload);
    if (kind == "submission") {
      identity = base::to_hex(base::sha256(base::as_bytes(text(one, "envelope"))));
      const Submission submission = parse_submission(payload);
      CHECK(submission.acceptance == Agreement::kCompelled);
      CHECK(submission.legal_notice == "A notice, \"as served\" \u2013 on paper.\n");
      CHECK(base::to_hex(submission.batches.at(0)) == text(at(file, "batch"), "leaf"));
    }
    if (kind == "receipt") {
      const Receipt receipt = parse_receipt(payload);
      CHECK(base::to_hex(receipt.submission) == identity);
      CHECK(receipt.header.id == derived_id("receipt", receipt.submission));
    }
  }
}

}  // namespace
}  // namespace candour::statement
