#include "candour/instruction/in_words.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "candour/testing/federation.h"

namespace candour::instruction {
namespace {

using candour::testing::TestFederation;

constexpr std::int64_t kNow = 1'796'000'000;

std::vector<std::string> said(const std::vector<InWords>& members, std::string_view of) {
  const auto found = std::ranges::find(members, of, &InWords::of);
  REQUIRE(found != members.end());
  return found->says;
}

TEST_CASE("an instruction in words says what leaves, whether opt-outs apply, and until when data are kept") {
  Instruction order = TestFederation(kNow).order;
  std::vector<InWords> members = in_words(order);
  CHECK(said(members, "what leaves") == std::vector<std::string>{"pseudonymised records"});
  CHECK(
      said(members, "national data opt-out").front() ==
      "does not apply (required-by-law): A law or a court requires that the records are given. It rests on: "
      "A direction under section 254.");
  CHECK(said(members, "fields that may leave") ==
        std::vector<std::string>{"rtt-waiting-list: age_band", "rtt-waiting-list: clock_start"});
  CHECK(said(members, "providers").front() == "every provider of the federation");
  CHECK(said(members, "notice to the public").front() == "none: an emergency, which is over after 30 days");
  CHECK(said(members, "kept for").front().starts_with("730 days after that: erased by "));
  order.opt_out = "applies";
  CHECK(said(in_words(order), "national data opt-out").front() == "applies: who opted out is left out");
}

TEST_CASE("two versions differ in the members that say something else, value by value") {
  const Instruction before = TestFederation(kNow).order;
  Instruction after = before;
  after.header.id = candour::testing::id_of("another");
  CHECK(differences(in_words(before), in_words(after)).empty());
  after.collections.front().fields.back() = "postcode";
  after.retention_days = 1;
  after.measures.emplace_back("another");
  const std::vector<Difference> all = differences(in_words(before), in_words(after));
  REQUIRE(all.size() == 3);
  CHECK(all[0] == Difference{"fields that may leave",
                             {"rtt-waiting-list: clock_start"},
                             {"rtt-waiting-list: postcode"}});
  CHECK(all[1].of == "kept for");
  CHECK(all[1].now.front().starts_with("1 day after"));
  CHECK(all[2] == Difference{"measures that may run", {}, {"another"}});
}

TEST_CASE("a charter in words has a line for everybody in it, so that a change of one is one line") {
  const Charter before = TestFederation(kNow).charter;
  Charter after = before;
  after.version = 2;
  after.providers.front().quota_day = 7;
  after.compromised.push_back(before.controllers.back().key);
  const std::vector<Difference> all = differences(in_words(before), in_words(after));
  REQUIRE(all.size() == 3);
  CHECK(all[0] == Difference{"version", {"1"}, {"2"}});
  CHECK(all[1].of == "providers");
  CHECK(all[1].no_longer.size() == 1);
  CHECK(all[1].now.front().starts_with("R1H, R1H, at most 7 identifiers a day"));
  CHECK(all[2].of == "keys that are compromised");
}

TEST_CASE("lengths of time are said in hours up to three days, and in days beyond") {
  CHECK(duration_in_words(72 * 3'600) == "72 hours");
  CHECK(duration_in_words(28 * 86'400) == "28 days");
}

}  // namespace
}  // namespace candour::instruction
