// candour_voprf.json through this module's own functions, field by field, and RFC 9497's outputs.
#include <doctest/doctest.h>

#include "candour/crypto/group_testing.h"
#include "candour/pseudonym/batch.h"
#include "candour/pseudonym/hub.h"

namespace candour::pseudonym {
namespace {

using namespace crypto::testing;  // NOLINT: the tests' own words

// The file's batch, which has no padding, and its charter's domain.
struct Vectors {
  explicit Vectors(const base::Json& file) {
    domain.name = text(file, "domain");
    domain.epoch = static_cast<std::uint32_t>(number(file, "share_epoch"));
    domain.threshold = static_cast<std::uint16_t>(number(file, "t"));
    domain.key = point(file, "public_key");
    for (const crypto::Point& key : points(file, "share_keys")) {
      domain.share_keys.emplace_back(static_cast<crypto::ShareIndex>(domain.share_keys.size() + 1), key);
    }
    plan.seed = base::SecretBytes(hex(file, "batch_seed"));
    for (const base::Json& input : list(file, "inputs")) {
      plan.places.push_back(static_cast<std::uint32_t>(identifiers.size()));
      identifiers.emplace_back(text(input, "nhs_number"));
    }
    batch.header.federation = digest(file, "federation");
    leaf = digest(file, "batch_leaf");
    batch.domain = domain.name;
    batch.epoch = domain.epoch;
  }
  instruction::Domain domain;
  BatchPlan plan;
  std::vector<Identifier> identifiers;
  statement::Batch batch;
  base::Digest leaf{};
};

TEST_CASE("the vectors' inputs are hashed, blinded from the seed, and made a batch") {
  const auto file = vectors("candour_voprf.json");
  if (!file) return;
  const Vectors vector(*file);
  const crypto::Points blinded = blind(vector.plan, vector.identifiers);
  for (std::size_t j = 0; j < blinded.size(); ++j) {
    const base::Json& input = list(*file, "inputs")[j];
    CHECK(shown(hash_to_group(vector.identifiers[j]).bytes()) == text(input, "hashed"));
    const crypto::Scalar blind =
        blind_of(vector.plan.seed.view(), static_cast<std::uint32_t>(j), &vector.identifiers[j]);
    CHECK(shown(blind.bytes()) == text(input, "blind"));
    CHECK(shown(blinded[j].bytes()) == text(input, "blinded"));
  }
  REQUIRE(blinded.size() == 5);
}

// What a run's guardians gave, and the proofs that hold over it.
std::vector<crypto::Points> checked_answers(const Vectors& vector, const base::Json& run,
                                            const AskedSet& asked) {
  const crypto::Points blinded = blind(vector.plan, vector.identifiers);
  const crypto::Points keys = weighted_keys(vector.domain, asked);
  std::vector<crypto::Points> answers;
  for (const base::Json& guardian : list(run, "guardians")) {
    const std::size_t i = answers.size();
    CHECK(asked[i] == number(guardian, "guardian"));
    CHECK(shown(crypto::lagrange_at_zero(asked, asked[i]).bytes()) == text(guardian, "lambda"));
    CHECK(shown(keys[i].bytes()) == text(guardian, "weighted_key"));
    const crypto::Points evaluated = points(guardian, "evaluated");
    const auto context = proof_context(vector.batch, vector.leaf, asked, asked[i], keys[i]);
    CHECK(shown(crypto::batch_transcript(context, blinded, evaluated)) == text(guardian, "transcript"));
    const auto proof = crypto::BatchProof::parse(hex(guardian, "proof")).value();
    CHECK(crypto::verify_batch(context, blinded, evaluated, proof));
    crypto::Points changed = evaluated;
    for (const std::size_t j : {0u, 1u}) {
      changed[j] = point(*list(guardian, "compensating_pair_must_fail")[j].text());
    }
    CHECK_FALSE(crypto::verify_batch(context, blinded, changed, proof));
    changed = evaluated;
    std::swap(changed[0], changed[1]);
    CHECK_FALSE(crypto::verify_batch(context, blinded, changed, proof));
    answers.push_back(evaluated);
  }
  return answers;
}

TEST_CASE("the vectors' runs: every two of three give the tokens and pseudonyms") {
  const auto file = vectors("candour_voprf.json");
  if (!file) return;
  const Vectors vector(*file);
  const base::Bytes z_lake = hex(*file, "z_lake");
  std::size_t runs = 0;
  for (const base::Json& run : list(*file, "runs")) {
    const AskedSet asked = indices(run, "asked");
    REQUIRE(is_asked_set(vector.domain, asked));
    const auto answers = checked_answers(vector, run, asked);
    std::vector<Token> tokens(vector.identifiers.size());
    combine(vector.plan, vector.identifiers, vector.domain.key, answers, tokens);
    for (std::size_t j = 0; j < tokens.size(); ++j) {
      const base::Json& row = list(run, "rows")[j];
      const crypto::Point unblinded = point(row, "unblinded");
      CHECK(shown((answers[0][j] + answers[1][j]).bytes()) == text(row, "combined"));
      CHECK(shown(finalize(base::as_bytes(vector.identifiers[j].reveal()), unblinded)) ==
            text(row, "output"));
      CHECK(shown(tokens[j].bytes()) == text(row, "token"));
      CHECK(shown(lake_pseudonym(z_lake, tokens[j])) == text(row, "pseudonym"));
    }
    ++runs;
  }
  CHECK(runs == 3);
}

TEST_CASE("the vectors' encodings that must be refused are refused in an answer") {
  const auto file = vectors("candour_voprf.json");
  if (!file) return;
  std::size_t refused = 0;
  for (const base::Json& refusal : list(*file, "refuse")) {
    const base::Json* encoding = refusal.find("evaluated");
    if (encoding == nullptr) continue;  // the others are changes of a good answer: batch_test.cpp makes them
    CHECK_FALSE(crypto::parse_points(hex(*encoding->text())));
    ++refused;
  }
  CHECK(refused == 3);
}

TEST_CASE("RFC 9497's outputs of mode VOPRF come out") {
  const auto file = vectors("rfc9497_ristretto255_sha512.json");
  if (!file) return;
  std::size_t outputs = 0;
  for (const base::Json& suite : list(*file, "vectors")) {
    if (number(suite, "mode") != 1) continue;
    const auto key = crypto::Scalar::parse(hex(suite, "skSm")).value();
    for (const base::Json& one : list(suite, "vectors")) {
      const auto split = [&](std::string_view name) {  // a batch has its values with commas between
        std::vector<base::Bytes> values;
        std::string_view rest = text(one, name);
        while (true) {
          const std::size_t comma = rest.find(',');
          values.push_back(hex(rest.substr(0, comma)));
          if (comma == std::string_view::npos) return values;
          rest.remove_prefix(comma + 1);
        }
      };
      const auto inputs = split("Input"), expected = split("Output");
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        const crypto::Point hashed =
            crypto::hash_to_group(inputs[i], "HashToGroup-OPRFV1-\x01-ristretto255-SHA512");
        CHECK(shown(finalize(inputs[i], crypto::multiply(key, hashed))) == shown(expected[i]));
        ++outputs;
      }
    }
  }
  CHECK(outputs >= 3);
}

TEST_CASE("a pseudonym of a use is another for each use, and is what HMAC-SHA-256 gives") {
  // hmac.new(b"\x02" * 32, b"candour/v1/use" + bytes(range(16)), "sha256").hexdigest()[:32] of Python.
  Pseudonym lake{};
  for (std::size_t i = 0; i < lake.size(); ++i) lake[i] = static_cast<std::uint8_t>(i);
  const base::Bytes one(32, 2), other(32, 3);
  CHECK(shown(use_pseudonym(one, lake)) == "02617ec01c9804e98e109cd32eaa4af3");
  CHECK(use_pseudonym(one, lake) != use_pseudonym(other, lake));
}

}  // namespace
}  // namespace candour::pseudonym
