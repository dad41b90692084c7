// A whole batch of 256, every value of it, against what tests/second made: another implementation, in another
// language, of the design's formulas.
#include <doctest/doctest.h>

#include "candour/crypto/batch_proof.h"
#include "candour/crypto/group_testing.h"
#include "candour/crypto/mac.h"

namespace candour::crypto {
namespace {

using namespace testing;  // NOLINT: the tests' own words

constexpr std::string_view kGroupTag = "HashToGroup-OPRFV1-\x01-ristretto255-SHA512";

Points blinded_of(const base::Json& file) {
  Points blinded;
  for (const base::Json& row : list(file, "rows")) blinded.push_back(point(row, "blinded"));
  return blinded;
}

BatchProofContext context_of(const base::Json& file, const base::Json& run, const base::Json& guardian) {
  return {.federation = digest(file, "federation"),
          .domain = text(file, "domain"),
          .share_epoch = static_cast<std::uint32_t>(number(file, "epoch")),
          .batch_leaf = digest(at(file, "batch"), "leaf"),
          .guardian = static_cast<ShareIndex>(number(guardian, "guardian")),
          .asked = indices(run, "asked"),
          .weighted_key = point(guardian, "weighted_key")};
}

TEST_CASE("the second implementation's dealers give the same shares and public values") {
  const base::Json file = extended_vectors();
  std::vector<Scalar> shares(4);
  Points share_keys(4);
  Point public_key;
  for (const base::Json& dealer : list(file, "dealers")) {
    std::vector<Scalar> coefficients;
    for (const base::Json& one : list(dealer, "coefficients")) coefficients.push_back(scalar(*one.text()));
    const Polynomial polynomial(coefficients);
    CHECK(polynomial.commitments() == points(dealer, "commitments"));
    public_key = public_key + polynomial.commitments()[0];
    for (ShareIndex i = 1; i <= 3; ++i) {
      shares[i] = shares[i] + polynomial.share_of(i);
      share_keys[i] = share_keys[i] + committed_share(polynomial.commitments(), i);
    }
  }
  CHECK(public_key == point(file, "public_key"));
  CHECK(public_key == multiply_base(scalar(text(file, "assembled_key_for_tests_only"))));
  for (ShareIndex i = 1; i <= 3; ++i) {
    CHECK(shown(shares[i].bytes()) == *list(file, "shares")[i - 1U].text());
    CHECK(share_keys[i] == points(file, "share_keys")[i - 1U]);
  }
}

TEST_CASE("the second implementation's rows are blinded, unblinded and named as ours") {
  const base::Json file = extended_vectors();
  const base::Bytes seed = hex(file, "batch_seed"), lake_key = hex(file, "z_lake");
  const Point public_key = point(file, "public_key");
  const auto& rows = list(file, "rows");
  REQUIRE(rows.size() == 256);
  std::size_t padding = 0;
  for (std::size_t j = 0; j < rows.size(); ++j) {
    CAPTURE(j);
    const base::ByteView x = base::as_bytes(text(rows[j], "x"));
    const Point hashed = x.empty() ? Point() : hash_to_group(x, kGroupTag);
    if (!x.empty()) CHECK(shown(hashed.bytes()) == text(rows[j], "hashed"));
    const Scalar blind = Scalar::reduce(hmac_sha512(seed, {octets(static_cast<std::uint32_t>(j)), x}));
    CHECK(shown(blind.bytes()) == text(rows[j], "blind"));
    CHECK(hashed + multiply_base(blind) == point(rows[j], "blinded"));
    const Point unblinded = point(rows[j], "combined") - multiply(blind, public_key);
    CHECK(shown(unblinded.bytes()) == text(rows[j], "unblinded"));
    CHECK(unblinded.is_identity() == x.empty());
    if (x.empty()) {
      CHECK(text(rows[j], "token").empty());
      ++padding;
      continue;
    }
    const auto size = octets(static_cast<std::uint16_t>(x.size()));
    const Digest512 output =
        sha512({size, x, octets(std::uint16_t{32}), unblinded.bytes(), base::as_bytes("Finalize")});
    const base::ByteView token = base::ByteView(output).first(32);
    CHECK(shown(token) == text(rows[j], "token"));
    CHECK(shown(base::ByteView(hmac_sha256(lake_key, token)).first(16)) == text(rows[j], "pseudonym"));
  }
  CHECK(padding == 51);
}

TEST_CASE("each two guardians of the second implementation's batch evaluate and prove as ours do") {
  const base::Json file = extended_vectors();
  const Points blinded = blinded_of(file);
  CHECK(base::to_hex(base::sha256(bytes_of(blinded))) == text(at(file, "batch"), "points_sha256"));
  REQUIRE(list(file, "runs").size() == 3);
  for (const base::Json& run : list(file, "runs")) {
    Points combined(blinded.size());
    Point weighted_keys;
    for (const base::Json& guardian : list(run, "guardians")) {
      const BatchProofContext context = context_of(file, run, guardian);
      CAPTURE(context.guardian);
      const Scalar lambda = lagrange_at_zero(context.asked, context.guardian);
      CHECK(shown(lambda.bytes()) == text(guardian, "lambda"));
      const Scalar share = lambda * scalar(*list(file, "shares")[context.guardian - 1U].text());
      CHECK(shown(share.bytes()) == text(guardian, "weighted_share_for_tests_only"));
      CHECK(multiply_base(share) == context.weighted_key);
      weighted_keys = weighted_keys + context.weighted_key;
      const Points evaluated = multiply_all(share, blinded);
      CHECK(evaluated == points(guardian, "evaluated"));
      for (std::size_t j = 0; j < evaluated.size(); ++j) combined[j] = combined[j] + evaluated[j];
      const Digest512 transcript = batch_transcript(context, blinded, evaluated);
      CHECK(shown(transcript) == text(guardian, "transcript"));
      const auto weights = batch_weights(transcript, blinded.size());
      CHECK(shown(weights.front()) == text(guardian, "first_weight"));
      CHECK(shown(weights.back()) == text(guardian, "last_weight"));
      CHECK(public_weighted_sum(weights, blinded) == point(guardian, "M"));
      CHECK(public_weighted_sum(weights, evaluated) == point(guardian, "Z"));
      const BatchProof proof =
          prove_batch_with_nonce(context, share, blinded, transcript, scalar(text(guardian, "proof_nonce")));
      CHECK(shown(proof.bytes()) == text(guardian, "proof"));
      CHECK(verify_batch(context, blinded, evaluated, proof));
    }
    CHECK(weighted_keys == point(file, "public_key"));
    for (std::size_t j = 0; j < combined.size(); ++j) {
      CHECK(combined[j] == point(list(file, "rows")[j], "combined"));
    }
  }
}

// Where an answer with some elements exchanged and a proof is refused.
std::string refused_by(const BatchProofContext& context, const Points& blinded, const Points& good,
                       const base::Json& answer) {
  Points evaluated = good;
  for (const base::Json& change : list(answer, "evaluated")) {
    const auto parsed = Point::parse(hex(*(*change.array())[1].text()));
    if (!parsed) return "points";
    evaluated.at(static_cast<std::size_t>(*(*change.array())[0].integer())) = *parsed;
  }
  const auto proof = BatchProof::parse(hex(answer, "proof"));
  if (!proof) return "proof";
  return verify_batch(context, blinded, evaluated, *proof) ? "nobody" : "verification";
}

TEST_CASE("what the second implementation refuses, ours refuses at the same place") {
  const base::Json file = extended_vectors();
  const base::Json& run = list(file, "runs")[0];
  const base::Json& guardian = list(run, "guardians")[0];
  const BatchProofContext context = context_of(file, run, guardian);
  const Points blinded = blinded_of(file), good = points(guardian, "evaluated");
  std::size_t accepted = 0;
  for (const base::Json& answer : list(file, "refusals")) {
    CAPTURE(text(answer, "what"));
    const std::string found = refused_by(context, blinded, good, answer);
    CHECK(found == text(answer, "refused_by"));
    accepted += found == "nobody" ? 1U : 0U;
  }
  CHECK(list(file, "refusals").size() == 17);
  CHECK(accepted == 1);  // the one in which nothing is changed
}

}  // namespace
}  // namespace candour::crypto
