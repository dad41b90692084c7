// Guardians who cheat: guardian 3 takes part with its real secrets and shows what no honest one would.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "candour/base/error.h"
#include "candour/pseudonym/ceremony_dealing.h"
#include "candour/pseudonym/ceremony_folder.h"
#include "candour/pseudonym/ceremony_secrets.h"
#include "candour/pseudonym/ceremony_testing.h"
#include "candour/statement/envelope.h"
#include "candour/testing/code_of.h"

namespace candour::pseudonym {
namespace {

using candour::testing::code_of;
using crypto::ShareIndex;
using statement::CeremonyCommit;
using statement::CeremonyDeal;
using statement::CeremonyKind;
using testing::Town;
using State = CeremonyProgress::State;

CeremonyRequest request(CeremonyKind kind, std::uint32_t epoch = 0) {
  CeremonyRequest asked;
  asked.kind = kind;
  asked.domain = "d";
  asked.threshold = 2;
  asked.epoch = epoch;
  return asked;
}

// A ceremony in which all have committed, guardian 2 has dealt, and guardian 3 has said nothing more.
class Stage {
 public:
  explicit Stage(Town& town, const CeremonyRequest& asked, std::string folder = "shared")
      : town_(town), plan_(plan_ceremony(town.charter(), asked)), folder_(std::move(folder)) {
    for (const ShareIndex index : testing::Indices{3, 1, 2}) step(index);
  }

  CeremonyProgress step(ShareIndex index) { return take_part(town_.seat(index, folder_), plan_); }

  template <typename Statement>
  Statement said(std::string_view kind, ShareIndex index) const {
    const std::string bytes = base::load_text(town_.disk(), path(kind, index));
    return *open_message<Statement>(plan_, town_.charter(), {index, std::string(kind), bytes}).statement;
  }

  // What an honest guardian 3 would deal, with another polynomial where one is given.
  [[nodiscard]] CeremonyDeal deal(const crypto::Polynomial* other = nullptr) const {
    const CeremonySecrets secrets = this->secrets(3);
    const crypto::Polynomial own = secrets.polynomial(plan_.threshold, std::nullopt);
    const crypto::Polynomial& polynomial = other == nullptr ? own : *other;
    CeremonyDeal deal{.header = statement::ceremony_header(plan_, statement::kDealKind, 3, 1'795'000'000),
                      .ceremony = statement::ceremony_id(plan_),
                      .guardian = 3,
                      .commits = {},
                      .opening = open_dealing(plan_, 3, polynomial, secrets),
                      .shares = {}};
    for (const ShareIndex index : statement::participants(plan_)) {
      const auto commit = said<CeremonyCommit>(statement::kCommitKind, index);
      deal.commits.push_back(base::sha256(base::as_bytes(statement::write_payload(commit))));
      deal.shares.push_back(
          seal_share(plan_, 3, index, *commit.one_time_key, polynomial.share_of(index), secrets));
    }
    return deal;
  }

  // Seals any scalar to a receiver.
  void reseal(CeremonyDeal& deal, ShareIndex receiver, const crypto::Scalar& share) const {
    const auto commit = said<CeremonyCommit>(statement::kCommitKind, receiver);
    deal.shares[receiver - 1U] = seal_share(plan_, 3, receiver, *commit.one_time_key, share, secrets(3));
  }

  [[nodiscard]] CeremonySecrets secrets(ShareIndex index) const {
    return load_secrets(town_.disk(), own(index) / kSeedFile, town_.operator_key(index),
                        statement::ceremony_id(plan_));
  }

  void show(std::string_view kind, ShareIndex index, std::string payload) {
    const std::string bytes =
        statement::write_envelope(statement::sign(kind, std::move(payload), town_.signing_key(index)));
    town_.disk().remove(path(kind, index));
    town_.disk().store_new(path(kind, index), bytes);
  }

  // That the others abort, blame `guardian`, and leave a record that convinces a stranger.
  void require_blame(ShareIndex guardian, Fault fault, std::initializer_list<ShareIndex> by = {1, 2}) {
    for (const ShareIndex index : by) {
      CAPTURE(index);
      const CeremonyProgress progress = step(index);
      REQUIRE(progress.state == State::kAborted);
      CHECK(progress.blame->guardian == guardian);
      CHECK(name_of(progress.blame->fault) == name_of(fault));
      const std::string bytes = base::load_text(town_.disk(), path(statement::kAbortedKind, index));
      auto aborted = statement::parse_ceremony_aborted(
          statement::verified_payload(bytes, statement::kAbortedKind, town_.signing_key(index).public_key()));
      CHECK(proves(aborted, town_.charter()));
      aborted.blamed = static_cast<ShareIndex>(guardian % 3 + 1);
      CHECK(!proves(aborted, town_.charter()));
      CHECK(!town_.disk().exists(own(index) / kSeedFile));
      CHECK(!town_.disk().exists(own(index) / "share.sealed"));
      // It stays so.
      CHECK(step(index).state == State::kAborted);
    }
  }

  [[nodiscard]] std::filesystem::path path(std::string_view kind, ShareIndex index) const {
    return folder_ / std::filesystem::path(message_file(kind, index));
  }
  [[nodiscard]] std::filesystem::path own(ShareIndex index) const {
    return Town::keys(index) / ("ceremony-d-" + std::to_string(plan_.epoch));
  }
  [[nodiscard]] const statement::CeremonyPlan& plan() const { return plan_; }

 private:
  Town& town_;
  statement::CeremonyPlan plan_;
  std::string folder_;
};

struct Fixture {
  base::SimulatedDisk disk;
  Town town{3, disk};
  base::SeededRandom random{7, "cheat"};
};

TEST_CASE_FIXTURE(Fixture, "what the stage deals for guardian 3 is what an honest one deals") {
  Stage stage(town, request(CeremonyKind::kNew));
  stage.show(statement::kDealKind, 3, statement::write_payload(stage.deal()));
  CHECK(stage.step(1).state == State::kWaiting);
  CHECK(stage.step(2).state == State::kWaiting);
}

TEST_CASE_FIXTURE(Fixture, "a dealer of a bad share is named by everybody, once the receiver complained") {
  Stage stage(town, request(CeremonyKind::kNew));
  CeremonyDeal deal = stage.deal();
  SUBCASE("another share") { stage.reseal(deal, 1, crypto::Scalar::random(random)); }
  SUBCASE("one that does not open") { deal.shares[0].sealed[50] ^= 1; }
  SUBCASE("one sealed to somebody else") { deal.shares[0].sealed = deal.shares[1].sealed; }
  stage.show(statement::kDealKind, 3, statement::write_payload(deal));
  CHECK(stage.step(2).state == State::kWaiting);
  CHECK(stage.step(1).shown.back() == "aborted-1.dsse");
  CHECK(disk.exists(stage.path(statement::kComplaintKind, 1)));
  stage.require_blame(3, Fault::kBadShare, {1});
  CHECK(stage.step(2).blame->guardian == 3);
  CHECK(stage.step(3).blame->guardian == 3);
}

TEST_CASE_FIXTURE(Fixture, "a ceremony in one place ends with an error that names who is to blame") {
  Stage stage(town, request(CeremonyKind::kNew));
  CeremonyDeal deal = stage.deal();
  stage.reseal(deal, 1, crypto::Scalar::random(random));
  stage.show(statement::kDealKind, 3, statement::write_payload(deal));
  try {
    (void)run_ceremony_in_one_place(town.seats(stage.plan(), "shared"), stage.plan());
    FAIL("it did not stop");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode("CND-2159"));
    REQUIRE(error.fields().size() == 2);
    CHECK(std::get<std::int64_t>(error.fields()[0].value) == 3);
    CHECK(std::get<std::string>(error.fields()[1].value) == name_of(Fault::kBadShare));
  }
  CHECK(!town.has_share(1, 1));
}

TEST_CASE_FIXTURE(Fixture, "a dealer whose opening is wrong in any way is named by everybody") {
  Stage stage(town, request(CeremonyKind::kNew));
  CeremonyDeal deal = stage.deal();
  Fault fault = Fault::kMalformed;
  SUBCASE("another polynomial than it had committed to") {
    const crypto::Polynomial other(crypto::Scalar::random(random), 2, random);
    deal = stage.deal(&other);
    fault = Fault::kNotAsCommitted;
  }
  SUBCASE("another nonce") {
    deal.opening.nonce[0] ^= 1;
    fault = Fault::kNotAsCommitted;
  }
  SUBCASE("a wrong proof") {
    deal.opening.proof[3] ^= 1;
    fault = Fault::kNotProved;
  }
  SUBCASE("a proof that is no scalar") {
    std::ranges::fill(deal.opening.proof, std::uint8_t{0xff});
    fault = Fault::kNotProved;
  }
  SUBCASE("another's commitments, which it cannot prove") {
    deal.opening = stage.said<CeremonyDeal>(statement::kDealKind, 2).opening;
    fault = Fault::kNotProved;
  }
  SUBCASE("the identity") { deal.opening.commitments[0] = crypto::Point(); }
  SUBCASE("a higher degree") {
    const crypto::Polynomial other(crypto::Scalar::random(random), 3, random);
    deal = stage.deal(&other);
    fault = Fault::kAgainstPlan;
  }
  SUBCASE("a lower degree") {
    const crypto::Polynomial other(crypto::Scalar::random(random), 1, random);
    deal = stage.deal(&other);
    fault = Fault::kAgainstPlan;
  }
  SUBCASE("a receiver left out") {
    deal.shares.pop_back();
    fault = Fault::kAgainstPlan;
  }
  SUBCASE("the name of another guardian") { deal.guardian = 2; }
  stage.show(statement::kDealKind, 3, statement::write_payload(deal));
  stage.require_blame(3, fault);
}

TEST_CASE_FIXTURE(Fixture, "a second version of a message stops the ceremony with both as evidence") {
  Stage stage(town, request(CeremonyKind::kNew));
  stage.show(statement::kDealKind, 3, statement::write_payload(stage.deal()));
  CHECK(stage.step(1).state == State::kWaiting);
  CeremonyDeal second = stage.deal();
  stage.reseal(second, 2, crypto::Scalar::random(random));
  stage.show(statement::kDealKind, 3, statement::write_payload(second));
  // Guardian 2 has seen only the second, and believes the record.
  const CeremonyProgress progress = stage.step(1);
  CHECK(progress.blame->fault == Fault::kTwoVersions);
  CHECK(progress.blame->evidence.size() == 2);
  CHECK(stage.step(2).blame->guardian == 3);
}

TEST_CASE_FIXTURE(Fixture, "who accuses falsely is named by everybody") {
  Stage stage(town, request(CeremonyKind::kNew));
  stage.show(statement::kDealKind, 3, statement::write_payload(stage.deal()));
  CHECK(stage.step(1).state == State::kWaiting);
  const CeremonyDeal deal = stage.said<CeremonyDeal>(statement::kDealKind, 3);
  statement::CeremonyComplaint complaint{
      .header = statement::ceremony_header(stage.plan(), statement::kComplaintKind, 2, 1'795'000'000),
      .ceremony = statement::ceremony_id(stage.plan()),
      .guardian = 2,
      .accused = 3,
      .deal = base::sha256(base::as_bytes(statement::write_payload(deal))),
      .one_time_secret = {}};
  SUBCASE("with the key that opens a good share") {
    std::ranges::copy(stage.secrets(2).one_time_key().secret(), complaint.one_time_secret.begin());
  }
  SUBCASE("with a key that is not its own") { random.fill(complaint.one_time_secret); }
  stage.show(statement::kComplaintKind, 2, statement::write_payload(complaint));
  const CeremonyProgress progress = stage.step(1);
  REQUIRE(progress.state == State::kAborted);
  CHECK(progress.blame->guardian == 2);
  CHECK(progress.blame->fault == Fault::kFalseAccusation);
  // Who had signed keeps its share: the others might have all signatures.
  CHECK(disk.exists(stage.own(1) / "share.sealed"));
  CHECK(stage.step(3).blame->guardian == 2);
}

TEST_CASE_FIXTURE(Fixture, "in a resharing a dealer of anything but its old share is named") {
  town.hold(request(CeremonyKind::kNew), "new");
  CeremonyRequest asked = request(CeremonyKind::kRefresh);
  asked.dealers = {2, 3};
  Stage stage(town, asked, "refresh");
  // Its commitment is to the real one; a dealer that lies from the beginning commits to what it opens.
  const crypto::Polynomial other(crypto::Scalar::random(random), 2, random);
  const CeremonyDeal deal = stage.deal(&other);
  stage.show(statement::kDealKind, 3, statement::write_payload(deal));
  stage.require_blame(3, Fault::kOtherSecret);
  for (const ShareIndex index : testing::Indices{1, 2, 3}) CHECK(town.has_share(index, 1));
}

TEST_CASE_FIXTURE(Fixture, "a message of another ceremony, or of nobody, blames nobody") {
  Stage first(town, request(CeremonyKind::kNew, 1), "first");
  Stage second(town, request(CeremonyKind::kNew, 2), "second");
  first.show(statement::kDealKind, 3, statement::write_payload(first.deal()));
  const auto target = second.path(statement::kDealKind, 3);
  SUBCASE("replayed") {
    disk.store_new(target, base::load_text(disk, first.path(statement::kDealKind, 3)));
    CHECK(code_of([&] { second.step(1); }) == "CND-2153");
  }
  SUBCASE("signed by another") {
    disk.store_new(target, base::load_text(disk, second.path(statement::kDealKind, 2)));
    CHECK(code_of([&] { second.step(1); }) == "CND-2161");
  }
  SUBCASE("garbage") {
    disk.store_new(target, "garbage");
    CHECK(code_of([&] { second.step(1); }) == "CND-2161");
  }
  SUBCASE("with a stranger's signature added, by which anybody could make another message of it") {
    statement::Envelope envelope =
        statement::sign(statement::kDealKind, statement::write_payload(second.deal()), town.signing_key(3));
    statement::add_signature(envelope, crypto::SigningKey::random(random));
    disk.store_new(target, statement::write_envelope(envelope));
    CHECK(code_of([&] { second.step(1); }) == "CND-2161");
  }
  // Once it is taken away, the ceremony goes on.
  disk.remove(target);
  second.show(statement::kDealKind, 3, statement::write_payload(second.deal()));
  CHECK(second.step(1).state == State::kWaiting);
}

TEST_CASE_FIXTURE(Fixture, "a record that proves nothing is refused, and names its signer") {
  Stage stage(town, request(CeremonyKind::kNew));
  statement::CeremonyAborted aborted{
      .header = statement::ceremony_header(stage.plan(), statement::kAbortedKind, 3, 1'795'000'000),
      .plan = stage.plan(),
      .guardian = 3,
      .blamed = 2,
      .fault = "bad-share",
      .evidence = {{2, std::string(statement::kDealKind),
                    base::load_text(disk, stage.path(statement::kDealKind, 2))}}};
  stage.show(statement::kAbortedKind, 3, statement::write_payload(aborted));
  CHECK(code_of([&] { stage.step(1); }) == "CND-2158");
}

TEST_CASE_FIXTURE(Fixture, "a key of low order is no one-time key") {
  const auto plan = plan_ceremony(town.charter(), request(CeremonyKind::kNew));
  const CeremonyCommit commit{
      .header = statement::ceremony_header(plan, statement::kCommitKind, 3, 1'795'000'000),
      .plan = plan,
      .guardian = 3,
      .commitment = base::Digest{},
      .one_time_key = crypto::SealPublicKey{}};
  const auto bytes = statement::write_envelope(
      statement::sign(statement::kCommitKind, statement::write_payload(commit), town.signing_key(3)));
  const auto blame = judge(plan, town.charter(), {{3, std::string(statement::kCommitKind), bytes}});
  REQUIRE(blame);
  CHECK(blame->fault == Fault::kAgainstPlan);
}

TEST_CASE_FIXTURE(Fixture, "no bit of an opening can be changed without blame") {
  Stage stage(town, request(CeremonyKind::kNew));
  const auto evidence = [&](std::string_view kind, const std::string& payload) {
    return statement::CeremonyEvidence{
        3, std::string(kind), statement::write_envelope(statement::sign(kind, payload, town.signing_key(3)))};
  };
  const auto commit =
      evidence(statement::kCommitKind,
               statement::write_payload(stage.said<CeremonyCommit>(statement::kCommitKind, 3)));
  const CeremonyDeal good = stage.deal();
  CHECK(!judge(stage.plan(), town.charter(),
               {commit, evidence(statement::kDealKind, statement::write_payload(good))}));
  rc::check("a changed opening is blamed on its dealer", [&] {
    std::string payload = statement::write_payload(good);
    const std::size_t begin = payload.find("\"opening\"");
    const std::size_t end = payload.find("\"shares\"");
    const auto at = *rc::gen::inRange(begin, end);
    const auto bit = *rc::gen::inRange(0, 7);
    payload[at] = static_cast<char>(payload[at] ^ (1 << bit));
    const auto blame = judge(stage.plan(), town.charter(), {commit, evidence(statement::kDealKind, payload)});
    RC_ASSERT(blame.has_value());
    RC_ASSERT(blame->guardian == 3);
  });
}

}  // namespace
}  // namespace candour::pseudonym
