#include "candour/pseudonym/evaluate.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "candour/pseudonym/pseudonym_testing.h"
#include "candour/testing/code_of.h"

namespace candour::pseudonym {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

bool tokens_are_right(const Evaluation& evaluation, const Federation& federation,
                      std::span<const Identifier> identifiers) {
  if (evaluation.tokens.size() != identifiers.size()) return false;
  for (std::size_t i = 0; i < identifiers.size(); ++i) {
    if (evaluation.tokens[i] != token_by_whole_key(identifiers[i], federation.polynomial.secret()))
      return false;
  }
  return true;
}

TEST_CASE("every two of three guardians give the tokens that the whole key would give") {
  Federation federation;
  const auto identifiers = identifiers_of(5);
  for (const AskedSet& order : {AskedSet{1, 2, 3}, AskedSet{3, 1, 2}, AskedSet{3, 2, 1}}) {
    Network network(federation);
    network.order = order;
    const Evaluation evaluation = network.evaluate(identifiers);
    CHECK(tokens_are_right(evaluation, federation, identifiers));
    CHECK(network.failures.empty());
    CHECK(network.ports[order[2] - 1U]->asked == 0);
    REQUIRE(evaluation.batches.size() == 1);
    CHECK(evaluation.batches[0].attestations.size() == 2);
  }
}

TEST_CASE(
    "nobody to ask for gives a batch of padding as any other, and a domain that the charter lacks is "
    "refused") {
  Federation federation;
  Network network(federation);
  const Evaluation of_nobody = network.evaluate({});
  CHECK(of_nobody.tokens.empty());
  REQUIRE(of_nobody.batches.size() == 1);
  CHECK(of_nobody.batches[0].attestations.size() == 2);
  federation.charter->domains[0].name = "other";
  CHECK(code_of([&] { (void)network.evaluate(identifiers_of(1)); }) == "CND-2106");
}

// One guardian, the second of three, answers as `spoil` says. It must be named with this code, the answer
// kept where it signed it, and the tokens must come from the other two.
struct Fault {
  std::string what;
  std::string code;
  bool is_evidence;
  std::function<void(Network&)> make;
};

std::function<void(Network&)> forged(std::function<void(statement::Attestation&, base::Bytes&)> change) {
  return [change = std::move(change)](Network& network) {
    network.ports[1]->spoil = [&network, change](base::ByteView request, const base::Bytes&) {
      Forgery forgery;
      forgery.guardian = 2;
      forgery.change = change;
      return forged_answer(network.federation, request, forgery);
    };
  };
}

const base::Bytes kOrder =
    base::from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").value();

const std::vector<Fault> kFaults = {
    {"down or slow", "CND-1904", false, [](Network& network) { network.ports[1]->down = true; }},
    {"refuses", "CND-2124", false,
     [](Network& network) {
       network.ports[1]->spoil = [](base::ByteView, const base::Bytes&) -> base::Bytes {
         throw base::Error("CND-2124", "The provider's quota of 30 days is used up.");
       };
     }},
    {"no answer at all", "CND-2105", false,
     [](Network& network) {
       network.ports[1]->spoil = [](base::ByteView, const base::Bytes&) { return base::Bytes(100, 'x'); };
     }},
    {"wrong point", "CND-2109", true, forged([](auto&, base::Bytes& points) {
       std::ranges::copy(crypto::multiply_base(crypto::Scalar(3)).bytes(), points.begin());
     })},
    {"two points exchanged", "CND-2109", true, forged([](auto&, base::Bytes& points) {
       std::swap_ranges(points.begin(), points.begin() + 32, points.begin() + 32);
     })},
    {"wrong proof", "CND-2109", true, forged([](statement::Attestation& a, auto&) { a.proof[5] ^= 1; })},
    {"the identity", "CND-2108", true,
     forged([](auto&, base::Bytes& points) { std::fill_n(points.begin(), 32, std::uint8_t{0}); })},
    {"an encoding that is not canonical", "CND-2108", true,
     forged([](auto&, base::Bytes& points) { points[31] |= 0x80; })},
    {"a scalar that is not reduced", "CND-2109", true, forged([](statement::Attestation& a, auto&) {
       unsigned carry = 0;
       for (std::size_t i = 0; i < 32; ++i) {
         carry += unsigned{a.proof[32 + i]} + kOrder[i];
         a.proof[32 + i] = static_cast<std::uint8_t>(carry);
         carry >>= 8U;
       }
     })},
    {"the share of an older epoch", "CND-2107", true,
     forged([](statement::Attestation& a, auto&) { a.epoch = 0x7fffffff; })},
    {"signed by somebody else", "CND-2003", false, [](Network& network) {
       network.ports[1]->spoil = [&network](base::ByteView request, const base::Bytes&) {
         Forgery forgery;
         forgery.guardian = 3;
         base::Bytes changed(request.begin(), request.end());
         return forged_answer(network.federation, changed, forgery);
       };
     }}};

TEST_CASE("a guardian that answers badly is named, its signature kept, and another asked") {
  Federation federation;
  const auto identifiers = identifiers_of(3);
  for (const Fault& fault : kFaults) {
    CAPTURE(fault.what);
    Network network(federation);
    if (fault.what == "signed by somebody else") network.order = {2, 3, 1};
    fault.make(network);
    const Evaluation evaluation = network.evaluate(identifiers);
    CHECK(tokens_are_right(evaluation, federation, identifiers));
    REQUIRE(network.failures.size() == 1);
    const GuardianFailure& failure = network.failures[0];
    CHECK(failure.guardian == 2);
    CHECK(failure.name == "guardian 2");
    CHECK(failure.error.code().view() == fault.code);
    CHECK(failure.batch == evaluation.batches[0].leaf);
    CHECK((!failure.answer.empty() && !failure.request.empty()) == fault.is_evidence);
  }
}

TEST_CASE("what is kept of a bad answer convinces whoever has the charter") {
  Federation federation;
  Network network(federation);
  kFaults[3].make(network);
  (void)network.evaluate(identifiers_of(3));
  const GuardianFailure& failure = network.failures.at(0);
  const RequestParts request = parse_request(failure.request);
  BlindedBatch batch;
  batch.statement = statement::parse_batch(
      statement::verified_payload(request.envelope, "batch", federation.provider().signing_key));
  batch.leaf = statement::leaf_hash(request.envelope);
  batch.points = crypto::parse_points(request.points).value();
  CHECK(base::sha256(request.points) == batch.statement.points_sha256);
  const instruction::Domain& domain = federation.charter->domains[0];
  const AskedGuardian guardian{2, federation.charter->guardian(2)->signing_key,
                               weighted_keys(domain, request.asked)[1]};
  CHECK(code_of([&] { (void)verify_answer(failure.answer, batch, request.asked, guardian); }) == "CND-2109");
}

TEST_CASE("an answer of another batch is refused by name") {
  Federation federation;
  Network network(federation);
  const auto identifiers = identifiers_of(3);
  base::Bytes kept;
  network.ports[1]->spoil = [&](base::ByteView, base::Bytes answer) {
    kept = answer;
    return answer;
  };
  (void)network.evaluate(identifiers);
  network.seed = base::Bytes(kPlanSeedBytes, 0x43);
  network.ports[1]->spoil = [&](base::ByteView, const base::Bytes&) { return kept; };
  CHECK(tokens_are_right(network.evaluate(identifiers), federation, identifiers));
  REQUIRE(network.failures.size() == 1);
  CHECK(network.failures[0].error.code() == base::ErrorCode("CND-2107"));
  CHECK(network.failures[0].answer == kept);
}

TEST_CASE("a batch is made when its turn comes, and the same points a day later cost no quota again") {
  Federation federation;
  federation.provider().quota_day = 256;
  Network network(federation);
  const auto identifiers = identifiers_of(3);
  const auto evaluate_at = [&](std::int64_t now) {
    network.clock.now = now;
    for (const auto& node : network.nodes) node->clock.now = now;
    return network.evaluate(identifiers);
  };
  const Evaluation first = evaluate_at(kNow);
  network.ports[1]->down = true;  // so that a guardian is asked that has not seen the batch
  const Evaluation again = evaluate_at(kNow + 23 * 3600);
  CHECK(tokens_are_right(again, federation, identifiers));
  CHECK(again.batches[0].leaf != first.batches[0].leaf);
  const statement::Batch batch = statement::parse_batch(
      statement::verified_payload(again.batches[0].envelope, "batch", federation.provider().signing_key));
  CHECK(batch.header.made == kNow + 23 * 3600);
  // The controls: other points are over the quota, and a clock that is off is seen.
  network.ports[1]->down = false;
  network.failures.clear();
  network.seed = base::Bytes(kPlanSeedBytes, 0x43);
  CHECK(code_of([&] { (void)evaluate_at(kNow + 23 * 3600); }) == "CND-2110");
  REQUIRE_FALSE(network.failures.empty());
  CHECK(network.failures[0].error.code() == base::ErrorCode("CND-2123"));
  network.seed = base::Bytes(kPlanSeedBytes, 0x42);
  network.clock.now += kClockToleranceSeconds + 1;
  CHECK(code_of([&] { (void)network.evaluate(identifiers); }) == "CND-2110");
}

TEST_CASE("with fewer than t guardians left it stops, and says who failed with what") {
  Federation federation;
  Network network(federation);
  network.ports[0]->down = true;
  kFaults[3].make(network);
  try {
    (void)network.evaluate(identifiers_of(3));
    FAIL("it did not stop");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode("CND-2110"));
    CHECK(std::get<std::string>(error.fields().at(1).value) ==
          "guardian 1 (CND-1904), guardian 2 (CND-2109)");
  }
}

TEST_CASE("a charter whose public values do not belong together is refused before anything is unblinded") {
  Federation federation;
  Network network(federation);
  federation.charter->domains[0].key = crypto::multiply_base(crypto::Scalar(3));
  CHECK(code_of([&] { (void)network.evaluate(identifiers_of(1)); }) == "CND-2103");
  CHECK(network.ports[0]->asked == 0);
}

TEST_CASE("asking again after a failure costs the guardians that answer no quota") {
  Federation federation;
  federation.provider().quota_day = 256;
  Network network(federation);
  network.ports[1]->down = true;
  const auto identifiers = identifiers_of(3);
  CHECK(tokens_are_right(network.evaluate(identifiers), federation, identifiers));
  CHECK(network.ports[0]->asked == 2);
  // The same plan, after a restart of the provider: the same bytes, and still the same quota.
  network.failures.clear();
  CHECK(tokens_are_right(network.evaluate(identifiers), federation, identifiers));
}

TEST_SUITE("slow") {
  TEST_CASE("several batches on several threads give the tokens and batches of the plan" * doctest::skip()) {
    Federation federation;
    const auto identifiers = identifiers_of(kFullBatch + 10);
    Network network(federation);
    const Evaluation evaluation = network.evaluate(identifiers, 2);
    REQUIRE(evaluation.batches.size() == 2);
    const auto plans = plan_batches(identifiers.size(), network.seed);
    for (std::size_t b = 0; b < 2; ++b) {
      const auto batch =
          statement::parse_batch(statement::parse_envelope(evaluation.batches[b].envelope, "batch").payload);
      CHECK(batch.header.id == plans[b].id);
    }
    for (const std::size_t i : {std::size_t{0}, std::size_t{7'000}, identifiers.size() - 1}) {
      CHECK(evaluation.tokens[i] == token_by_whole_key(identifiers[i], federation.polynomial.secret()));
    }
  }
}

}  // namespace
}  // namespace candour::pseudonym
