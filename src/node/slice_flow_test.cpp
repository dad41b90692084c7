// A vault's slice on its way to a hub: who is left out where the opt-out applies, and when it is replaced.
#include "candour/node/slice_flow.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "candour/node/slice_flow_testing.h"

namespace candour::node {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using Notes = std::set<std::string>;

TEST_CASE("where the opt-out does not apply all rows go, and nobody needs to have asked") {
  World world("does-not-apply");
  world.load(kVisits);
  const SliceOutcome sent = world.send();
  CHECK(sent.rows == 5);
  CHECK_FALSE(sent.left_out);
  CHECK(world.at_hub() == Notes{"a1", "a2", "b1", "c1", "x1"});
  CHECK_FALSE(load_source(world.disk, "/outbox/small-visits-visits-2025-09-r1")->left_out.size());
}

TEST_CASE("where the opt-out applies no row and no token of who opted out, or has no number, goes") {
  World world;
  world.load(kVisits);
  world.check({kPeople[0], kPeople[2]});
  const SliceOutcome sent = world.send();
  CHECK(sent.rows == 3);
  CHECK(sent.left_out == vault::LeftOut{.national = 1, .without_number = 1});
  CHECK(world.at_hub() == Notes{"a1", "a2", "c1"});
  const std::string csv = world.hub.lake.commits().back().rows;
  const auto pseudonym = [](const std::string& person) {
    return submission::testing::pseudonym_of(submission::testing::token_of(vault::nhs_number_of(person)));
  };
  CHECK(csv.find(pseudonym(kPeople[0])) != std::string::npos);  // the control
  CHECK(csv.find(pseudonym(kPeople[1])) == std::string::npos);
  const auto kept = vault::OptOuts(*world.vault).kept_left_out();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].left_out == *sent.left_out);
  CHECK(kept[0].slice.period == "2025-09");
}

TEST_CASE("a slice goes once under each order: its rows have that order's fields, and that order's end") {
  World world("does-not-apply");
  world.load(kVisits);
  CHECK(world.send().revision == 1);
  CHECK_FALSE(world.send().receipt);
  world.order.header.id = {5};
  CHECK(world.send().revision == 2);
  CHECK_FALSE(world.send().receipt);
  // It is what was signed that says so: the plan is needed no more.
  world.disk.remove("/outbox/small-visits-visits-2025-09-r2/plan.json");
  CHECK_FALSE(world.send().receipt);
  // Under an order that is over nothing is replaced: what went stays as it is.
  world.order.header.id = {6};
  CHECK(SliceFlow({world.disk, world.clock, *world.vault, world.outbox, world.hub})
            .received_as_it_is(world.job_of("2025-09")) == 2);
}

TEST_CASE("a check that changes who may go replaces the slice, and one that does not leaves it") {
  World world;
  world.load(kVisits);
  world.check({kPeople[0], kPeople[1], kPeople[2]});
  CHECK(world.send().revision == 1);
  world.clock = base::FixedClock(kNow + 20 * kDay);
  world.check({kPeople[0], kPeople[1], kPeople[2]});
  CHECK_FALSE(world.send().receipt);
  CHECK(world.hub.lake.commits().size() == 1);
  world.clock = base::FixedClock(kNow + 22 * kDay);
  world.check({kPeople[0], kPeople[1]});
  const SliceOutcome replaced = world.send();
  CHECK(replaced.revision == 2);
  CHECK(replaced.rows == 3);
  CHECK(world.at_hub() == Notes{"a1", "a2", "b1"});
  // Who takes an opt-out back is there again.
  world.clock = base::FixedClock(kNow + 23 * kDay);
  world.check({kPeople[0], kPeople[1], kPeople[2]});
  CHECK(world.send().rows == 4);
}

TEST_CASE("without a check, and when the last is over, nothing is sent and the hub is not asked") {
  World world;
  world.load(kVisits);
  CHECK(world.send_code() == "CND-2610");
  world.check({kPeople[0]});
  CHECK(world.send().rows == 2);
  world.load({{kPeople[0], "a9"}});
  world.clock = base::FixedClock(kNow + 21 * kDay);
  CHECK(world.send_code() == "CND-2611");
  vault::OptOuts(*world.vault).forget_expired(world.clock.now_unix_seconds());
  CHECK(world.send_code() == "CND-2611");
  CHECK(world.hub.lake.commits().size() == 1);
  world.check({kPeople[0]});
  CHECK(world.send().rows == 1);
  CHECK(world.at_hub() == Notes{"a9"});
}

TEST_CASE("a submission that was cut off goes on only while the check is good") {
  World world;
  world.load(kVisits);
  world.check({kPeople[0]});
  world.hub.before_piece = [](std::uint64_t) { throw base::Error("CND-1901", "The cable is out."); };
  CHECK(world.send_code() == "CND-1901");
  world.hub.before_piece = nullptr;
  const auto signed_at = world.clock;
  world.clock = base::FixedClock(kNow + 21 * kDay);
  CHECK(world.send_code() == "CND-2611");
  CHECK(world.hub.lake.commits().empty());
  world.clock = signed_at;  // the control
  CHECK(world.send_code() == "none");
}

TEST_CASE("who came after the request waits for the next check, and is counted apart") {
  World world;
  world.load(kVisits);
  world.check({kPeople[0], kPeople[1], kPeople[2]});
  std::vector<Visit> more = kVisits;
  more.push_back({kPeople[3], "d1"});
  world.load(more);
  const SliceOutcome first = world.send();
  CHECK(first.left_out == vault::LeftOut{.waiting = 1, .without_number = 1});
  CHECK(world.at_hub() == Notes{"a1", "a2", "b1", "c1"});
  world.check({kPeople[0], kPeople[1], kPeople[2], kPeople[3]});
  CHECK(world.send().revision == 2);
  CHECK(world.at_hub() == Notes{"a1", "a2", "b1", "c1", "d1"});
}

TEST_CASE(
    "when everybody has opted out the hub's slice is replaced by an empty one, which is no nil return") {
  World world;
  world.load(kVisits);
  world.check({kPeople[0]});
  CHECK(world.send().rows == 2);
  world.check({});
  CHECK(world.send().rows == 0);
  CHECK(world.at_hub().empty());
}

TEST_CASE("when the instruction is over a slice stays as it was received, whoever opts out since") {
  World world;
  world.load(kVisits);
  world.check({kPeople[0]});
  world.send();
  const auto standing = [&] {
    const SliceFlow flow({world.disk, world.clock, *world.vault, world.outbox, world.hub});
    return flow.received_as_it_is(world.job_of("2025-09"));
  };
  world.clock = base::FixedClock(kNow + 30 * kDay);
  CHECK(standing() == 1);
  world.load({{kPeople[0], "a9"}});
  CHECK_FALSE(standing());
}

TEST_CASE("a submission's source.json of before opt-outs is read, and what is left out comes back") {
  base::SimulatedDisk disk;
  disk.make_folder("/s");
  Source source{.domain = "d", .opt_out = "does-not-apply", .files = {{"a.csv", "aa", kNow}}, .rows = 3};
  store_source(disk, "/s", source);
  CHECK(base::load_text(disk, "/s/source.json").find("left_out") == std::string::npos);
  CHECK(load_source(disk, "/s") == source);
  source.left_out = std::string(64, 'a');
  store_source(disk, "/s", source);
  CHECK(load_source(disk, "/s") == source);
}

TEST_CASE("whoever opts out and comes, the hub has the rows of those who may go, and no other") {
  CHECK(rc::check("rows at the hub", [] {
    World world;
    std::vector<Visit> visits = {{kPeople[0], "n0"}};
    std::set<std::string> asked = {kPeople[0]};
    const auto draw_visits = [&] {
      const auto count = *rc::gen::inRange<std::size_t>(1, 12);
      for (std::size_t i = 0; i < count; ++i) {
        const auto person = *rc::gen::inRange<std::size_t>(0, kPeople.size() + 1);
        visits.push_back(
            {person == kPeople.size() ? "" : kPeople[person], "n" + std::to_string(visits.size())});
      }
      world.load(visits);
    };
    draw_visits();
    for (int round = 0; round < 3; ++round) {
      world.clock = base::FixedClock(kNow + round * kDay);
      for (const Visit& one : visits) {
        if (!one.person.empty()) asked.insert(one.person);
      }
      std::set<std::string> may_go;
      for (const std::string& person : asked) {
        if (*rc::gen::arbitrary<bool>()) may_go.insert(person);
      }
      world.check(may_go);
      draw_visits();
      const SliceOutcome sent = world.send();
      Notes expected;
      for (const Visit& one : visits) {
        if (may_go.contains(one.person)) expected.insert(one.note);
      }
      RC_ASSERT(world.at_hub() == expected);
      RC_ASSERT(sent.left_out->rows() == visits.size() - expected.size());
    }
  }));
}

}  // namespace
}  // namespace candour::node
