#include "candour/crypto/shares.h"

#include <algorithm>

#include "candour/base/error.h"

namespace candour::crypto {
namespace {

// The value at `index` of a polynomial in any group that has + and a product with a scalar (Horner).
template <typename T, typename Times>
T evaluate(std::span<const T> coefficients, const Times& times_index) {
  T value = coefficients.back();
  for (std::size_t m = coefficients.size() - 1; m > 0; --m) value = times_index(value) + coefficients[m - 1];
  return value;
}

}  // namespace

Polynomial::Polynomial(const Scalar& secret, std::size_t threshold, base::Random& random) {
  CANDOUR_CHECK(threshold >= 1);
  coefficients_.reserve(threshold);  // so that no copy of a secret stays behind in memory that was let go
  coefficients_.push_back(secret);
  while (coefficients_.size() < threshold) coefficients_.push_back(Scalar::random(random));
}

Polynomial::Polynomial(std::vector<Scalar> coefficients) : coefficients_(std::move(coefficients)) {
  CANDOUR_CHECK(!coefficients_.empty());
}

Scalar Polynomial::share_of(ShareIndex index) const {
  CANDOUR_CHECK(index != 0);
  const Scalar at(index);
  return evaluate<Scalar>(coefficients_, [&](const Scalar& value) { return at * value; });
}

Points Polynomial::commitments() const {
  Points points;
  for (const Scalar& coefficient : coefficients_) points.push_back(multiply_base(coefficient));
  return points;
}

Point committed_share(std::span<const Point> commitments, ShareIndex index) {
  CANDOUR_CHECK(!commitments.empty() && index != 0);
  const Scalar at(index);
  return evaluate<Point>(commitments, [&](const Point& value) { return multiply(at, value); });
}

Scalar lagrange_at_zero(std::span<const ShareIndex> asked, ShareIndex index) {
  CANDOUR_CHECK(std::find(asked.begin(), asked.end(), index) != asked.end());
  Scalar above(1), below(1);
  for (const ShareIndex other : asked) {
    CANDOUR_CHECK(other != 0);
    if (other == index) continue;
    above = above * Scalar(other);
    below = below * (Scalar(other) - Scalar(index));
  }
  return above * below.inverse();
}

KnowledgeProof prove_knowledge(const Scalar& secret, base::ByteView context, std::string_view tag,
                               base::Random& random) {
  const Scalar nonce = Scalar::random(random);
  const Point nonce_point = multiply_base(nonce);
  const Scalar challenge = hash_to_scalar({context, nonce_point.bytes()}, tag);
  return {challenge, nonce - challenge * secret};
}

bool verify_knowledge(const Point& point, const KnowledgeProof& proof, base::ByteView context,
                      std::string_view tag) {
  const Point nonce_point = multiply_base(proof.response) + multiply(proof.challenge, point);
  return hash_to_scalar({context, nonce_point.bytes()}, tag) == proof.challenge;
}

}  // namespace candour::crypto
