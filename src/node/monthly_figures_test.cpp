#include "candour/node/monthly_figures.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "candour/node/log_testing.h"
#include "candour/node/monthly_figures_testing.h"
#include "candour/testing/code_of.h"
#include "candour/testing/crash.h"

namespace candour::node {
namespace {

using candour::testing::key_of;
using testing::LoggedFederation;
using testing::put;

constexpr std::int64_t kDay = 24 * 3600;

/// A provider that sent rows yesterday, two days before the month is over; its log can be out of reach.
struct Telling {
  explicit Telling(base::Disk& on) : disk(on), outbox({disk, log.clock, random, key}, "/outbox", {}, "R1H") {}

  void send(std::uint64_t rows, std::optional<PeopleLeftOut> left_out, std::uint32_t revision = 1) {
    put(disk, {.revision = revision, .made = log.clock.now, .rows = rows, .left_out = left_out});
  }
  void wait(std::int64_t seconds) {
    log.clock.now += seconds;
    log.publish();
  }
  std::vector<ToldMonth> tell() {
    MonthlyFigures figures({.disk = disk,
                            .view = *log.view,
                            .log = log.log,
                            .outbox = outbox,
                            .enter = [this](std::string_view envelope) { enter(envelope); },
                            .signing_key = key,
                            .provider = "R1H",
                            .folder = "/outbox/figures"});
    return figures.tell();
  }
  void enter(std::string_view envelope) {
    shown.emplace_back(envelope);
    if (refusal == "CND-2542")
      throw base::Error("CND-2542", "The entry is not co-signed yet: send the same bytes again.");
    if (!refusal.empty())
      throw base::Error("CND-2460", "Another node refused.").with("refusal", base::Label(refusal));
    log.members.enter(envelope);
    log.publish();
    if (loses_answer) throw base::Error("CND-2413", "The other side does not answer.");
  }
  [[nodiscard]] std::vector<statement::OptOutFigures> said() const {
    std::vector<statement::OptOutFigures> all;
    for (const auto& one : log.view->now()->opt_out_figures()) all.push_back(one.figures);
    return all;
  }

  LoggedFederation log;
  base::Disk& disk;
  base::SeededRandom random{1, "outbox"};
  crypto::SigningKey key = key_of("R1H");
  submission::Outbox outbox;
  std::string refusal{};
  std::vector<std::string> shown{};  ///< what the log was asked to take, each time
  bool loses_answer = false;
};

TEST_CASE("a month is told once it is over, of rows that went where no opt-out applies") {
  base::SimulatedDisk disk;
  Telling provider(disk);
  provider.send(4737, std::nullopt);
  CHECK(provider.tell().empty());
  provider.wait(2 * kDay);
  const auto told = provider.tell();
  REQUIRE(told.size() == 1);
  CHECK(told[0].month == "2026-11");
  CHECK_FALSE(told[0].error);
  REQUIRE(provider.said().size() == 1);
  const statement::OptOutFigures figures = provider.said()[0];
  CHECK(figures.provider == "R1H");
  CHECK(figures.collection == "rtt-waiting-list");
  CHECK(figures.month == "2026-11");
  CHECK(figures.rows == 4735);
  CHECK_FALSE(figures.national);
  CHECK(provider.log.members.log->problems().empty());
  CHECK(provider.tell().empty());
}

TEST_CASE("where an opt-out applies it is told how many it left out, and not how many went") {
  base::SimulatedDisk disk;
  Telling provider(disk);
  provider.send(4737, PeopleLeftOut{.national = 113, .type_1 = 7});
  provider.wait(2 * kDay);
  CHECK(provider.tell().size() == 1);
  const statement::OptOutFigures figures = provider.said().at(0);
  CHECK_FALSE(figures.rows);
  CHECK(figures.national == 115);
  CHECK_FALSE(figures.type_1);
}

TEST_CASE("a slice that is replaced after its month changes nothing that was told") {
  base::SimulatedDisk disk;
  Telling provider(disk);
  provider.send(100, std::nullopt);
  provider.wait(2 * kDay);
  provider.send(200, std::nullopt, 2);
  CHECK(provider.tell().size() == 1);
  provider.wait(31 * kDay);
  CHECK(provider.tell().size() == 1);
  REQUIRE(provider.said().size() == 2);
  CHECK(provider.said()[0].rows == 100);
  CHECK(provider.said()[1].month == "2026-12");
  CHECK(provider.said()[1].rows == 200);
}

TEST_CASE("a node whose clock is ahead of the log's witnesses tells nothing") {
  base::SimulatedDisk disk;
  Telling provider(disk);
  provider.send(100, std::nullopt);
  provider.log.clock.now += 2 * kDay;  // no witness has cosigned since
  CHECK(provider.tell().empty());
  provider.log.publish();
  CHECK(provider.tell().size() == 1);
}

TEST_CASE("figures wait for a log that is out of reach, and are entered with the same bytes") {
  base::SimulatedDisk disk;
  Telling provider(disk);
  provider.send(100, std::nullopt);
  provider.wait(2 * kDay);
  provider.refusal = "CND-2542";
  CHECK(provider.tell().empty());
  CHECK(provider.said().empty());
  provider.wait(kDay);
  Source changed;
  changed.rows = 900;
  store_source(disk, testing::folder_of({}), changed);  // what the outbox says by now is told no more
  provider.refusal.clear();
  CHECK(provider.tell().size() == 1);
  REQUIRE(provider.said().size() == 1);
  CHECK(provider.said()[0].rows == 100);
  CHECK(provider.said()[0].header.made == testing::kNow + 2 * kDay);
}

TEST_CASE("figures that wait while the provider's key is replaced go under the new one, and say the same") {
  base::SimulatedDisk disk;
  Telling provider(disk);
  provider.send(100, std::nullopt);
  provider.wait(2 * kDay);
  provider.refusal = "CND-2542";
  CHECK(provider.tell().empty());
  const std::string id = disk.list("/outbox/figures").at(0);
  const std::string kept = base::load_text(disk, "/outbox/figures/" + id, 10'000);
  provider.key = key_of("R1H, the new one");
  provider.wait(kDay);
  CHECK(provider.tell().empty());
  CHECK(statement::verified_payload(provider.shown.back(), "opt-out-figures", provider.key.public_key()) ==
        statement::parse_envelope(kept, "opt-out-figures").payload);
}

TEST_CASE("a log that took them and whose answer was lost is told nothing again") {
  base::SimulatedDisk disk;
  Telling provider(disk);
  provider.send(100, std::nullopt);
  provider.wait(2 * kDay);
  provider.loses_answer = true;
  CHECK(provider.tell().empty());
  CHECK(provider.said().size() == 1);
  provider.loses_answer = false;
  CHECK(provider.tell().empty());
  CHECK(provider.said().size() == 1);
}

TEST_CASE("figures that the log does not take are a failure that somebody is told of") {
  base::SimulatedDisk disk;
  Telling provider(disk);
  provider.send(100, std::nullopt);
  provider.wait(2 * kDay);
  provider.refusal = "CND-2042";
  const auto told = provider.tell();
  REQUIRE(told.size() == 1);
  REQUIRE(told[0].error);
  CHECK(told[0].error->code() == base::ErrorCode("CND-2460"));
}

TEST_CASE("power that goes at any operation leaves one statement of a month, and it is the right one") {
  const auto run = [](base::SimulatedDisk::Sync sync) {
    return candour::testing::at_every_crash<std::unique_ptr<Telling>>(
        sync, 2,
        [](base::SimulatedDisk& disk, std::unique_ptr<Telling>& life) {
          life = std::make_unique<Telling>(disk);
          Telling& provider = *life;
          provider.send(100, PeopleLeftOut{.national = 13});
          provider.wait(2 * kDay);
          // The log sees the bytes, and does not take them: whatever comes later must be the same.
          provider.refusal = "CND-2542";
          provider.tell();
          provider.refusal.clear();
          provider.wait(60);
          provider.tell();
        },
        [](base::SimulatedDisk& disk, const std::unique_ptr<Telling>& life) {
          try {
            Telling& provider = *life;
            const bool was_shown = !provider.shown.empty();
            provider.refusal.clear();
            if (provider.said().empty()) {
              provider.wait(3600);
              for (const ToldMonth& one : provider.tell()) {
                if (one.error) return false;
              }
            }
            if (!was_shown) return true;  // power went before there was anything to say
            const auto said = provider.said();
            const std::string payload = statement::verified_payload(provider.shown.front(), "opt-out-figures",
                                                                    provider.key.public_key());
            return said.size() == 1 && statement::write_payload(said[0]) == payload &&
                   said[0].national == 15 && disk.list("/outbox/figures").size() == 1;
          } catch (const base::Error&) {
            return false;
          }
        });
  };
  const auto report = run(base::SimulatedDisk::Sync::kHonest);
  INFO(report.first_failure);
  CHECK(report.failures == 0);
  CHECK(report.crashes > 20);
  CHECK(run(base::SimulatedDisk::Sync::kIgnored).failures > 0);  // the control
}

TEST_CASE("at least five counts have the figure that any of them has, and none is more than two off") {
  CHECK(rc::check([](const std::uint32_t count) {
    const auto figure = statement::published_figure(count);
    std::size_t alike = 0;
    for (std::uint64_t other = count < 8 ? 0 : count - 4; other <= count + std::uint64_t{8}; ++other) {
      alike += statement::published_figure(other) == figure ? 1U : 0U;
    }
    RC_ASSERT(alike >= 5U);
    RC_ASSERT(figure.has_value() == (count >= 8));
    if (!figure) return;
    RC_ASSERT(*figure % 5 == 0U);
    RC_ASSERT(*figure + 2 >= count);
    RC_ASSERT(*figure <= count + std::uint64_t{2});
  }));
}

TEST_CASE("no statement holds how many went beside how many did not, and neither depends on the other") {
  CHECK(rc::check([](const std::uint16_t rows, const std::uint16_t national, const std::uint16_t type_1,
                     const bool applied, const std::uint16_t other) {
    const SentMonth month{"c", "2025-09"};
    const SentCounts counts{rows, national, type_1, applied};
    const statement::OptOutFigures figures = figures_of("R1H", month, counts);
    RC_ASSERT(!(figures.rows && (figures.national || figures.type_1)));
    SentCounts changed = counts;
    (applied ? changed.rows : changed.national) = other;
    RC_ASSERT(figures_of("R1H", month, changed) == figures);
    statement::OptOutFigures whole = figures;
    whole.header.made = testing::kNow;
    whole.header.id =
        statement::derived_id("opt-out-figures", statement::opt_out_figures_subject("R1H", "c", "2025-09"));
    RC_ASSERT(statement::parse_opt_out_figures(statement::write_payload(whole)) == whole);
  }));
}

}  // namespace
}  // namespace candour::node
