// A provider's and a guardian's side of a batch, against what tests/second made: another implementation, in
// another language, of the design's formulas.
#include <doctest/doctest.h>

#include <algorithm>

#include "candour/base/error.h"
#include "candour/crypto/group_testing.h"
#include "candour/pseudonym/batch.h"
#include "candour/pseudonym/hub.h"
#include "candour/pseudonym/wire.h"
#include "candour/statement/envelope.h"
#include "candour/testing/code_of.h"

namespace candour::pseudonym {
namespace {

using namespace crypto::testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

// What a provider has of the vectors' batch. The plan is written down, not drawn.
struct GivenBatch {
  GivenBatch() {
    plan.seed = base::SecretBytes(hex(file, "batch_seed"));
    for (const base::Json& row : list(file, "rows")) {
      const bool padding = text(row, "x").empty();
      plan.places.push_back(padding ? BatchPlan::kPadding : static_cast<std::uint32_t>(identifiers.size()));
      if (!padding) identifiers.emplace_back(text(row, "x"));
    }
    std::ranges::copy(hex(at(file, "batch"), "id"), plan.id.begin());
    const std::string& domain_name = text(file, "domain");
    charter.header.federation = digest(file, "federation");
    charter.header.log = text(file, "log");
    instruction::Domain domain{.name = domain_name};
    domain.epoch = static_cast<std::uint32_t>(number(file, "epoch"));
    domain.threshold = static_cast<std::uint16_t>(number(file, "t"));
    domain.key = point(file, "public_key");
    const crypto::Points share_keys = points(file, "share_keys");
    for (std::uint16_t i = 1; i <= 3; ++i) domain.share_keys.emplace_back(i, share_keys[i - 1U]);
    charter.domains.push_back(domain);
  }
  [[nodiscard]] BlindedBatch made() const {
    const base::Json& given = at(file, "batch");
    BatchPurpose purpose{.domain = text(file, "domain"),
                         .provider = text(given, "provider"),
                         .collection = text(given, "collection")};
    std::ranges::copy(hex(given, "instruction"), purpose.instruction.begin());
    const crypto::SigningKey key(hex(at(file, "provider"), "signing_seed"));
    return make_batch(plan, identifiers, purpose, number(given, "made"), charter, key);
  }
  [[nodiscard]] AskedGuardian asked_guardian(const AskedSet& asked, std::size_t place) const {
    AskedGuardian guardian{.index = asked[place],
                           .weighted_key = weighted_keys(charter.domains[0], asked)[place]};
    std::ranges::copy(hex(list(file, "guardians")[guardian.index - 1U], "signing_public_key"),
                      guardian.signing_key.begin());
    return guardian;
  }

  base::Json file = extended_vectors();
  BatchPlan plan;
  std::vector<Identifier> identifiers;
  instruction::Charter charter;
};

TEST_CASE("a batch and its requests are the second implementation's, to the byte") {
  const GivenBatch given;
  const BlindedBatch batch = given.made();
  CHECK(batch.envelope == text(at(given.file, "batch"), "envelope"));
  CHECK(shown(batch.leaf) == text(at(given.file, "batch"), "leaf"));
  std::string first;
  for (const base::Json& run : list(given.file, "runs")) {
    const AskedSet asked = indices(run, "asked");
    const base::Bytes request = write_request(batch.envelope, asked, batch.points);
    CHECK(static_cast<std::int64_t>(request.size()) == number(run, "request_size"));
    CHECK(shown(base::sha256(request)) == text(run, "request_sha256"));
    if (first.empty()) first = base::to_base64(request);
    const RequestParts parts = parse_request(request);
    CHECK(parts.envelope == batch.envelope);
    CHECK(parts.asked == asked);
    CHECK(std::ranges::equal(parts.points, crypto::bytes_of(batch.points)));
  }
  CHECK(first == text(given.file, "first_request_base64"));
}

TEST_CASE(
    "each two guardians' answers of the second implementation hold, and give its tokens and pseudonyms") {
  const GivenBatch given;
  const BlindedBatch batch = given.made();
  const base::Bytes lake_key = hex(given.file, "z_lake"), use_key = hex(given.file, "z_use");
  for (const base::Json& run : list(given.file, "runs")) {
    const AskedSet asked = indices(run, "asked");
    std::vector<crypto::Points> evaluated;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const base::Json& guardian = list(run, "guardians")[i];
      const base::Bytes answer =
          write_answer(text(guardian, "attestation_envelope"), points(guardian, "evaluated"));
      CHECK(static_cast<std::int64_t>(answer.size()) == number(guardian, "answer_size"));
      CHECK(shown(base::sha256(answer)) == text(guardian, "answer_sha256"));
      evaluated.push_back(verify_answer(answer, batch, asked, given.asked_guardian(asked, i)).points);
    }
    std::vector<Token> tokens(given.identifiers.size());
    combine(given.plan, given.identifiers, given.charter.domains[0].key, evaluated, tokens);
    for (std::size_t place = 0; place < given.plan.places.size(); ++place) {
      if (given.plan.places[place] == BatchPlan::kPadding) continue;
      const base::Json& row = list(given.file, "rows")[place];
      const Token& token = tokens[given.plan.places[place]];
      CHECK(shown(token.bytes()) == text(row, "token"));
      const Pseudonym pseudonym = lake_pseudonym(lake_key, token);
      CHECK(shown(pseudonym) == text(row, "pseudonym"));
      CHECK(shown(use_pseudonym(use_key, pseudonym)) == text(row, "use_pseudonym"));
    }
  }
}

TEST_CASE("what the second implementation refuses of a signed answer, a provider refuses, and says why") {
  const GivenBatch given;
  const BlindedBatch batch = given.made();
  const base::Json& run = list(given.file, "runs")[0];
  const AskedSet asked = indices(run, "asked");
  const AskedGuardian guardian = given.asked_guardian(asked, 0);
  const crypto::SigningKey key(hex(list(given.file, "guardians")[0], "signing_seed"));
  const base::Bytes good = *base::from_base64(text(given.file, "first_answer_base64"));
  const AnswerParts parts = parse_answer(good);
  const auto attestation = statement::parse_attestation(
      statement::verified_payload(parts.envelope, "attestation", key.public_key()));
  for (const base::Json& refusal : list(given.file, "refusals")) {
    CAPTURE(text(refusal, "what"));
    base::Bytes changed(parts.points.begin(), parts.points.end());
    for (const base::Json& one : list(refusal, "evaluated")) {
      const auto place = *(*one.array())[0].integer() * std::int64_t{crypto::kPointBytes};
      std::ranges::copy(hex(*(*one.array())[1].text()), changed.begin() + place);
    }
    // The guardian signs whatever it sends: only points and proof can be found wrong.
    statement::Attestation lie = attestation;
    lie.points_sha256 = base::sha256(changed);
    std::ranges::copy(hex(refusal, "proof"), lie.proof.begin());
    const std::string envelope =
        statement::write_envelope(statement::sign("attestation", statement::write_payload(lie), key));
    const auto size = crypto::octets(static_cast<std::uint32_t>(envelope.size()));
    base::Bytes answer(size.begin(), size.end());
    answer.insert(answer.end(), envelope.begin(), envelope.end());
    answer.insert(answer.end(), changed.begin(), changed.end());
    const std::string code = code_of([&] { (void)verify_answer(answer, batch, asked, guardian); });
    const std::string& by = text(refusal, "refused_by");
    CHECK(code == (by == "nobody" ? "none" : by == "points" ? "CND-2108" : "CND-2109"));
  }
}

}  // namespace
}  // namespace candour::pseudonym
