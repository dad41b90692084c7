#include "candour/pseudonym/batch.h"

#include "candour/base/error.h"
#include "candour/pseudonym/wire.h"
#include "candour/statement/envelope.h"

namespace candour::pseudonym {
namespace {

const Identifier* identifier_at(const BatchPlan& plan, std::size_t place,
                                std::span<const Identifier> identifiers) {
  const std::uint32_t index = plan.places[place];
  return index == BatchPlan::kPadding ? nullptr : &identifiers[index];
}

std::vector<crypto::Scalar> blinds_of(const BatchPlan& plan, std::span<const Identifier> identifiers) {
  std::vector<crypto::Scalar> blinds;
  blinds.reserve(plan.places.size());  // so that no copy of a blind stays behind in memory that was let go
  for (std::size_t place = 0; place < plan.places.size(); ++place) {
    blinds.push_back(blind_of(plan.seed.view(), static_cast<std::uint32_t>(place),
                              identifier_at(plan, place, identifiers)));
  }
  return blinds;
}

// The sums of what each guardian gave, place by place.
crypto::Points sums_of(std::span<const crypto::Points> evaluated) {
  crypto::Points sums = evaluated.front();
  for (const crypto::Points& one : evaluated.subspan(1)) {
    CANDOUR_CHECK(one.size() == sums.size());
    for (std::size_t place = 0; place < sums.size(); ++place) sums[place] = sums[place] + one[place];
  }
  return sums;
}

}  // namespace

crypto::Points blind(const BatchPlan& plan, std::span<const Identifier> identifiers) {
  crypto::Points hashed(plan.places.size());  // the identity, where padding stands
  for (std::size_t place = 0; place < hashed.size(); ++place) {
    const Identifier* identifier = identifier_at(plan, place, identifiers);
    if (identifier != nullptr) hashed[place] = hash_to_group(*identifier);
  }
  crypto::Points points = crypto::add_base_multiples(hashed, blinds_of(plan, identifiers));
  // Whoever reads a hashed number can try all numbers against it.
  base::wipe(hashed.data(), hashed.size() * sizeof(crypto::Point));
  return points;
}

const instruction::Domain& domain_of(const instruction::Charter& charter, std::string_view name) {
  const instruction::Domain* domain = charter.domain(name);
  if (domain != nullptr) return *domain;
  throw base::Error("CND-2106", "The charter has no such domain.").with("domain", base::Label(name));
}

BlindedBatch make_batch(const BatchPlan& plan, std::span<const Identifier> identifiers,
                        const BatchPurpose& purpose, std::int64_t made, const instruction::Charter& charter,
                        const crypto::SigningKey& signing_key) {
  const instruction::Domain& domain = domain_of(charter, purpose.domain);
  BlindedBatch batch;
  batch.points = blind(plan, identifiers);
  batch.statement = {
      .header = {.federation = charter.federation(), .log = charter.log(), .id = plan.id, .made = made},
      .instruction = purpose.instruction,
      .domain = domain.name,
      .epoch = domain.epoch,
      .provider = purpose.provider,
      .collection = purpose.collection,
      .size = static_cast<std::uint32_t>(plan.places.size()),
      .points_sha256 = base::sha256(crypto::bytes_of(batch.points))};
  batch.envelope = statement::write_envelope(
      statement::sign("batch", statement::write_payload(batch.statement), signing_key));
  batch.leaf = statement::leaf_hash(batch.envelope);
  return batch;
}

std::string_view other_member(const statement::Attestation& attestation, const statement::Batch& batch,
                              const base::Digest& leaf, const AskedSet& asked, crypto::ShareIndex guardian) {
  if (attestation.header.federation != batch.header.federation) return "federation";
  if (attestation.header.log != batch.header.log) return "log";
  if (attestation.batch != leaf) return "batch";
  if (attestation.domain != batch.domain) return "domain";
  if (attestation.epoch != batch.epoch) return "epoch";
  if (attestation.guardian != guardian) return "guardian";
  if (attestation.asked != asked) return "asked";
  const auto subject = statement::attestation_subject(leaf, asked, guardian);
  if (attestation.header.id != statement::derived_id("attestation", subject)) return "id";
  const std::int64_t age = attestation.header.made - batch.header.made;
  if (age < -kClockToleranceSeconds || age > kBatchLifeSeconds + kClockToleranceSeconds) return "made";
  return {};
}

VerifiedAnswer verify_answer(base::ByteView answer, const BlindedBatch& batch, const AskedSet& asked,
                             const AskedGuardian& guardian) {
  const AnswerParts parts = parse_answer(answer);
  const statement::Attestation attestation = statement::parse_attestation(
      statement::verified_payload(parts.envelope, "attestation", guardian.signing_key));
  const std::string_view member =
      other_member(attestation, batch.statement, batch.leaf, asked, guardian.index);
  if (!member.empty()) {
    throw base::Error("CND-2107", "The guardian's attestation is about something else than it was asked.")
        .with("member", base::Label(member));
  }
  if (parts.points.size() != crypto::bytes_of(batch.points).size() ||
      base::sha256(parts.points) != attestation.points_sha256) {
    throw base::Error("CND-2108", "The guardian's points are not those of the batch that it signed.");
  }
  auto points = crypto::parse_points(parts.points);
  if (!points) {
    throw base::Error("CND-2108", "One of the guardian's points is not canonical, or is the identity.");
  }
  const auto proof = crypto::BatchProof::parse(attestation.proof);
  const auto context =
      proof_context(batch.statement, batch.leaf, asked, guardian.index, guardian.weighted_key);
  if (!proof || !crypto::verify_batch(context, batch.points, *points, *proof)) {
    throw base::Error("CND-2109", "The guardian's proof does not hold.");
  }
  return {.attestation = std::string(parts.envelope), .points = std::move(*points)};
}

void combine(const BatchPlan& plan, std::span<const Identifier> identifiers, const crypto::Point& domain_key,
             std::span<const crypto::Points> evaluated, std::span<Token> tokens) {
  CANDOUR_CHECK(!evaluated.empty() && evaluated.front().size() == plan.places.size());
  crypto::Points unblinded =
      crypto::subtract_multiples(sums_of(evaluated), blinds_of(plan, identifiers), domain_key);
  for (std::size_t place = 0; place < unblinded.size(); ++place) {
    const Identifier* identifier = identifier_at(plan, place, identifiers);
    if (unblinded[place].is_identity() != (identifier == nullptr)) {
      throw base::Error("CND-2111", "An unblinded element is not what the batch has at its place.")
          .with("place", place);
    }
    if (identifier != nullptr) tokens[plan.places[place]] = token_of(*identifier, unblinded[place]);
  }
  base::wipe(unblinded.data(), unblinded.size() * sizeof(crypto::Point));
}

}  // namespace candour::pseudonym
