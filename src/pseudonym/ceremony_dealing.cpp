#include "candour/pseudonym/ceremony_dealing.h"

#include <algorithm>

#include "candour/base/error.h"

namespace candour::pseudonym {
namespace {

using crypto::ShareIndex;
using statement::CeremonyPlan;

constexpr std::string_view kProofTag = "candour/v1/dkg-pok";
constexpr std::size_t kEncBytes = 32;

void append(base::Bytes& bytes, base::ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

base::Bytes proof_context(const CeremonyPlan& plan, ShareIndex dealer, const crypto::Points& commitments) {
  base::Bytes context;
  append(context, plan.federation);
  append(context, base::sha256(base::as_bytes(plan.domain)));
  append(context, statement::ceremony_id(plan));
  append(context, crypto::octets(dealer));
  append(context, crypto::bytes_of(commitments));
  return context;
}

base::Bytes share_info(const CeremonyPlan& plan, ShareIndex dealer, ShareIndex receiver) {
  base::Bytes info;
  append(info, base::as_bytes("candour/v1/dkg-share"));
  append(info, statement::ceremony_id(plan));
  append(info, crypto::octets(dealer));
  append(info, crypto::octets(receiver));
  return info;
}

}  // namespace

base::Digest commitment_to(const CeremonyPlan& plan, ShareIndex dealer,
                           const statement::CeremonyOpening& opening) {
  base::Sha256 hash;
  hash.update(base::as_bytes("candour/v1/dkg-commit"));
  hash.update(plan.federation);
  hash.update(statement::ceremony_id(plan));
  hash.update(crypto::octets(dealer));
  hash.update(opening.nonce);
  hash.update(crypto::bytes_of(opening.commitments));
  return hash.finish();
}

statement::CeremonyOpening open_dealing(const CeremonyPlan& plan, ShareIndex dealer,
                                        const crypto::Polynomial& polynomial,
                                        const CeremonySecrets& secrets) {
  statement::CeremonyOpening opening;
  opening.commitments = polynomial.commitments();
  secrets.random("commitment-nonce").fill(opening.nonce);
  const base::Bytes context = proof_context(plan, dealer, opening.commitments);
  crypto::DerivedRandom drawn = secrets.random("proof-nonce", context);
  const crypto::KnowledgeProof proof =
      crypto::prove_knowledge(polynomial.secret(), context, kProofTag, drawn);
  std::ranges::copy(proof.challenge.bytes(), opening.proof.begin());
  std::ranges::copy(proof.response.bytes(), opening.proof.begin() + crypto::kScalarBytes);
  return opening;
}

bool verify_opening(const CeremonyPlan& plan, ShareIndex dealer, const statement::CeremonyOpening& opening) {
  const auto challenge = crypto::Scalar::parse(base::ByteView(opening.proof).first(crypto::kScalarBytes));
  const auto response = crypto::Scalar::parse(base::ByteView(opening.proof).subspan(crypto::kScalarBytes));
  return challenge && response && !opening.commitments.empty() &&
         crypto::verify_knowledge(opening.commitments.front(), {*challenge, *response},
                                  proof_context(plan, dealer, opening.commitments), kProofTag);
}

crypto::Point reshared_point(const CeremonyPlan& plan, const instruction::Domain& old, ShareIndex dealer) {
  const crypto::Point* share_key = old.share_key(dealer);
  CANDOUR_CHECK(share_key != nullptr);
  return crypto::multiply(crypto::lagrange_at_zero(plan.dealers, dealer), *share_key);
}

statement::SealedShare seal_share(const CeremonyPlan& plan, ShareIndex dealer, ShareIndex receiver,
                                  const crypto::SealPublicKey& key, const crypto::Scalar& share,
                                  const CeremonySecrets& secrets) {
  const base::Bytes info = share_info(plan, dealer, receiver);
  base::Bytes drawn_for = info;
  append(drawn_for, key);
  crypto::DerivedRandom drawn = secrets.random("sealed-share", drawn_for);
  const crypto::SealKey ephemeral = crypto::SealKey::random(drawn);
  crypto::SealContext context(key, ephemeral, info);
  statement::SealedShare sealed;
  sealed.receiver = receiver;
  std::ranges::copy(ephemeral.public_key(), sealed.sealed.begin());
  std::ranges::copy(context.seal({}, share.bytes()), sealed.sealed.begin() + kEncBytes);
  return sealed;
}

std::optional<crypto::Scalar> open_share(const CeremonyPlan& plan, const statement::CeremonyDeal& deal,
                                         ShareIndex receiver, const crypto::SealKey& one_time_key) {
  const auto found = std::ranges::find(deal.shares, receiver, &statement::SealedShare::receiver);
  if (found == deal.shares.end()) return std::nullopt;
  const base::ByteView sealed(found->sealed);
  base::Bytes opened;
  try {
    crypto::SealContext context(sealed.first(kEncBytes), one_time_key,
                                share_info(plan, deal.guardian, receiver));
    opened = context.open({}, sealed.subspan(kEncBytes));
  } catch (const base::Error&) {
    return std::nullopt;
  }
  auto share = crypto::Scalar::parse(opened);
  base::wipe(opened.data(), opened.size());
  const bool is_dealt =
      share && crypto::multiply_base(*share) == crypto::committed_share(deal.opening.commitments, receiver);
  return is_dealt ? share : std::nullopt;
}

crypto::Point dealt_key(std::span<const statement::CeremonyDealer> dealers) {
  crypto::Point key;
  for (const statement::CeremonyDealer& dealer : dealers) key = key + dealer.opening.commitments.front();
  return key;
}

crypto::Point dealt_share_key(std::span<const statement::CeremonyDealer> dealers, ShareIndex receiver) {
  crypto::Point key;
  for (const statement::CeremonyDealer& dealer : dealers) {
    key = key + crypto::committed_share(dealer.opening.commitments, receiver);
  }
  return key;
}

}  // namespace candour::pseudonym
