#include "candour/pseudonym/ceremony_transcript.h"

#include <doctest/doctest.h>

#include <functional>

#include "candour/base/error.h"
#include "candour/pseudonym/ceremony_folder.h"
#include "candour/pseudonym/ceremony_testing.h"
#include "candour/statement/envelope.h"
#include "candour/testing/code_of.h"

namespace candour::pseudonym {
namespace {

using candour::testing::code_of;
using statement::Ceremony;
using statement::CeremonyKind;
using testing::Town;

CeremonyRequest request(CeremonyKind kind) {
  CeremonyRequest asked;
  asked.kind = kind;
  asked.domain = "d";
  asked.threshold = 2;
  return asked;
}

// The transcript signed by all, whatever it says: what guardians who conspire could make.
std::string signed_by_everybody(const Town& town, const Ceremony& ceremony) {
  statement::Envelope envelope{.payload_type = statement::payload_type_of(statement::kCeremonyKind),
                               .payload = write_payload(ceremony),
                               .signatures = {}};
  for (const auto index : statement::participants(ceremony.plan)) {
    statement::add_signature(envelope, town.signing_key(index));
  }
  return statement::write_envelope(envelope);
}

TEST_CASE("a transcript is verified by anybody from the charter alone, and no value of it can be changed") {
  base::SimulatedDisk disk;
  Town town(3, disk);
  instruction::Charter before = town.charter();
  town.hold(request(CeremonyKind::kNew), "shared");
  std::string file = "shared/ceremony.dsse";
  SUBCASE("of a new key") {}
  SUBCASE("of a refresh") {
    before = town.charter();
    town.hold(request(CeremonyKind::kRefresh), "refresh");
    file = "refresh/ceremony.dsse";
  }
  const std::string bytes = base::load_text(disk, file);
  const VerifiedCeremony verified = verify_ceremony(bytes, before);
  const Ceremony& good = verified.ceremony;
  CHECK(signed_by_everybody(town, good) == bytes);

  const crypto::Point other = crypto::multiply_base(crypto::Scalar(std::uint64_t{12345}));
  struct Change {
    const char* what;
    std::function<void(Ceremony&)> apply;
  };
  const std::vector<Change> changes = {
      {"K", [&](Ceremony& c) { c.key = other; }},
      {"K_i", [&](Ceremony& c) { c.share_keys[1].second = other; }},
      {"K_i exchanged", [&](Ceremony& c) { std::swap(c.share_keys[0].second, c.share_keys[1].second); }},
      {"a share's index", [&](Ceremony& c) { c.share_keys[1].first = 7; }},
      {"a share left out", [&](Ceremony& c) { c.share_keys.pop_back(); }},
      {"a commitment", [&](Ceremony& c) { c.dealers[0].opening.commitments[1] = other; }},
      {"a commitment's digest", [&](Ceremony& c) { c.dealers[0].commitment[0] ^= 1; }},
      {"a proof", [&](Ceremony& c) { c.dealers[1].opening.proof[0] ^= 1; }},
      {"a nonce", [&](Ceremony& c) { c.dealers[1].opening.nonce[0] ^= 1; }},
      {"dealers exchanged", [&](Ceremony& c) { std::swap(c.dealers[0], c.dealers[1]); }},
      {"a dealer left out", [&](Ceremony& c) { c.dealers.pop_back(); }},
      {"the degree", [&](Ceremony& c) { c.dealers[0].opening.commitments.push_back(other); }},
      {"the messages", [&](Ceremony& c) { c.commits.pop_back(); }},
  };
  for (const Change& change : changes) {
    CAPTURE(change.what);
    Ceremony changed = good;
    change.apply(changed);
    CHECK(code_of([&] { (void)verify_ceremony(signed_by_everybody(town, changed), before); }) == "CND-2155");
  }
  Ceremony changed = good;
  changed.plan.threshold = 3;
  CHECK(code_of([&] { (void)verify_ceremony(signed_by_everybody(town, changed), before); }) == "CND-2004");
  changed.header.id = statement::ceremony_id(changed.plan);
  CHECK(code_of([&] { (void)verify_ceremony(signed_by_everybody(town, changed), before); }) != "none");
  // Under another version of the charter it says nothing.
  CHECK(code_of([&] { (void)verify_ceremony(bytes, town.charter()); }) == "CND-2150");
}

TEST_CASE("a transcript without everybody's signature is none") {
  base::SimulatedDisk disk;
  Town town(3, disk);
  const instruction::Charter before = town.charter();
  town.hold(request(CeremonyKind::kNew), "shared");
  const std::string bytes = base::load_text(disk, "shared/ceremony.dsse");
  const statement::Envelope good = statement::parse_envelope(bytes, statement::kCeremonyKind);
  const auto code = [&](const statement::Envelope& envelope) {
    return code_of([&] { (void)verify_ceremony(statement::write_envelope(envelope), before); });
  };
  CHECK(code(good) == "none");
  statement::Envelope changed = good;
  changed.signatures.pop_back();
  CHECK(code(changed) == "CND-2155");
  changed = good;
  changed.signatures[2] = changed.signatures[1];
  CHECK(code(changed) == "CND-2001");
  changed = good;
  changed.signatures[2].signature = changed.signatures[1].signature;
  CHECK(code(changed) == "CND-2003");
  changed = good;
  std::swap(changed.signatures[0], changed.signatures[1]);
  CHECK(code(changed) == "CND-2001");
  changed = good;
  changed.signatures[0].key_id.clear();
  CHECK(code(changed) == "CND-2001");
  changed = good;
  base::SeededRandom random(1, "a stranger");
  statement::add_signature(changed, crypto::SigningKey::random(random));
  CHECK(code(changed) == "CND-2003");
}

TEST_CASE("a charter's domain is held against its ceremony, value by value") {
  base::SimulatedDisk disk;
  Town town(3, disk);
  const VerifiedCeremony verified = town.hold(request(CeremonyKind::kNew), "shared");
  const instruction::Domain good = domain_of(verified, "tests");
  const auto code = [&](const std::function<void(instruction::Domain&)>& change) {
    instruction::Domain domain = good;
    change(domain);
    return code_of([&] { check_domain(domain, verified); });
  };
  CHECK(code([](auto&) {}) == "none");
  CHECK(code([](auto& d) { d.purpose = "another word for it"; }) == "none");
  CHECK(code([](auto& d) { d.name = "e"; }) == "CND-2156");
  CHECK(code([](auto& d) { d.epoch = 2; }) == "CND-2156");
  CHECK(code([](auto& d) { d.threshold = 3; }) == "CND-2156");
  CHECK(code([](auto& d) { d.ceremony[0] ^= 1; }) == "CND-2156");
  CHECK(code([](auto& d) { d.key = d.share_keys[0].second; }) == "CND-2156");
  CHECK(code([](auto& d) { d.share_keys[0].second = d.share_keys[1].second; }) == "CND-2156");
  CHECK(code([](auto& d) { d.share_keys.pop_back(); }) == "CND-2156");
}

TEST_CASE("the largest transcript fits into an entry of the log, and two as evidence") {
  base::SimulatedDisk disk;
  Town town(20, disk);
  Ceremony ceremony;
  ceremony.key = crypto::multiply_base(crypto::Scalar(std::uint64_t{7}));
  ceremony.plan.domain.assign(64, 'd');
  for (crypto::ShareIndex index = 1; index <= 10; ++index) {
    ceremony.plan.dealers.push_back(index);
    ceremony.plan.receivers.push_back(static_cast<crypto::ShareIndex>(index + 10));
    ceremony.dealers.push_back({index, {}, {{}, crypto::Points(10, ceremony.key), {}}});
    ceremony.share_keys.emplace_back(index + 10, ceremony.key);
  }
  ceremony.commits.resize(20);
  ceremony.deals.resize(10);
  ceremony.header = {{}, std::string(256, 'l'), statement::ceremony_id(ceremony.plan), 0};
  CHECK(signed_by_everybody(town, ceremony).size() <= statement::kEnvelopeAtMostBytes);
  const std::string bytes = statement::write_envelope(
      statement::sign(statement::kCeremonyKind, write_payload(ceremony), town.signing_key(1)));
  CHECK(bytes.size() <= kMessageAtMostBytes);
  const statement::CeremonyEvidence one{1, std::string(statement::kCeremonyKind), bytes};
  const statement::CeremonyAborted aborted{
      .header = statement::ceremony_header(ceremony.plan, statement::kAbortedKind, 2, 0),
      .plan = ceremony.plan,
      .guardian = 2,
      .blamed = 1,
      .fault = "two-versions",
      .evidence = {one, one}};
  const auto envelope =
      statement::sign(statement::kAbortedKind, statement::write_payload(aborted), town.signing_key(2));
  CHECK(statement::parse_ceremony_aborted(envelope.payload) == aborted);
}

}  // namespace
}  // namespace candour::pseudonym
