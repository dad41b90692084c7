#include "candour/crypto/batch_proof.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "candour/crypto/group_testing.h"

namespace candour::crypto {
namespace {

using namespace testing;  // NOLINT: the tests' own words

const base::Bytes kNonceKey(32, 0x5a);

// A batch that a guardian has evaluated and proved.
struct Proved {
  explicit Proved(std::uint64_t seed, std::size_t size) : random(seed, "batch proof") {
    share = Scalar::random(random);
    random.fill(context.federation);
    random.fill(context.batch_leaf);
    context.domain = "secondary-uses";
    context.share_epoch = 1;
    context.guardian = 2;
    context.asked = {1, 2};
    context.weighted_key = multiply_base(share);
    for (std::size_t j = 0; j < size; ++j) blinded.push_back(multiply_base(Scalar::random(random)));
    evaluated = multiply_all(share, blinded);
    proof = prove_batch(context, share, blinded, evaluated, kNonceKey, random);
  }
  [[nodiscard]] bool holds() const { return verify_batch(context, blinded, evaluated, proof); }

  base::SeededRandom random;
  BatchProofContext context;
  Scalar share;
  Points blinded, evaluated;
  BatchProof proof;
};

TEST_CASE("a guardian's proof holds for batches of any size") {
  for (const std::size_t size : {1u, 2u, 3u, 4u, 5u, 8u, 9u, 64u}) {
    CAPTURE(size);
    CHECK(Proved(size, size).holds());
  }
}

TEST_CASE("one element, two exchanged, one missing or a pair that makes up for each other is refused") {
  Proved batch(1, 6);
  REQUIRE(batch.holds());
  const Points good = batch.evaluated;
  for (std::size_t j = 0; j < good.size(); ++j) {
    CAPTURE(j);
    batch.evaluated = good;
    batch.evaluated[j] = batch.evaluated[j] + multiply_base(Scalar(1));
    CHECK_FALSE(batch.holds());
    batch.evaluated = good;
    std::swap(batch.evaluated[j], batch.evaluated[(j + 1) % good.size()]);
    CHECK_FALSE(batch.holds());
  }
  // Under the weights of the good batch the two changes cancel out; the changed batch has other weights.
  batch.evaluated = good;
  const auto weights = batch_weights(batch_transcript(batch.context, batch.blinded, good), good.size());
  const auto wide = [&](std::size_t j) {
    base::Bytes bytes(weights[j].begin(), weights[j].end());
    bytes.resize(kScalarBytes);
    return Scalar::parse(bytes).value();
  };
  const Point change = multiply_base(Scalar(9));
  batch.evaluated[0] = good[0] + multiply(wide(1), change);
  batch.evaluated[1] = good[1] - multiply(wide(0), change);
  CHECK(public_weighted_sum(weights, batch.evaluated) == public_weighted_sum(weights, good));
  CHECK_FALSE(batch.holds());
  batch.evaluated = good;
  batch.evaluated.pop_back();
  CHECK_FALSE(batch.holds());
  batch.evaluated.clear();
  batch.blinded.clear();
  CHECK_FALSE(batch.holds());
}

TEST_CASE("a proof is refused for another federation, domain, epoch, leaf, guardian, set or key") {
  const Proved batch(2, 3);
  const auto refused = [&](const auto& change) {
    BatchProofContext context = batch.context;
    change(context);
    return !verify_batch(context, batch.blinded, batch.evaluated, batch.proof);
  };
  CHECK_FALSE(refused([](BatchProofContext&) {}));
  CHECK(refused([](BatchProofContext& context) { context.federation[0] ^= 1; }));
  CHECK(refused([](BatchProofContext& context) { context.domain = "planning"; }));
  CHECK(refused([](BatchProofContext& context) { ++context.share_epoch; }));
  CHECK(refused([](BatchProofContext& context) { context.batch_leaf[31] ^= 1; }));
  CHECK(refused([](BatchProofContext& context) { context.guardian = 1; }));
  CHECK(refused([](BatchProofContext& context) { context.asked = {2, 3}; }));
  CHECK(refused([](BatchProofContext& context) { context.asked = {1, 2, 3}; }));
  CHECK(refused([](BatchProofContext& context) { context.weighted_key = multiply_base(Scalar(5)); }));
}

TEST_CASE("any bit of a proof, of an element or of the key refuses it") {
  Proved batch(3, 4);
  const auto good = batch.proof.bytes();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bytes = good;
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
    const auto parsed = BatchProof::parse(bytes);
    CHECK_FALSE((parsed && verify_batch(batch.context, batch.blinded, batch.evaluated, *parsed)));
  }
}

TEST_CASE("a proof whose scalars are not reduced is none") {
  const Proved batch(4, 2);
  const auto good = batch.proof.bytes();
  REQUIRE(BatchProof::parse(good));
  CHECK_FALSE(BatchProof::parse(base::ByteView(good).first(63)));
  const base::Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  for (const std::size_t begin : {0u, 32u}) {
    auto bytes = good;
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
      carry += unsigned{bytes[begin + i]} + order[i];
      bytes[begin + i] = static_cast<std::uint8_t>(carry);
      carry >>= 8U;
    }
    CHECK_FALSE(BatchProof::parse(bytes));
  }
}

TEST_CASE(
    "two proofs of one batch have two nonces, and a source of randomness that repeats gives no nonce twice") {
  const Proved batch(5, 2);
  base::SeededRandom same(7, "broken"), again(7, "broken");
  const BatchProof one =
      prove_batch(batch.context, batch.share, batch.blinded, batch.evaluated, kNonceKey, same);
  BatchProofContext other = batch.context;
  other.batch_leaf[0] ^= 1;
  const BatchProof two = prove_batch(other, batch.share, batch.blinded, batch.evaluated, kNonceKey, again);
  // The nonce is s + c·k.
  CHECK_FALSE(one.response + one.challenge * batch.share == two.response + two.challenge * batch.share);
}

TEST_CASE("the vectors' runs: transcript, weights, sums, proofs, tokens, and what must be refused") {
  const auto file = vectors("candour_voprf.json");
  if (!file) return;
  const std::string tag = "HashToGroup-" + std::string(base::as_text(hex(*file, "hash_context")));
  Points blinded;
  std::vector<Scalar> blinds;
  for (const base::Json& input : list(*file, "inputs")) {
    const base::ByteView number = base::as_bytes(text(input, "nhs_number"));
    const Point hashed = hash_to_group(number, tag);
    CHECK(shown(hashed.bytes()) == text(input, "hashed"));
    blinds.push_back(scalar(text(input, "blind")));
    blinded.push_back(hashed + multiply_base(blinds.back()));
    CHECK(shown(blinded.back().bytes()) == text(input, "blinded"));
  }
  BatchProofContext context;
  const base::Bytes federation = hex(*file, "federation"), leaf = hex(*file, "batch_leaf");
  std::copy(federation.begin(), federation.end(), context.federation.begin());
  std::copy(leaf.begin(), leaf.end(), context.batch_leaf.begin());
  context.domain = text(*file, "domain");
  context.share_epoch = static_cast<std::uint32_t>(*at(*file, "share_epoch").integer());
  for (const base::Json& run : list(*file, "runs")) {
    context.asked.clear();
    for (const base::Json& index : list(run, "asked")) {
      context.asked.push_back(static_cast<ShareIndex>(*index.integer()));
    }
    Points combined(blinded.size());
    for (const base::Json& guardian : list(run, "guardians")) {
      context.guardian = static_cast<ShareIndex>(*at(guardian, "guardian").integer());
      const Scalar lambda = lagrange_at_zero(context.asked, context.guardian);
      CHECK(shown(lambda.bytes()) == text(guardian, "lambda"));
      const Scalar share = lambda * scalar(*list(*file, "shares")[context.guardian - 1U].text());
      context.weighted_key = multiply_base(share);
      CHECK(shown(context.weighted_key.bytes()) == text(guardian, "weighted_key"));
      const Points evaluated = multiply_all(share, blinded);
      for (std::size_t j = 0; j < evaluated.size(); ++j) {
        CHECK(shown(evaluated[j].bytes()) == *list(guardian, "evaluated")[j].text());
        combined[j] = combined[j] + evaluated[j];
      }
      const Digest512 transcript = batch_transcript(context, blinded, evaluated);
      CHECK(shown(transcript) == text(guardian, "transcript"));
      const auto weights = batch_weights(transcript, blinded.size());
      for (std::size_t j = 0; j < weights.size(); ++j) {
        CHECK(shown(weights[j]) == *list(guardian, "weights")[j].text());
      }
      CHECK(shown(public_weighted_sum(weights, blinded).bytes()) == text(guardian, "M"));
      CHECK(shown(public_weighted_sum(weights, evaluated).bytes()) == text(guardian, "Z"));
      const BatchProof proof =
          prove_batch_with_nonce(context, share, blinded, transcript, scalar(text(guardian, "proof_nonce")));
      CHECK(shown(proof.bytes()) == text(guardian, "proof"));
      CHECK(verify_batch(context, blinded, evaluated, proof));
      Points pair = evaluated;
      pair[0] = point(*list(guardian, "compensating_pair_must_fail")[0].text());
      pair[1] = point(*list(guardian, "compensating_pair_must_fail")[1].text());
      CHECK_FALSE(verify_batch(context, blinded, pair, proof));
    }
    const Points unblinded = subtract_multiples(combined, blinds, point(*file, "public_key"));
    for (std::size_t j = 0; j < combined.size(); ++j) {
      CHECK(shown(combined[j].bytes()) == text(list(run, "rows")[j], "combined"));
      CHECK(shown(unblinded[j].bytes()) == text(list(run, "rows")[j], "unblinded"));
    }
  }
  for (const base::Json& refusal : list(*file, "refuse")) {
    const base::Json* encoding = refusal.find("evaluated");
    if (encoding != nullptr) CHECK_FALSE(Point::parse(hex(*encoding->text())));
  }
}

}  // namespace
}  // namespace candour::crypto
