#include "candour/crypto/batch_proof.h"

#include <algorithm>

#include "candour/base/error.h"

namespace candour::crypto {
namespace {

constexpr std::string_view kTranscriptTag = "candour/v1/dleq-transcript";
constexpr std::string_view kWeightTag = "candour/v1/dleq-weight";
constexpr std::string_view kChallengeTag = "candour/v1/dleq-challenge";
constexpr std::size_t kFreshBytes = 32;

Scalar challenge_of(const Digest512& transcript, const Point& weighted_key, const Point& sum,
                    const Point& evaluated_sum, const Point& base_commitment, const Point& sum_commitment) {
  return hash_to_scalar({transcript, weighted_key.bytes(), sum.bytes(), evaluated_sum.bytes(),
                         base_commitment.bytes(), sum_commitment.bytes()},
                        kChallengeTag);
}

}  // namespace

std::array<std::uint8_t, 64> BatchProof::bytes() const {
  std::array<std::uint8_t, 64> joined{};
  std::copy(challenge.bytes().begin(), challenge.bytes().end(), joined.begin());
  std::copy(response.bytes().begin(), response.bytes().end(), joined.begin() + kScalarBytes);
  return joined;
}

std::optional<BatchProof> BatchProof::parse(base::ByteView bytes) {
  if (bytes.size() != 2 * kScalarBytes) return std::nullopt;
  const auto challenge = Scalar::parse(bytes.first(kScalarBytes));
  const auto response = Scalar::parse(bytes.last(kScalarBytes));
  if (!challenge || !response) return std::nullopt;
  return BatchProof{*challenge, *response};
}

Digest512 batch_transcript(const BatchProofContext& context, std::span<const Point> blinded,
                           std::span<const Point> evaluated) {
  CANDOUR_CHECK(blinded.size() == evaluated.size() && blinded.size() <= UINT32_MAX);
  CANDOUR_CHECK(std::is_sorted(context.asked.begin(), context.asked.end()));
  base::Bytes asked;
  for (const ShareIndex index : context.asked) {
    const auto encoded = octets(index);
    asked.insert(asked.end(), encoded.begin(), encoded.end());
  }
  return sha512(
      {base::as_bytes(kTranscriptTag), context.federation, base::sha256(base::as_bytes(context.domain)),
       octets(context.share_epoch), context.batch_leaf, octets(context.guardian),
       octets(static_cast<std::uint16_t>(context.asked.size())), asked, context.weighted_key.bytes(),
       octets(static_cast<std::uint32_t>(blinded.size())), bytes_of(blinded), bytes_of(evaluated)});
}

std::vector<PublicWeight> batch_weights(const Digest512& transcript, std::size_t size) {
  constexpr std::size_t kPerDigest = sizeof(Digest512) / sizeof(PublicWeight);
  std::vector<PublicWeight> weights(size);
  Digest512 block{};
  for (std::size_t j = 0; j < size; ++j) {
    if (j % kPerDigest == 0) {
      block = sha512(
          {base::as_bytes(kWeightTag), transcript, octets(static_cast<std::uint32_t>(j / kPerDigest))});
    }
    const auto begin = block.begin() + static_cast<std::ptrdiff_t>(j % kPerDigest * sizeof(PublicWeight));
    std::copy(begin, begin + sizeof(PublicWeight), weights[j].begin());
  }
  return weights;
}

BatchProof prove_batch_with_nonce(const BatchProofContext& context, const Scalar& weighted_share,
                                  std::span<const Point> blinded, const Digest512& transcript,
                                  const Scalar& nonce) {
  const Point sum = public_weighted_sum(batch_weights(transcript, blinded.size()), blinded);
  const Scalar challenge = challenge_of(transcript, context.weighted_key, sum, multiply(weighted_share, sum),
                                        multiply_base(nonce), multiply(nonce, sum));
  return {challenge, nonce - challenge * weighted_share};
}

BatchProof prove_batch(const BatchProofContext& context, const Scalar& weighted_share,
                       std::span<const Point> blinded, std::span<const Point> evaluated,
                       base::ByteView nonce_key, base::Random& random) {
  CANDOUR_CHECK(!blinded.empty());
  const Digest512 transcript = batch_transcript(context, blinded, evaluated);
  base::SecretBytes fresh(kFreshBytes);
  random.fill(fresh.span());
  Digest512 wide = hmac_sha512(nonce_key, {weighted_share.bytes(), transcript, fresh.view()});
  const Scalar nonce = Scalar::reduce(wide);
  base::wipe(wide.data(), wide.size());
  return prove_batch_with_nonce(context, weighted_share, blinded, transcript, nonce);
}

bool verify_batch(const BatchProofContext& context, std::span<const Point> blinded,
                  std::span<const Point> evaluated, const BatchProof& proof) {
  if (blinded.empty() || blinded.size() != evaluated.size()) return false;
  const Digest512 transcript = batch_transcript(context, blinded, evaluated);
  const std::vector<PublicWeight> weights = batch_weights(transcript, blinded.size());
  const Point sum = public_weighted_sum(weights, blinded);
  const Point evaluated_sum = public_weighted_sum(weights, evaluated);
  if (sum.is_identity() || evaluated_sum.is_identity()) return false;
  const Point base_commitment =
      multiply_base(proof.response) + multiply(proof.challenge, context.weighted_key);
  const Point sum_commitment = multiply(proof.response, sum) + multiply(proof.challenge, evaluated_sum);
  return challenge_of(transcript, context.weighted_key, sum, evaluated_sum, base_commitment,
                      sum_commitment) == proof.challenge;
}

}  // namespace candour::crypto
