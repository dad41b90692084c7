#include "candour/crypto/shares.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "candour/crypto/group_testing.h"

namespace candour::crypto {
namespace {

using namespace testing;  // NOLINT: the tests' own words

constexpr std::string_view kTag = "candour/v1/test";

Scalar recombined(const Polynomial& polynomial, const std::vector<ShareIndex>& asked) {
  Scalar sum;
  for (const ShareIndex index : asked)
    sum = sum + lagrange_at_zero(asked, index) * polynomial.share_of(index);
  return sum;
}

TEST_CASE("any t guardians recombine the secret, t − 1 do not") {
  CHECK(rc::check([](std::uint64_t seed) {
    base::SeededRandom random(seed, "shares");
    const std::size_t threshold = 1 + random.below(5), guardians = threshold + random.below(4);
    const Scalar secret = Scalar::random(random);
    const Polynomial polynomial(secret, threshold, random);
    std::vector<ShareIndex> all;
    for (std::size_t i = 1; i <= guardians; ++i) all.push_back(static_cast<ShareIndex>(i));
    for (std::size_t i = all.size() - 1; i > 0; --i) std::swap(all[i], all[random.below(i + 1)]);
    std::vector<ShareIndex> asked(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(threshold));
    if (!(recombined(polynomial, asked) == secret)) return false;
    asked.pop_back();
    return asked.empty() || !(recombined(polynomial, asked) == secret);
  }));
}

TEST_CASE("Lagrange coefficients of a set sum to 1, and are those worked out by hand") {
  const std::vector<ShareIndex> two = {1, 2}, far = {2, 3}, three = {1, 3, 7};
  CHECK(lagrange_at_zero(two, 1) == Scalar(2));
  CHECK(lagrange_at_zero(two, 2) == Scalar() - Scalar(1));
  CHECK(lagrange_at_zero(far, 2) == Scalar(3));
  CHECK(lagrange_at_zero(far, 3) == Scalar() - Scalar(2));
  CHECK(lagrange_at_zero(three, 1) + lagrange_at_zero(three, 3) + lagrange_at_zero(three, 7) == Scalar(1));
  CHECK(lagrange_at_zero(three, 3) * Scalar(8) == Scalar() - Scalar(7));
}

TEST_CASE("a share that is not the one committed to is seen") {
  base::SeededRandom random(3, "feldman");
  const Polynomial polynomial(Scalar::random(random), 3, random);
  const Points commitments = polynomial.commitments();
  REQUIRE(commitments.size() == 3);
  CHECK(commitments[0] == multiply_base(polynomial.secret()));
  for (const ShareIndex index : {ShareIndex{1}, ShareIndex{2}, ShareIndex{9}, ShareIndex{65535}}) {
    CHECK(committed_share(commitments, index) == multiply_base(polynomial.share_of(index)));
    CHECK(committed_share(commitments, index) != multiply_base(polynomial.share_of(index) + Scalar(1)));
  }
  CHECK(committed_share(commitments, 1) != committed_share(commitments, 2));
}

TEST_CASE("the vectors' dealers give their shares and public values") {
  const auto file = vectors("candour_voprf.json");
  if (!file) return;
  std::vector<Scalar> shares(4);
  Points share_keys(4), all_commitments;
  Point public_key;
  for (const base::Json& dealer : list(*file, "dealers")) {
    std::vector<Scalar> coefficients;
    for (const base::Json& coefficient : list(dealer, "coefficients"))
      coefficients.push_back(scalar(*coefficient.text()));
    const Polynomial polynomial(coefficients);
    const Points commitments = polynomial.commitments();
    for (std::size_t m = 0; m < commitments.size(); ++m) {
      CHECK(shown(commitments[m].bytes()) == *list(dealer, "commitments")[m].text());
    }
    public_key = public_key + commitments[0];
    for (ShareIndex i = 1; i <= 3; ++i) {
      shares[i] = shares[i] + polynomial.share_of(i);
      share_keys[i] = share_keys[i] + committed_share(commitments, i);
    }
  }
  CHECK(shown(public_key.bytes()) == text(*file, "public_key"));
  const std::vector<ShareIndex> asked = {1, 3};
  const Scalar assembled = lagrange_at_zero(asked, 1) * shares[1] + lagrange_at_zero(asked, 3) * shares[3];
  CHECK(shown(assembled.bytes()) == text(*file, "assembled_key_for_tests_only"));
  for (ShareIndex i = 1; i <= 3; ++i) {
    CHECK(shown(shares[i].bytes()) == *list(*file, "shares")[i - 1U].text());
    CHECK(shown(share_keys[i].bytes()) == *list(*file, "share_keys")[i - 1U].text());
  }
}

TEST_CASE("a proof of knowledge holds for its point, context and tag alone") {
  base::SeededRandom random(5, "knowledge");
  const Scalar secret = Scalar::random(random);
  const Point point = multiply_base(secret);
  const base::ByteView context = base::as_bytes("dealer 1");
  const KnowledgeProof proof = prove_knowledge(secret, context, kTag, random);
  CHECK(verify_knowledge(point, proof, context, kTag));
  CHECK_FALSE(verify_knowledge(point + point, proof, context, kTag));
  CHECK_FALSE(verify_knowledge(point, proof, base::as_bytes("dealer 2"), kTag));
  CHECK_FALSE(verify_knowledge(point, proof, context, "candour/v1/other"));
  CHECK_FALSE(verify_knowledge(point, {proof.challenge, proof.response + Scalar(1)}, context, kTag));
  CHECK_FALSE(verify_knowledge(point, {proof.challenge + Scalar(1), proof.response}, context, kTag));
}

}  // namespace
}  // namespace candour::crypto
