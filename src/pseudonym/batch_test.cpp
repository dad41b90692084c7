#include "candour/pseudonym/batch.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "candour/pseudonym/pseudonym_testing.h"
#include "candour/testing/code_of.h"

namespace candour::pseudonym {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

// A plan whose places are these, without the sizes that guardians ask for: small enough to try every change.
BatchPlan plan_of(std::vector<std::uint32_t> places, std::uint8_t seed = 9) {
  BatchPlan plan;
  plan.seed = base::SecretBytes(base::Bytes(32, seed));
  plan.places = std::move(places);
  return plan;
}
constexpr std::uint32_t kPadding = BatchPlan::kPadding;

// A small batch that guardian 2 of {1, 2} answers, as `forgery` says.
struct Asked {
  explicit Asked(std::vector<std::uint32_t> places = {1, kPadding, 0, 2})
      : identifiers(identifiers_of(3)),
        plan(plan_of(std::move(places))),
        batch(make_batch(plan, identifiers, federation.purpose(), kNow, *federation.charter,
                         key_of(kProvider))),
        request(write_request(batch.envelope, asked, batch.points)),
        guardian{2, key_of("guardian 2").public_key(),
                 weighted_keys(federation.charter->domains[0], asked)[1]} {
    forgery.guardian = 2;
  }
  [[nodiscard]] base::Bytes answer() const { return forged_answer(federation, request, forgery); }
  [[nodiscard]] std::string code(base::ByteView bytes) const {
    return code_of([&] { (void)verify_answer(bytes, batch, asked, guardian); });
  }
  [[nodiscard]] std::string code_after(std::function<void(statement::Attestation&, base::Bytes&)> change) {
    forgery.change = std::move(change);
    return code(answer());
  }

  Federation federation;
  AskedSet asked = {1, 2};
  std::vector<Identifier> identifiers;
  BatchPlan plan;
  BlindedBatch batch;
  base::Bytes request;
  AskedGuardian guardian;
  Forgery forgery;
};

TEST_CASE("an honest answer is verified, and its points and attestation given") {
  const Asked asked;
  const base::Bytes answer = asked.answer();
  const VerifiedAnswer verified = verify_answer(answer, asked.batch, asked.asked, asked.guardian);
  CHECK(verified.points.size() == 4);
  CHECK(verified.attestation == parse_answer(answer).envelope);
}

TEST_CASE("an answer with any bit of it changed is refused, and so is one that is cut or longer") {
  const Asked asked;
  const base::Bytes answer = asked.answer();
  for (std::size_t bit = 0; bit < answer.size() * 8; ++bit) {
    base::Bytes changed = answer;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    const std::string code = asked.code(changed);
    if (code == "none") CAPTURE(bit);
    REQUIRE(code != "none");
  }
  for (std::size_t size = 0; size < answer.size(); ++size) {
    REQUIRE(asked.code(base::ByteView(answer).first(size)) != "none");
  }
  base::Bytes longer = answer;
  longer.push_back(0);
  CHECK(asked.code(longer) == "CND-2105");
  longer.insert(longer.end(), answer.end() - 31, answer.end());
  CHECK(asked.code(longer) != "none");
}

TEST_CASE("a guardian that signs a wrong point, two exchanged, the identity or another encoding is refused") {
  Asked asked;
  REQUIRE(asked.code_after([](auto&, base::Bytes&) {}) == "none");
  for (std::size_t place = 0; place < 4; ++place) {
    CAPTURE(place);
    const auto begin = static_cast<std::ptrdiff_t>(place * crypto::kPointBytes);
    const auto put = [&](base::Bytes& points, base::ByteView encoding) {
      std::ranges::copy(encoding, points.begin() + begin);
    };
    CHECK(asked.code_after([&](auto&, base::Bytes& points) {
      put(points, crypto::multiply_base(crypto::Scalar(7)).bytes());
    }) == "CND-2109");
    CHECK(asked.code_after([&](auto&, base::Bytes& points) {
      const auto next = static_cast<std::ptrdiff_t>((place + 1) % 4 * crypto::kPointBytes);
      std::swap_ranges(points.begin() + begin, points.begin() + begin + 32, points.begin() + next);
    }) == "CND-2109");
    CHECK(asked.code_after([&](auto&, base::Bytes& points) { put(points, crypto::Point().bytes()); }) ==
          "CND-2108");
    CHECK(asked.code_after([&](auto&, base::Bytes& points) {
      points[static_cast<std::size_t>(begin) + 31] |= 0x80;
    }) == "CND-2108");
  }
  CHECK(asked.code_after([](auto&, base::Bytes& points) { points.resize(96); }) == "CND-2108");
  asked.forgery.signs_the_points = false;
  CHECK(asked.code_after([](auto&, base::Bytes& points) {
    std::swap_ranges(points.begin(), points.begin() + 32, points.begin() + 32);
  }) == "CND-2108");
}

TEST_CASE("a pair of points that makes up for each other under the batch's weights is refused") {
  Asked asked;
  const crypto::Points good = verify_answer(asked.answer(), asked.batch, asked.asked, asked.guardian).points;
  const auto context =
      proof_context(asked.batch.statement, asked.batch.leaf, asked.asked, 2, asked.guardian.weighted_key);
  const auto weights =
      crypto::batch_weights(crypto::batch_transcript(context, asked.batch.points, good), good.size());
  const auto wide = [&](std::size_t j) {
    base::Bytes bytes(weights[j].begin(), weights[j].end());
    bytes.resize(crypto::kScalarBytes);
    return crypto::Scalar::parse(bytes).value();
  };
  crypto::Points pair = good;
  const crypto::Point change = crypto::multiply_base(crypto::Scalar(9));
  pair[0] = pair[0] + crypto::multiply(wide(1), change);
  pair[1] = pair[1] - crypto::multiply(wide(0), change);
  REQUIRE(crypto::public_weighted_sum(weights, pair) == crypto::public_weighted_sum(weights, good));
  CHECK(asked.code_after([&](auto&, base::Bytes& points) {
    std::ranges::copy(crypto::bytes_of(pair), points.begin());
  }) == "CND-2109");
}

TEST_CASE("a guardian that signs another proof, or one that is not reduced, is refused") {
  Asked asked;
  CHECK(asked.code_after([](statement::Attestation& a, auto&) { a.proof[40] ^= 1; }) == "CND-2109");
  CHECK(asked.code_after([](statement::Attestation& a, auto&) { a.proof.fill(0); }) == "CND-2109");
  const base::Bytes order =
      base::from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").value();
  for (const std::size_t begin : {0u, 32u}) {
    CHECK(asked.code_after([&](statement::Attestation& a, auto&) {
      unsigned carry = 0;
      for (std::size_t i = 0; i < 32; ++i) {
        carry += unsigned{a.proof[begin + i]} + order[i];
        a.proof[begin + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8U;
      }
    }) == "CND-2109");
  }
  // The proof of another batch of the same guardian, with that batch's points.
  const Asked other({2, 1, kPadding, 0});
  const base::Bytes bytes = other.answer();
  const AnswerParts parts = parse_answer(bytes);
  const auto attested = statement::parse_attestation(
      statement::verified_payload(parts.envelope, "attestation", other.guardian.signing_key));
  CHECK(asked.code_after([&](statement::Attestation& a, base::Bytes& points) {
    a.proof = attested.proof;
    points.assign(parts.points.begin(), parts.points.end());
  }) == "CND-2109");
  CHECK(asked.code(bytes) == "CND-2107");
}

TEST_CASE("an attestation of anything else than what was asked is refused, whatever member is another") {
  using Attestation = statement::Attestation;
  const std::vector<std::function<void(Attestation&)>> changes = {
      [](Attestation& a) { a.header.federation[0] ^= 1; },
      [](Attestation& a) { a.header.log = "other"; },
      [](Attestation& a) { a.header.id[0] ^= 1; },
      [](Attestation& a) { a.header.made -= 1000; },
      [](Attestation& a) { a.header.made += 90'000; },
      [](Attestation& a) { a.batch[0] ^= 1; },
      [](Attestation& a) { a.domain = "planning"; },
      [](Attestation& a) { ++a.epoch; },
      [](Attestation& a) { a.guardian = 1; },
      [](Attestation& a) { a.asked = {2, 3}; }};
  Asked asked;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    CAPTURE(i);
    CHECK(asked.code_after([&](Attestation& a, auto&) { changes[i](a); }) == "CND-2107");
  }
  CHECK(asked.code_after([](Attestation& a, auto&) { a.checkpoint = "a later version's"; }) == "none");
  asked.guardian.signing_key = key_of("guardian 1").public_key();
  CHECK(asked.code(asked.answer()) == "CND-2003");
}

TEST_CASE("a batch is a function of its plan, to the byte, and its statement says what it is") {
  const Asked one, again;
  CHECK(one.batch.envelope == again.batch.envelope);
  CHECK(one.batch.points == again.batch.points);
  CHECK(one.batch.leaf == statement::leaf_hash(one.batch.envelope));
  const auto batch = statement::parse_batch(
      statement::verified_payload(one.batch.envelope, "batch", key_of(kProvider).public_key()));
  CHECK(batch == one.batch.statement);
  CHECK(batch.size == 4);
  CHECK(batch.points_sha256 == base::sha256(crypto::bytes_of(one.batch.points)));
  CHECK(batch.header.made == kNow);
  BatchPurpose purpose = one.federation.purpose();
  purpose.domain = "none";
  CHECK(code_of([&] {
          (void)make_batch(one.plan, one.identifiers, purpose, kNow, *one.federation.charter,
                           key_of(kProvider));
        }) == "CND-2106");
}

TEST_CASE("padding gives the identity and no token; anything else at its place is refused") {
  const Asked asked;
  const crypto::Point& key = asked.federation.charter->domains[0].key;
  // What the whole key gives: as if one guardian had it all.
  crypto::Points evaluated = crypto::multiply_all(asked.federation.polynomial.secret(), asked.batch.points);
  std::vector<Token> tokens(3);
  const auto combined = [&] {
    return code_of([&] { combine(asked.plan, asked.identifiers, key, {&evaluated, 1}, tokens); });
  };
  REQUIRE(combined() == "none");
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(tokens[i] == token_by_whole_key(asked.identifiers[i], asked.federation.polynomial.secret()));
  }
  const crypto::Points good = evaluated;
  evaluated[1] = evaluated[1] + crypto::multiply_base(crypto::Scalar(1));
  CHECK(combined() == "CND-2111");
  evaluated = good;
  evaluated[0] =
      crypto::multiply(blind_of(asked.plan.seed.view(), 0, &asked.identifiers[asked.plan.places[0]]), key);
  CHECK(combined() == "CND-2111");
}

// A second implementation, slow and by other formulas: RFC 9497's blinding by multiplication, the evaluation
// by a key that is put together, each element by itself.
Token slow_token(const Identifier& identifier, const Federation& federation, const AskedSet& asked,
                 base::Random& random) {
  crypto::Scalar key;
  for (const crypto::ShareIndex one : asked) {
    crypto::Scalar above(1), below(1);
    for (const crypto::ShareIndex other : asked) {
      if (other == one) continue;
      above = above * (crypto::Scalar() - crypto::Scalar(other));
      below = below * (crypto::Scalar(one) - crypto::Scalar(other));
    }
    key = key + federation.polynomial.share_of(one) * above * below.inverse();
  }
  const crypto::Scalar blind = crypto::Scalar::random(random);
  const crypto::Point hashed = crypto::hash_to_group(base::as_bytes(identifier.reveal()),
                                                     "HashToGroup-OPRFV1-\x01-ristretto255-SHA512");
  const crypto::Point evaluated = crypto::multiply(key, crypto::multiply(blind, hashed));
  const std::string message =
      std::string("\0\x0a", 2) + identifier.reveal() + std::string("\0\x20", 2) +
      std::string(base::as_text(crypto::multiply(blind.inverse(), evaluated).bytes())) + "Finalize";
  return Token(base::ByteView(crypto::sha512({base::as_bytes(message)})).first(Token::kBytes));
}

bool random_batch_agrees(std::uint64_t seed) {
  base::SeededRandom random(seed, "random batches");
  const auto threshold = static_cast<std::uint16_t>(1 + random.below(3));
  const std::size_t guardians = threshold + random.below(3);
  const Federation federation(seed, guardians, threshold);
  std::vector<crypto::ShareIndex> asked;
  while (asked.size() < threshold) {
    const auto index = static_cast<crypto::ShareIndex>(1 + random.below(guardians));
    if (std::ranges::find(asked, index) == asked.end()) asked.push_back(index);
  }
  std::ranges::sort(asked);
  const std::size_t count = 1 + random.below(3), padding = random.below(3);
  const auto identifiers = identifiers_of(count, 1'000'000'000 + random.below(8'000'000'000));
  std::vector<std::uint32_t> places(count + padding, kPadding);
  for (std::uint32_t i = 0; i < count; ++i) places[i] = i;
  for (std::size_t i = places.size(); i > 1; --i) std::swap(places[i - 1], places[random.below(i)]);
  const BatchPlan plan = plan_of(places, static_cast<std::uint8_t>(random.below(256)));
  const BlindedBatch batch =
      make_batch(plan, identifiers, federation.purpose(), kNow, *federation.charter, key_of(kProvider));
  const base::Bytes request = write_request(batch.envelope, asked, batch.points);
  const crypto::Points keys = weighted_keys(federation.charter->domains[0], asked);
  std::vector<crypto::Points> evaluated;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Forgery honest;
    honest.guardian = asked[i];
    const AskedGuardian guardian{asked[i], federation.charter->guardian(asked[i])->signing_key, keys[i]};
    evaluated.push_back(
        verify_answer(forged_answer(federation, request, honest), batch, asked, guardian).points);
  }
  std::vector<Token> tokens(count);
  combine(plan, identifiers, federation.charter->domains[0].key, evaluated, tokens);
  for (std::size_t i = 0; i < count; ++i) {
    if (tokens[i] != slow_token(identifiers[i], federation, asked, random)) return false;
  }
  return true;
}

TEST_CASE("random batches of random federations give what a slow second implementation gives") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    REQUIRE(random_batch_agrees(seed));
  }
}

TEST_SUITE("slow") {
  TEST_CASE("100,000 random batches give what a slow second implementation gives" * doctest::skip()) {
    for (std::uint64_t seed = 1'000; seed < 101'000; ++seed) {
      CAPTURE(seed);
      REQUIRE(random_batch_agrees(seed));
    }
  }
}

}  // namespace
}  // namespace candour::pseudonym
