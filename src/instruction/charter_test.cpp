#include "candour/instruction/charter.h"

#include <doctest/doctest.h>

#include "candour/instruction/succession.h"
#include "candour/testing/code_of.h"
#include "candour/testing/federation.h"

namespace candour::instruction {
namespace {

using candour::testing::code_of;
using candour::testing::key_of;
using candour::testing::TestFederation;

constexpr std::int64_t kNow = 1'796'000'000;

Charter again(const Charter& charter) {
  return parse_charter(write_payload(charter), write_providers(charter));
}

/// A federation whose version 1 is in the log, and a version 2 to change.
struct Next {
  Next() : members(kNow) {
    members.found();
    charter = members.charter;
    ++charter.version;
    charter.header.id = candour::testing::id_of("charter 2");
  }
  [[nodiscard]] std::string judged(const std::vector<std::string>& names = {"controller a",
                                                                            "controller b"}) const {
    return code_of([&] {
      (void)members.log->judge(TestFederation::sign("charter", write_payload(charter), names),
                               write_providers(charter));
    });
  }
  TestFederation members;
  Charter charter;
};

TEST_CASE("a charter comes back from its payload and its list of providers, and gives the same bytes") {
  Charter charter = TestFederation(kNow).charter;
  charter.version = 2;
  charter.header.federation = candour::testing::digest_of("version 1");
  CHECK(again(charter) == charter);
  CHECK(write_payload(again(charter)) == write_payload(charter));
}

TEST_CASE("version 1 is its own federation, which no payload can name") {
  Charter charter = TestFederation(kNow).charter;
  const std::string payload = write_payload(charter);
  CHECK(parse_charter(payload, write_providers(charter)).federation() ==
        base::sha256(base::as_bytes(payload)));
}

TEST_CASE("a charter with another list of providers than it names is none") {
  const Charter charter = TestFederation(kNow).charter;
  Charter other = charter;
  other.providers.front().quota_day += 1;
  CHECK(code_of([&] { (void)parse_charter(write_payload(charter), write_providers(other)); }) == "CND-2012");
}

TEST_CASE("a charter that says what cannot be is refused") {
  using Change = void (*)(Charter&);
  struct Case {
    const char* what;
    Change change;
  };
  const Case cases[] = {
      {"two guardians with one key",
       [](Charter& c) { c.guardians[0].signing_key = c.guardians[1].signing_key; }},
      {"a guardian that signs the log with its own key",
       [](Charter& c) { c.guardians[0].witness_key = c.guardians[0].signing_key; }},
      {"a controller with the hub's key", [](Charter& c) { c.controllers[0].key = c.hub.signing_key; }},
      {"a provider with a guardian's certificate",
       [](Charter& c) { c.providers[0].tls_key = c.guardians[0].tls_key; }},
      {"an address without a port", [](Charter& c) { c.hub.address = "127.0.0.1"; }},
      {"a port that is none", [](Charter& c) { c.guardians[0].address = "127.0.0.1:70020"; }},
      {"two guardians with one index", [](Charter& c) { c.guardians[1].index = 1; }},
      {"providers out of order", [](Charter& c) { std::swap(c.providers[0], c.providers[1]); }},
      {"a share of nobody", [](Charter& c) { c.domains[0].share_keys.back().first = 4; }},
      {"more shares needed than there are", [](Charter& c) { c.domains[0].threshold = 4; }},
      {"a witness whose name has a space", [](Charter& c) { c.witnesses[0].name = "north witness"; }},
      {"one body that orders alone", [](Charter& c) { c.threshold = 1; }},
      {"two keys of one body for two bodies",
       [](Charter& c) {
         c.controllers[1].legal_person = c.controllers[2].legal_person = c.controllers[0].legal_person;
       }},
      {"the processor among too few bodies",
       [](Charter& c) {
         c.controllers[1].legal_person = c.controllers[2].legal_person = c.hub.legal_person;
       }},
      {"a quorum of which two need not share an honest witness", [](Charter& c) { c.quorum = 3; }},
      {"a larger quorum than there are witnesses", [](Charter& c) { c.quorum = 6; }},
  };
  CHECK_NOTHROW(require_rules(TestFederation(kNow).charter));
  for (const Case& one : cases) {
    CAPTURE(one.what);
    Charter charter = TestFederation(kNow).charter;
    one.change(charter);
    CHECK(code_of([&] { (void)again(charter); }) == "CND-2010");
  }
}

TEST_CASE("keys of one body are one vote, and the processor has none") {
  Charter charter = TestFederation(kNow).charter;
  charter.controllers[1].legal_person = "Body a";
  const auto a = key_of("controller a").public_key(), b = key_of("controller b").public_key(),
             c = key_of("controller c").public_key();
  CHECK(votes(charter, charter, std::vector{a, b}).size() == 1);
  CHECK(votes(charter, charter, std::vector{a, b, c}).size() == 2);
  const std::vector<std::string> processors{"Body c"};
  CHECK(votes(charter, charter, std::vector{a, b, c}, processors).size() == 1);
  charter.controllers[2].legal_person = charter.hub.legal_person;
  CHECK(votes(charter, charter, std::vector{a, b, c}).size() == 1);
  Charter newest = charter;
  newest.compromised = {a, b};
  CHECK(votes(charter, newest, std::vector{a, b, c}).empty());
}

TEST_CASE("a next version that enough bodies of before and after have signed is taken") {
  Next next;
  next.charter.title = "Another title";
  CHECK(next.judged() == "none");
  CHECK(next.judged({"controller a"}) == "CND-2014");
  CHECK(next.judged({"controller a", "founders"}) == "CND-2003");
}

TEST_CASE("who is new among the controllers cannot make itself so") {
  Next next;
  next.charter.controllers = {{"x", "Body x", key_of("controller x").public_key()},
                              {"y", "Body y", key_of("controller y").public_key()}};
  CHECK(next.judged({"controller x", "controller y"}) == "CND-2003");
  CHECK(next.judged({"controller a", "controller x", "controller y"}) == "CND-2014");
  CHECK(next.judged({"controller a", "controller b"}) == "CND-2014");
  CHECK(next.judged({"controller a", "controller b", "controller x", "controller y"}) == "none");
}

TEST_CASE("no signature makes a version that does not follow") {
  using Change = void (*)(Charter&);
  struct Case {
    const char* what;
    Change change;
  };
  const Case cases[] = {
      {"a version that is left out", [](Charter& c) { ++c.version; }},
      {"another log", [](Charter& c) { c.header.log = "other.example/log"; }},
      {"another key of the log", [](Charter& c) { c.log_key = key_of("other log").public_key(); }},
      {"another federation", [](Charter& c) { c.header.federation[0] ^= 1U; }},
      {"another founders' key", [](Charter& c) { c.founders_key = key_of("other").public_key(); }},
      {"another key of a domain",
       [](Charter& c) { c.domains[0].key = crypto::multiply_base(crypto::Scalar(8)); }},
      {"a domain that is left out", [](Charter& c) { c.domains.clear(); }},
      {"other shares in the same epoch", [](Charter& c) { c.domains[0].ceremony[0] ^= 1U; }}};
  for (const Case& one : cases) {
    CAPTURE(one.what);
    Next next;
    one.change(next.charter);
    CHECK(next.judged() == "CND-2013");
  }
}

TEST_CASE("what protects people changes only with the guardians' consent") {
  using Change = void (*)(Charter&);
  const Change changes[] = {
      [](Charter& c) { c.guardians[0].signing_key = key_of("other").public_key(); },
      [](Charter& c) { c.witnesses.pop_back(), c.quorum = 3; },
      [](Charter& c) { c.quorum = 5; },
      [](Charter& c) { c.domains[0].threshold = 3, c.domains[0].epoch = 2; },
  };
  for (const Change change : changes) {
    Next next;
    change(next.charter);
    CHECK(next.judged() == "CND-2015");
    CHECK(next.judged({"controller a", "controller b", "guardian 2"}) == "CND-2015");
    CHECK(next.judged({"controller a", "controller b", "guardian 2", "guardian 3"}) == "none");
    CHECK(rules_of_change(next.members.charter, next.charter).delay_seconds == kProtectedSeconds);
  }
}

TEST_CASE("so many witnesses change at a time that quorums before and after share an honest one") {
  const std::vector<std::string> signers{"controller a", "controller b", "guardian 1", "guardian 2"};
  const auto replace = [](Charter& c, std::size_t one) {
    c.witnesses[one].witness_key = key_of("new " + c.witnesses[one].name).public_key();
  };
  Next next;
  replace(next.charter, 0);
  CHECK(next.judged(signers) == "none");
  replace(next.charter, 1);
  CHECK(next.judged(signers) == "CND-2013");
  next.charter.quorum = 5;
  CHECK(next.judged(signers) == "none");
  // Three guardians of whom two must give a share: one is bad at most. With a larger threshold it is two.
  next.charter.domains[0].threshold = 3;
  next.charter.domains[0].epoch = 2;
  CHECK(next.judged(signers) == "CND-2013");
}

TEST_CASE("a version shares an honest witness with every one that it may come into force with") {
  const std::vector<std::string> signers{"controller a", "controller b", "guardian 1", "guardian 2"};
  Next next;
  next.charter.witnesses[0].witness_key = key_of("a new key").public_key();
  next.members.enter_charter(next.charter, signers);
  next.members.enter_head(kNow + 60);
  next.charter.version = 3;
  next.charter.header.id = candour::testing::id_of("charter 3");
  next.charter.witnesses[1].witness_key = key_of("another new key").public_key();
  CHECK(next.judged(signers) == "CND-2013");
  next.members.enter_head(kNow + 60 + kProtectedSeconds);
  REQUIRE(next.members.log->charter()->version == 2);
  CHECK(next.judged(signers) == "none");
}

TEST_CASE("a new provider, another key of one and a raised quota wait three days; a lowered quota does not") {
  Next next;
  next.charter.providers.front().quota_day += 1;
  CHECK(rules_of_change(next.members.charter, next.charter).delay_seconds == kProviderSeconds);
  next.charter.providers.front().quota_day -= 2;
  CHECK(rules_of_change(next.members.charter, next.charter).delay_seconds == 0);
  next.charter.providers.front().signing_key = key_of("other").public_key();
  CHECK(rules_of_change(next.members.charter, next.charter).delay_seconds == kProviderSeconds);
}

TEST_CASE("a version with a delay takes effect with the first head after it, and not before") {
  Next next;
  instruction::Register& log = *next.members.log;
  next.charter.providers.front().quota_day = 5;
  next.charter.providers.front().quota_30_days *= 2;
  next.members.enter_charter(next.charter);
  CHECK(log.charter()->version == 1);
  CHECK(log.wants_head(kNow));
  next.members.enter_head(kNow + 100);
  CHECK(log.charter()->version == 1);
  CHECK_FALSE(log.wants_head(kNow + 100 + kProviderSeconds - 1));
  CHECK(log.wants_head(kNow + 100 + kProviderSeconds));
  next.members.enter_head(kNow + 100 + kProviderSeconds);
  CHECK(log.charter()->version == 2);
  CHECK(log.charter()->providers.front().quota_day == 5);
}

TEST_CASE("a key that is listed as compromised counts no longer, and stays listed") {
  Next next;
  next.charter.compromised = {key_of("controller b").public_key()};
  CHECK(next.judged() == "CND-2014");
  CHECK(next.judged({"controller a", "controller c"}) == "none");
  next.members.enter_charter(next.charter, {"controller a", "controller c"});
  ++next.charter.version;
  next.charter.header.id = candour::testing::id_of("charter 3");
  next.charter.compromised.clear();
  CHECK(next.judged({"controller a", "controller c"}) == "CND-2013");
}

}  // namespace
}  // namespace candour::instruction
