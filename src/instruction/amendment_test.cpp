#include "candour/instruction/amendment.h"

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

struct Fixture {
  Fixture() { members.found(); }
  [[nodiscard]] Charter next() { return next_version(members.charter, random, clock); }
  /// What the changed version, signed by two bodies, would be refused with.
  [[nodiscard]] std::string judged(const Charter& version) const {
    return code_of([&] {
      (void)members.log->judge(
          TestFederation::sign("charter", write_payload(version), {"controller a", "controller b"}),
          write_providers(version));
    });
  }
  TestFederation members{kNow};
  base::FixedClock clock{kNow + 60};
  base::SeededRandom random{7, "amendment"};
};

TEST_CASE_FIXTURE(Fixture, "the next version is one that the log takes once the bodies have signed it") {
  const Charter version = next();
  CHECK(version.version == 2);
  CHECK(version.header.id != members.charter.header.id);
  CHECK(version.header.made == kNow + 60);
  CHECK(judged(version) == "none");
}

TEST_CASE_FIXTURE(Fixture, "a quota that is raised waits for 72 hours, and one that is lowered does not") {
  Charter version = next();
  set_quota(version, "R1H", {.day = 1, .thirty_days = 2});
  CHECK(version.provider("R1H")->quota_day == 1);
  CHECK(rules_of_change(members.charter, version).delay_seconds == 0);
  set_quota(version, "R1H", {.day = 1, .thirty_days = 2'000'000});
  CHECK(rules_of_change(members.charter, version).delay_seconds == kProviderSeconds);
  CHECK(judged(version) == "none");
  CHECK(code_of([&] { set_quota(version, "R9Z", {}); }) == "CND-2048");
}

TEST_CASE_FIXTURE(Fixture, "a provider comes in at its place, and a renewed one keeps its quota") {
  Charter version = next();
  Provider one = version.providers.front();
  one.signing_key = key_of("renewed").public_key();
  one.quota_day = 5;
  enter_provider(version, one);
  CHECK(version.providers.size() == 2);
  CHECK(version.provider(one.code)->signing_key == one.signing_key);
  CHECK(version.provider(one.code)->quota_day == members.charter.provider(one.code)->quota_day);
  one.code = "R1Z";
  one.signing_key = key_of("another").public_key();
  enter_provider(version, one);
  REQUIRE(version.providers.size() == 3);
  CHECK(version.providers[1].code == "R1Z");
  CHECK(version.providers[1].quota_day == 5);
  CHECK(judged(version) == "none");
}

TEST_CASE_FIXTURE(Fixture, "a key of the charter is listed as compromised once, and one of nobody never") {
  Charter version = next();
  for (const auto* name : {"controller c", "guardian 2", "north.example", "controller c"}) {
    list_compromised(version, key_of(name).public_key());
  }
  CHECK(version.compromised.size() == 3);
  CHECK(judged(version) == "none");
  CHECK(code_of([&] { list_compromised(version, key_of("nobody").public_key()); }) == "CND-2048");
}

}  // namespace
}  // namespace candour::instruction
