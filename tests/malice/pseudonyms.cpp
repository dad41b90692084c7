// Scenarios in which the hub wants pseudonyms that it may not have, with the bad guardian's share in its
// hands.
#include "candour/crypto/batch_proof.h"
#include "candour/malice/world.h"
#include "candour/pseudonym/batch.h"
#include "candour/pseudonym/wire.h"

namespace candour::malice {
namespace {

using pseudonym::AskedSet;
using pseudonym::BlindedBatch;

const AskedSet kHonest{1, 2};
const AskedSet kWithBad{1, kBadGuardian};

/// A batch over three numbers that somebody wants to know about.
struct Guess {
  explicit Guess(World& world, std::int64_t made, std::uint8_t seed = 1, std::string_view by = "R1H")
      : plan(std::move(pseudonym::plan_batches(3, base::Bytes(pseudonym::kPlanSeedBytes, seed)).front())),
        batch(pseudonym::make_batch(plan, numbers(),
                                    {.instruction = world.members().order.id(),
                                     .domain = std::string(candour::testing::kTestDomain),
                                     .provider = "R1H",
                                     .collection = std::string(candour::testing::kTestCollection)},
                                    made, world.members().charter, key_of(by))) {}
  static std::vector<pseudonym::Identifier> numbers() {
    std::vector<pseudonym::Identifier> made;
    for (int i = 0; i < 3; ++i) made.emplace_back(std::to_string(9'990'000'000 + i));
    return made;
  }
  [[nodiscard]] base::Bytes request(const AskedSet& asked) const {
    return pseudonym::write_request(batch.envelope, asked, batch.points);
  }
  pseudonym::BatchPlan plan;
  BlindedBatch batch;
};

// The hub admits more than the provider's quota of two batches a day: the third is one too many for a
// guardian.
std::string over_quota(Malice malice) {
  World world(
      [](candour::testing::TestFederation& founding) { founding.charter.providers.front().quota_day = 512; });
  const Guess second(world, world.clock.now, 2), third(world, world.clock.now, 3);
  world.enter(second.batch.envelope);
  world.enter(third.batch.envelope);
  if (!world.publish()) return "no quorum";
  return world.guardians[0]->asked((malice == Malice::kOn ? third : second).request(kHonest), "R1H");
}

// What is over the quota stands in a second log, which a guardian is shown under the bad guardian's
// cosignature.
std::string quota_by_two_logs(Malice malice) {
  World world;
  const Guess guess(world, world.clock.now);
  HonestGuardian& guardian = *world.guardians[1];
  if (malice == Malice::kOff) {
    world.enter(guess.batch.envelope);
    if (!world.publish()) return "no quorum";
    return guardian.asked(guess.request(kHonest), "R1H");
  }
  log::Store& second = world.hub.fork("second", world.true_log().next().size);
  world.enter(world.batch("of the first log", world.clock.now));
  if (!world.publish()) return "no quorum";
  MaliciousHub::enter(second, std::vector{guess.batch.envelope});
  const auto got = world.hub.collect(second, MaliciousHub::sign(second.next(), world.origin()),
                                     world.witnesses({0, 1, 2, 3, 4}));
  world.hub.show(guardian.identity.tls.own_spki(),
                 {.history = &second, .checkpoint = log::write_note(got.note)});
  return guardian.asked(guess.request(kHonest), "R1H");
}

std::string evaluated_before_entered(Malice malice) {
  World world;
  const Guess guess(world, world.clock.now);
  if (malice == Malice::kOff) world.enter(guess.batch.envelope);
  if (!world.publish()) return "no quorum";
  return world.guardians[0]->asked(guess.request(kHonest), "R1H");
}

// The log lacks the revocation, so that nobody but who was handed it knows.
std::string revoked_and_asked(Malice malice) {
  World world;
  const Guess guess(world, world.clock.now);
  world.enter(guess.batch.envelope);
  if (!world.publish()) return "no quorum";
  HonestGuardian& guardian = *world.guardians[0];
  if (malice == Malice::kOn && guardian.hand_in(world.revocation()) != kNothing) return "it was not taken";
  return guardian.asked(guess.request(kHonest), "R1H");
}

std::string asked_late(Malice malice) {
  World world;
  const Guess guess(world, world.clock.now - (malice == Malice::kOn ? 60 * kMinute : 0));
  world.enter(guess.batch.envelope);
  if (!world.publish()) return "no quorum";
  return world.guardians[0]->asked(guess.request(kHonest), "R1H");
}

std::string asks_itself(Malice malice) {
  World world;
  const Guess guess(world, world.clock.now);
  world.enter(guess.batch.envelope);
  if (!world.publish()) return "no quorum";
  return world.guardians[0]->asked(guess.request(kHonest), malice == Malice::kOn ? "hub" : "R1H");
}

std::string signs_for_provider(Malice malice) {
  World world;
  const Guess guess(world, world.clock.now, 1, malice == Malice::kOn ? "hub" : "R1H");
  world.enter(guess.batch.envelope);
  if (!world.publish()) return "no quorum";
  return world.guardians[0]->asked(guess.request(kHonest), "R1H");
}

/// What the bad guardian's share gives, under an attestation in the name of `speaker`.
base::Bytes bad_answer(World& world, const BlindedBatch& batch, const AskedSet& asked,
                       crypto::ShareIndex speaker, bool changes_a_point) {
  const pseudonym::Share share = world.audited.share_of(kBadGuardian);
  const crypto::Scalar weighted = crypto::lagrange_at_zero(asked, kBadGuardian) * share.share;
  crypto::Points evaluated = crypto::multiply_all(weighted, batch.points);
  base::SeededRandom random(5, "bad guardian");
  const auto proof = crypto::prove_batch(
      pseudonym::proof_context(batch.statement, batch.leaf, asked, speaker, crypto::multiply_base(weighted)),
      weighted, batch.points, evaluated, share.nonce_key.view(), random);
  if (changes_a_point) std::swap(evaluated.at(0), evaluated.at(1));
  const base::Digest subject = statement::attestation_subject(batch.leaf, asked, speaker);
  const statement::Attestation attestation{.header = {.federation = batch.statement.header.federation,
                                                      .log = batch.statement.header.log,
                                                      .id = statement::derived_id("attestation", subject),
                                                      .made = world.clock.now},
                                           .batch = batch.leaf,
                                           .domain = batch.statement.domain,
                                           .epoch = batch.statement.epoch,
                                           .guardian = speaker,
                                           .asked = asked,
                                           .points_sha256 = base::sha256(crypto::bytes_of(evaluated)),
                                           .proof = proof.bytes(),
                                           .checkpoint = ""};
  return pseudonym::write_answer(
      statement::write_envelope(statement::sign("attestation", statement::write_payload(attestation),
                                                key_of("guardian " + std::to_string(kBadGuardian)))),
      evaluated);
}

/// What a provider says of an answer in the name of a guardian.
std::string verified(World& world, const base::Bytes& answer, const BlindedBatch& batch,
                     crypto::ShareIndex of) {
  const auto& charter = world.members().charter;
  const auto& domain = charter.domains.front();
  const auto place = static_cast<std::size_t>(std::ranges::find(kWithBad, of) - kWithBad.begin());
  const pseudonym::AskedGuardian guardian{of, charter.guardian(of)->signing_key,
                                          pseudonym::weighted_keys(domain, kWithBad).at(place)};
  return said_by([&] { (void)pseudonym::verify_answer(answer, batch, kWithBad, guardian); });
}

std::string wrong_answer(Malice malice) {
  World world;
  const Guess guess(world, world.clock.now);
  return verified(world, bad_answer(world, guess.batch, kWithBad, kBadGuardian, malice == Malice::kOn),
                  guess.batch, kBadGuardian);
}

std::string speaks_for_another(Malice malice) {
  World world;
  const Guess guess(world, world.clock.now);
  world.enter(guess.batch.envelope);
  if (!world.publish()) return "no quorum";
  const base::Bytes answer = malice == Malice::kOn
                                 ? bad_answer(world, guess.batch, kWithBad, 1, false)
                                 : world.guardians[0]->guardian.evaluate(
                                       guess.request(kWithBad), world.nodes.at("R1H")->tls.own_spki());
  return verified(world, answer, guess.batch, 1);
}

// The hub makes a batch of its own, and has one share of the two that a token takes: it uses that for both.
std::string one_share(Malice malice) {
  World world;
  const Guess guess(world, world.clock.now);
  const auto evaluated_by = [&](crypto::ShareIndex share) {
    return crypto::multiply_all(
        crypto::lagrange_at_zero(kWithBad, share) * world.audited.share_of(share).share, guess.batch.points);
  };
  const std::vector<crypto::Points> answers{evaluated_by(malice == Malice::kOn ? kBadGuardian : 1),
                                            evaluated_by(kBadGuardian)};
  std::vector<pseudonym::Token> tokens(3);
  return said_by([&] {
    pseudonym::combine(guess.plan, Guess::numbers(), world.members().charter.domains.front().key, answers,
                       tokens);
  });
}

constexpr Scenario kPseudonyms[] = {
    {"over quota", "enters a batch with which a provider has more than its quota of a day", "a guardian",
     "CND-2123", "pseudonym/quota.h", Ground::kThreshold, over_quota},
    {"over quota by two logs", "enters what is over the quota in a second log, which one guardian is shown",
     "that guardian", "CND-2126", "pseudonym/guardian_log.h", Ground::kQuorum, quota_by_two_logs},
    {"a batch is evaluated before it is entered",
     "has a guardian asked for a batch that it means to enter later", "a guardian", "CND-2126",
     "pseudonym/guardian_log.h", Ground::kThreshold, evaluated_before_entered},
    {"a revocation is kept out, and a batch is asked for",
     "enters no revocation that a guardian was handed, and has that guardian asked for a batch before it",
     "that guardian", "CND-2031", "node/handed_in.h", Ground::kThreshold, revoked_and_asked},
    {"a batch is asked for late", "enters a batch that says that it was made an hour ago", "a guardian",
     "CND-2119", "pseudonym/guardian.h", Ground::kThreshold, asked_late},
    {"the hub asks for itself", "asks a guardian for a provider's batch over its own certificate",
     "a guardian", "CND-2113", "pseudonym/guardian.h", Ground::kThreshold, asks_itself},
    {"the hub signs for a provider",
     "signs a batch in a provider's name and has the provider's machine send it", "a guardian", "CND-2003",
     "statement/envelope.h", Ground::kThreshold, signs_for_provider},
    {"the bad guardian answers wrongly",
     "answers with two points changed round, under its own proof and signature", "a provider", "CND-2109",
     "pseudonym/batch.h", Ground::kMathematics, wrong_answer},
    {"the bad guardian speaks for another", "answers in an honest guardian's name with its own share and key",
     "a provider", "CND-2003", "pseudonym/batch.h", Ground::kMathematics, speaks_for_another},
    {"one share for two", "makes tokens of its own guesses with the bad guardian's share alone",
     "whoever unblinds: nothing comes out", "CND-2111", "pseudonym/batch.h", Ground::kMathematics, one_share},
};

}  // namespace

std::span<const Scenario> pseudonyms() { return kPseudonyms; }

}  // namespace candour::malice
