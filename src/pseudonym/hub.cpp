#include "candour/pseudonym/hub.h"

#include <algorithm>
#include <set>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/crypto/mac.h"
#include "candour/pseudonym/attestations.h"
#include "candour/pseudonym/batch.h"
#include "candour/statement/envelope.h"

namespace candour::pseudonym {
namespace {

// What the batches of one submission are held against.
struct Expected {
  const instruction::Charter& charter;
  const BatchUse& use;
  const instruction::Domain& domain;
  std::int64_t now = 0;
  std::vector<crypto::SigningPublicKey> guardian_keys;
};

std::string_view other_purpose(const statement::Batch& batch, const Expected& expected) {
  if (batch.header.federation != expected.charter.federation()) return "federation";
  if (batch.header.log != expected.charter.log()) return "log";
  if (batch.instruction != expected.use.instruction) return "instruction";
  if (batch.provider != expected.use.provider) return "provider";
  if (batch.collection != expected.use.collection) return "collection";
  if (batch.domain != expected.domain.name) return "domain";
  if (batch.epoch != expected.domain.epoch) return "epoch";
  if (!is_batch_size(batch.size)) return "size";
  return {};
}

void require_fresh(const statement::Batch& batch, const Expected& expected, std::size_t index) {
  const std::int64_t made = batch.header.made;
  // A submission is planned first; its batches are made one after another while guardians answer.
  if (made >= expected.use.made - kClockToleranceSeconds && made <= expected.now + kClockToleranceSeconds &&
      expected.now - made <= kBatchLifeSeconds) {
    return;
  }
  throw base::Error("CND-2133", "A batch was not made for its submission, within the last 24 hours.")
      .with("batch", index)
      .with("made", base::Label(base::utc_text(batch.header.made)))
      .with("submission", base::Label(base::utc_text(expected.use.made)))
      .with("clock", base::Label(base::utc_text(expected.now)));
}

[[noreturn]] void refuse_attestation(std::size_t index, base::Literal rule) {
  throw base::Error("CND-2131", "A batch is not attested by a set of guardians as it must be.")
      .with("batch", index)
      .with("rule", base::Label(rule.view()));
}

// An attestation that one guardian of the charter signed, and which.
struct Signed {
  statement::Attestation attestation;
  crypto::ShareIndex guardian = 0;
};

Signed signed_attestation(const std::string& bytes, const Expected& expected, std::size_t index) {
  const auto signers =
      statement::signers_of(statement::parse_envelope(bytes, "attestation"), expected.guardian_keys);
  if (signers.empty()) refuse_attestation(index, "a guardian signs an attestation");
  const auto guardian =
      std::ranges::find(expected.charter.guardians, signers.front(), &instruction::Party::signing_key);
  return {statement::parse_attestation(statement::verified_payload(bytes, "attestation", signers.front())),
          guardian->index};
}

void verify_set(const AttestedBatch& attested, const statement::Batch& batch, const Expected& expected,
                std::size_t index) {
  AskedSet asked;
  for (std::size_t i = 0; i < attested.attestations.size(); ++i) {
    const auto [attestation, guardian] = signed_attestation(attested.attestations[i], expected, index);
    if (i == 0) {
      asked = attestation.asked;
      if (!is_asked_set(expected.domain, asked)) refuse_attestation(index, "the set is none of the domain");
      (void)weighted_keys(expected.domain, asked);
    }
    if (asked[i] != guardian) refuse_attestation(index, "all of one set attest, in its order");
    if (!other_member(attestation, batch, attested.leaf, asked, guardian).empty()) {
      refuse_attestation(index, "an attestation is about something else");
    }
  }
}

}  // namespace

BatchUse batch_use_of(const statement::Submission& submission) {
  return {.made = submission.header.made,
          .instruction = submission.instruction,
          .provider = submission.provider,
          .collection = submission.collection,
          .batches = submission.batches,
          .attestations_sha256 = submission.attestations_sha256};
}

std::uint64_t verify_attestations(const instruction::Charter& charter, const instruction::Instruction& order,
                                  const BatchUse& use, std::string_view body, std::int64_t now,
                                  const UsedByAnother& used_by_another) {
  const instruction::Provider* provider = charter.provider(use.provider);
  if (provider == nullptr)
    throw base::Error("CND-2027", "The organisation is no provider of this federation.");
  const instruction::Domain& domain = domain_of(charter, order.domain);
  if (base::sha256(base::as_bytes(body)) != use.attestations_sha256) {
    throw base::Error("CND-2130", "The attestations are not those that the submission names.");
  }
  const std::vector<AttestedBatch> batches = parse_attestations(body, domain.threshold);
  if (!std::ranges::equal(batches, use.batches, {}, &AttestedBatch::leaf)) {
    throw base::Error("CND-2130", "The attestations are about other batches than the submission names.");
  }
  Expected expected{charter, use, domain, now, {}};
  for (const instruction::Guardian& one : charter.guardians)
    expected.guardian_keys.push_back(one.signing_key);
  std::set<base::Digest> seen;
  std::uint64_t places = 0;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const statement::Batch batch = statement::parse_batch(
        statement::verified_payload(batches[i].envelope, "batch", provider->signing_key));
    const std::string_view member = other_purpose(batch, expected);
    if (!member.empty()) {
      throw base::Error("CND-2132", "A batch was made for something else than the submission.")
          .with("batch", i)
          .with("member", base::Label(member));
    }
    require_fresh(batch, expected, i);
    if (!seen.insert(batches[i].leaf).second || used_by_another(batches[i].leaf)) {
      throw base::Error("CND-2134", "A batch was used already.").with("batch", i);
    }
    verify_set(batches[i], batch, expected, i);
    places += batch.size;
  }
  return places;
}

namespace {

Pseudonym first_half(const base::Digest& digest) {
  Pseudonym pseudonym{};
  std::copy_n(digest.begin(), pseudonym.size(), pseudonym.begin());
  return pseudonym;
}

}  // namespace

Pseudonym lake_pseudonym(base::ByteView z_lake, const Token& token) {
  CANDOUR_CHECK(z_lake.size() == kPseudonymKeyBytes);
  return first_half(crypto::hmac_sha256(z_lake, token.bytes()));
}

base::Digest tombstone(base::ByteView z_tomb, const Token& token) {
  CANDOUR_CHECK(z_tomb.size() == kPseudonymKeyBytes);
  return crypto::hmac_sha256(z_tomb, token.bytes());
}

Pseudonym use_pseudonym(base::ByteView z_use, const Pseudonym& lake_pseudonym) {
  CANDOUR_CHECK(z_use.size() == kPseudonymKeyBytes);
  std::string message = "candour/v1/use";
  message.append(base::as_text(lake_pseudonym));
  return first_half(crypto::hmac_sha256(z_use, base::as_bytes(message)));
}

}  // namespace candour::pseudonym
