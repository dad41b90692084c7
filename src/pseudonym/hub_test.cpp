#include "candour/pseudonym/hub.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "candour/pseudonym/attestations.h"
#include "candour/pseudonym/pseudonym_testing.h"
#include "candour/testing/code_of.h"

namespace candour::pseudonym {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

// Two small batches that guardians 1 and 2 attested, and the submission that names them.
struct Received {
  Received() {
    // All federations of these tests begin alike: what guardians do is done once.
    static const std::vector<AttestedBatch> made = {attested(federation.purpose(), 1),
                                                    attested(federation.purpose(), 2)};
    batches = made;
    submission.header = {federation.charter->federation(), federation.charter->log(), {}, kNow + 60};
    submission.instruction = federation.members.order.id();
    submission.provider = kProvider;
    submission.collection = kCollection;
  }
  [[nodiscard]] AttestedBatch attested(const BatchPurpose& purpose, std::uint8_t seed,
                                       const AskedSet& asked = {1, 2}) const {
    const auto plans = plan_batches(3, base::Bytes(kPlanSeedBytes, seed));
    const BlindedBatch batch =
        make_batch(plans[0], identifiers_of(3), purpose, kNow, *federation.charter, key_of(kProvider));
    AttestedBatch made{.leaf = batch.leaf, .envelope = batch.envelope, .attestations = {}};
    const base::Bytes request = write_request(batch.envelope, asked, batch.points);
    for (const crypto::ShareIndex index : asked) {
      Forgery honest;
      honest.guardian = index;
      const base::Bytes answer = forged_answer(federation, request, honest);
      made.attestations.emplace_back(parse_answer(answer).envelope);
    }
    return made;
  }
  // Verifies what the submission then names.
  [[nodiscard]] std::uint64_t verify() {
    const std::string body = write_attestations(batches);
    submission.attestations_sha256 = digest_of(body);
    submission.batches.clear();
    for (const AttestedBatch& one : batches) submission.batches.push_back(statement::leaf_hash(one.envelope));
    return verify_attestations(*federation.charter, federation.members.order, batch_use_of(submission), body,
                               now, [&](const base::Digest& leaf) { return used && leaf == *used; });
  }
  [[nodiscard]] std::string code() {
    return code_of([&] { (void)verify(); });
  }

  Federation federation;
  std::vector<AttestedBatch> batches;
  statement::Submission submission;
  std::int64_t now = kNow + 120;
  std::optional<base::Digest> used;
};

TEST_CASE("batches that one set attested are accepted, and their places counted") {
  Received received;
  CHECK(received.verify() == 512);
  received.batches.pop_back();
  CHECK(received.verify() == 256);
  received.batches.clear();
  CHECK(received.verify() == 0);
}

TEST_CASE("a body in another form, or of other batches, is refused") {
  Received received;
  REQUIRE(received.code() == "none");
  const std::string body = write_attestations(received.batches);
  const auto code_of_body = [&](const std::string& other) {
    received.submission.attestations_sha256 = digest_of(other);
    return code_of([&] {
      (void)verify_attestations(*received.federation.charter, received.federation.members.order,
                                batch_use_of(received.submission), other, kNow,
                                [](const base::Digest&) { return false; });
    });
  };
  REQUIRE(code_of_body(body) == "none");
  CHECK(code_of_body("") == "CND-2130");
  CHECK(code_of_body(body + "\n") == "CND-2130");
  CHECK(code_of_body(body.substr(0, body.size() - 1)) == "CND-2130");
  CHECK(code_of_body(body.substr(body.find('\n') + 1)) == "CND-2130");
  CHECK(code_of_body(body + body) == "CND-2130");
  CHECK(code_of_body(std::string(70'000, 'x') + "\n") == "CND-2130");
  (void)code_of_body(body);
  received.submission.attestations_sha256[0] ^= 1;
  CHECK(code_of([&] {
          (void)verify_attestations(*received.federation.charter, received.federation.members.order,
                                    batch_use_of(received.submission), body, kNow,
                                    [](const base::Digest&) { return false; });
        }) == "CND-2130");
}

TEST_CASE("a batch that was made for something else does not count for the submission") {
  const auto code = [](const std::function<void(Received&, BatchPurpose&)>& change) {
    Received received;
    BatchPurpose purpose = received.federation.purpose();
    change(received, purpose);
    received.batches[1] = received.attested(purpose, 9);
    return received.code();
  };
  REQUIRE(code([](Received&, BatchPurpose&) {}) == "none");
  CHECK(code([](Received&, BatchPurpose& purpose) { purpose.instruction[0] ^= 1; }) == "CND-2132");
  CHECK(code([](Received&, BatchPurpose& purpose) { purpose.provider = "R2H"; }) == "CND-2132");
  CHECK(code([](Received&, BatchPurpose& purpose) { purpose.collection = "cancer"; }) == "CND-2132");
  Received epoch;
  epoch.federation.charter->domains[0].epoch = 2;
  CHECK(epoch.code() == "CND-2132");
  Received other;
  other.federation.charter->header.federation[0] ^= 1;
  CHECK(other.code() == "CND-2132");
  Received provider;
  provider.federation.charter->providers[0].signing_key = key_of("R2H").public_key();
  CHECK(provider.code() == "CND-2003");
}

TEST_CASE("a batch that is older than its submission, or than a day, or that is to come, is refused") {
  Received received;
  received.now = kNow + kBatchLifeSeconds;
  CHECK(received.code() == "none");
  ++received.now;
  CHECK(received.code() == "CND-2133");
  received.now = kNow;
  received.submission.header.made = kNow + kClockToleranceSeconds;
  CHECK(received.code() == "none");
  ++received.submission.header.made;
  CHECK(received.code() == "CND-2133");
  received.submission.header.made = kNow;
  received.now = kNow - kClockToleranceSeconds - 1;
  CHECK(received.code() == "CND-2133");
}

TEST_CASE("a batch is used once, by one submission") {
  Received received;
  received.used = digest_of("another");
  CHECK(received.code() == "none");
  received.used = received.batches[1].leaf;
  CHECK(received.code() == "CND-2134");
  Received twice;
  twice.batches[1] = twice.batches[0];
  CHECK(twice.code() == "CND-2134");
}

TEST_CASE("attestations must be of all of one set, each signed by its guardian, about this batch") {
  Received received;
  const auto code = [&](const std::function<void(std::vector<std::string>&)>& change) {
    Received changed;
    change(changed.batches[0].attestations);
    return changed.code();
  };
  REQUIRE(code([](auto&) {}) == "none");
  CHECK(code([](auto& lines) { std::swap(lines[0], lines[1]); }) == "CND-2131");
  CHECK(code([](auto& lines) { lines[1] = lines[0]; }) == "CND-2131");
  CHECK(code([&](auto& lines) { lines[1] = received.batches[1].attestations[1]; }) == "CND-2131");
  CHECK(code([&](auto& lines) { lines = received.batches[1].attestations; }) == "CND-2131");
  const AttestedBatch other_set = received.attested(received.federation.purpose(), 1, {1, 3});
  REQUIRE(other_set.leaf == received.batches[0].leaf);
  CHECK(code([&](auto& lines) { lines = other_set.attestations; }) == "none");
  CHECK(code([&](auto& lines) { lines[1] = other_set.attestations[1]; }) == "CND-2131");
  CHECK(code([&](auto& lines) {
          const auto attestation =
              statement::parse_attestation(statement::parse_envelope(lines[1], "attestation").payload);
          lines[1] = statement::write_envelope(
              statement::sign("attestation", statement::write_payload(attestation), key_of("stranger")));
        }) == "CND-2131");
  CHECK(code([](auto& lines) {  // guardian 1 speaks for guardian 2
          const auto attestation =
              statement::parse_attestation(statement::parse_envelope(lines[1], "attestation").payload);
          lines[1] = statement::write_envelope(
              statement::sign("attestation", statement::write_payload(attestation), key_of("guardian 1")));
        }) == "CND-2131");
  CHECK(code([&](auto& lines) { lines[0] = received.batches[0].envelope; }) == "CND-2002");
}

TEST_CASE("a set that is none of the domain attests nothing") {
  Received received;
  received.batches[0] = received.attested(received.federation.purpose(), 1, {1, 2, 3});
  received.batches[1] = received.batches[0];
  CHECK(received.code() == "CND-2130");  // a line too many
  received.federation.charter->domains[0].threshold = 3;
  received.batches.pop_back();
  CHECK(received.code() == "none");
  received.federation.charter->domains[0].share_keys.pop_back();
  CHECK(received.code() == "CND-2131");
}

TEST_CASE("a provider or domain that the charter does not have is refused") {
  Received provider;
  provider.submission.provider = "R9Z";
  CHECK(provider.code() == "CND-2027");
  Received domain;
  domain.federation.charter->domains[0].name = "other";
  CHECK(domain.code() == "CND-2106");
}

}  // namespace
}  // namespace candour::pseudonym
