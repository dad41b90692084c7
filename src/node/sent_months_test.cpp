#include "candour/node/sent_months.h"

#include <doctest/doctest.h>

#include "candour/node/monthly_figures_testing.h"
#include "candour/node/slice_flow_testing.h"
#include "candour/statement/opt_out_figures.h"

namespace candour::node {
namespace {

using testing::kDay;
using testing::put;
using testing::SentSubmission;

std::int64_t at(std::string_view moment) { return base::parse_utc(moment).value(); }

struct Sender {
  base::SimulatedDisk disk;
  base::FixedClock clock{0};
  base::SeededRandom random{1, "outbox"};
  submission::Outbox outbox = submission::testing::outbox_on(disk, clock, random);

  [[nodiscard]] std::vector<SentMonth> months(std::string_view now) const {
    return sent_months(disk, outbox, at(now));
  }
  [[nodiscard]] std::string names(std::string_view now) const {
    std::string names;
    for (const SentMonth& one : months(now)) names += one.collection + " " + one.month + "\n";
    return names;
  }
};

TEST_CASE("a month belongs to what the provider signed in it, whatever the hub and the period say") {
  Sender sender;
  put(sender.disk, {.period = "2025-01",
                    .made = at("2026-10-31T23:59:59Z"),
                    .received = at("1999-01-01T00:00:00Z"),
                    .rows = 9});
  CHECK(sender.names("2026-10-31T23:59:59Z").empty());
  CHECK(sender.names("2026-11-01T00:00:00Z") == "rtt-waiting-list 2026-10\n");
  CHECK(sender.names("2027-11-01T01:00:00Z") == "rtt-waiting-list 2026-10\n");
}

TEST_CASE(
    "of a month's slices each counts as it was sent last, and the largest is told: no sum of the same "
    "people") {
  Sender sender;
  const PeopleLeftOut ten{.national = 10, .type_1 = 3}, some{.national = 4, .type_1 = 5};
  put(sender.disk, {.made = at("2026-10-01T00:00:00Z"), .rows = 100, .left_out = PeopleLeftOut{}});
  put(sender.disk, {.revision = 2, .made = at("2026-10-02T00:00:00Z"), .rows = 110, .left_out = ten});
  put(sender.disk, {.period = "2026-08", .made = at("2026-10-03T00:00:00Z"), .rows = 7, .left_out = some});
  put(sender.disk, {.revision = 3, .made = at("2026-11-02T00:00:00Z"), .rows = 1000, .left_out = ten});
  const auto months = sender.months("2026-12-02T00:00:00Z");
  REQUIRE(months.size() == 2);
  const SentCounts october = counts_of(sender.disk, months[0]).value();
  CHECK(october.rows == 110);
  CHECK(october.national == 10);
  CHECK(october.type_1 == 5);
  CHECK(october.has_opt_out);
  CHECK(counts_of(sender.disk, months[1]).value().rows == 1000);
}

TEST_CASE("twelve slices with the same three people are told as nobody") {
  Sender sender;
  for (int month = 10; month < 22; ++month) {
    put(sender.disk, {.period = "20" + std::to_string(month) + "-01",
                      .made = at("2026-10-20T00:00:00Z"),
                      .rows = 4,
                      .left_out = PeopleLeftOut{.national = 3}});
  }
  const auto counts = counts_of(sender.disk, sender.months("2026-11-02T00:00:00Z").at(0)).value();
  CHECK(counts.national == 3);
  CHECK_FALSE(statement::published_figure(counts.national));
  CHECK_FALSE(statement::published_figure(counts.rows));
}

TEST_CASE("a collection waits for a week for a receipt of the month, and others do not") {
  Sender sender;
  put(sender.disk, {.made = at("2026-10-20T00:00:00Z"), .rows = 9});
  put(sender.disk, {.collection = "other", .made = at("2026-10-20T00:00:00Z"), .rows = 9});
  const SentSubmission waits{
      .period = "2026-10", .made = at("2026-10-31T23:00:00Z"), .is_received = false, .rows = 9};
  put(sender.disk, waits);
  CHECK(sender.names("2026-11-02T00:00:00Z") == "other 2026-10\n");
  CHECK(sender.names("2026-11-07T23:59:59Z") == "other 2026-10\n");
  CHECK(sender.names("2026-11-08T00:00:00Z") == "other 2026-10\nrtt-waiting-list 2026-10\n");
  // What was signed after the month is none of it.
  sender.disk.remove(testing::folder_of(waits) / submission::kPlanFile);
  put(sender.disk, {.period = "2026-11", .made = at("2026-11-01T00:00:00Z"), .is_received = false});
  CHECK(sender.names("2026-11-02T00:00:00Z") == "other 2026-10\nrtt-waiting-list 2026-10\n");
}

TEST_CASE("of a month with a submission whose counts were not kept nothing is known") {
  Sender sender;
  put(sender.disk, {.made = at("2026-10-20T00:00:00Z"), .rows = 9, .left_out = PeopleLeftOut{}});
  const auto months = sender.months("2026-11-02T00:00:00Z");
  REQUIRE(months.size() == 1);
  CHECK(counts_of(sender.disk, months[0]));
  sender.disk.remove(months[0].submissions[0] / "left_out.json");
  CHECK_FALSE(counts_of(sender.disk, months[0]));
  sender.disk.remove(months[0].submissions[0] / "source.json");
  CHECK_FALSE(counts_of(sender.disk, months[0]));
}

TEST_CASE("a slice that went keeps what it left out for the month's figures") {
  testing::World world;
  world.load(testing::kVisits);
  world.check({testing::kPeople[0], testing::kPeople[2]});
  CHECK(world.send().receipt);
  const auto months = sent_months(world.disk, world.outbox, testing::kNow + 31 * kDay);
  REQUIRE(months.size() == 1);
  CHECK(months[0].collection == "small-visits");
  CHECK(months[0].month == "2025-10");
  const SentCounts counts = counts_of(world.disk, months[0]).value();
  CHECK(counts.has_opt_out);
  CHECK(counts.rows == 5);
  CHECK(counts.national == 1);
  CHECK(counts.type_1 == 0);
}

TEST_CASE("a slice to which no opt-out applies keeps its rows alone") {
  testing::World world("does-not-apply");
  world.load(testing::kVisits);
  CHECK(world.send().receipt);
  const auto months = sent_months(world.disk, world.outbox, testing::kNow + 31 * kDay);
  REQUIRE(months.size() == 1);
  const SentCounts counts = counts_of(world.disk, months[0]).value();
  CHECK_FALSE(counts.has_opt_out);
  CHECK(counts.rows == 5);
}

}  // namespace
}  // namespace candour::node
