#include "candour/node/erasures.h"

#include <doctest/doctest.h>

#include "candour/node/kept_commitment.h"
#include "candour/node/log_testing.h"
#include "candour/testing/code_of.h"
#include "candour/testing/crash.h"

namespace candour::node {
namespace {

using candour::testing::key_of;
using testing::LoggedFederation;

/// A hub that says what it erased; its log can be out of reach.
struct Saying {
  explicit Saying(base::Disk& on) : disk(on) {}
  void state(const Erased& erased) {
    Erasures erasures({disk, log.clock, random, *log.view,
                       [this](std::string_view envelope) { enter(envelope); }, key, "/hub/erasures"});
    erasures.state(erased);
  }
  void enter(std::string_view envelope) {
    if (!is_reached)
      throw base::Error("CND-2542", "The entry is not co-signed yet: send the same bytes again.");
    log.members.enter(envelope);
    log.publish();
    entered.emplace_back(envelope);
  }
  [[nodiscard]] statement::Erasure last() const {
    return statement::parse_erasure(statement::verified_payload(entered.back(), "erasure", key.public_key()));
  }

  /// Whether the log's statement of it is one, whose list is kept and opens it.
  [[nodiscard]] bool has_one() const {
    if (entered.size() != 1) return false;
    const statement::Erasure said = last();
    const auto files = "/hub/erasures/" + base::to_hex(said.header.id) + ".files";
    return opens(said.erased_commitment, base::load_text(disk, files, 1000));
  }

  LoggedFederation log;
  base::Disk& disk;
  base::SeededRandom random{1, "salts"};
  crypto::SigningKey key = key_of("hub");
  bool is_reached = true;
  std::vector<std::string> entered;
};

Erased erased_of(const Saying& hub) {
  return {.instruction = hub.log.members.order.id(),
          .collection = "rtt-waiting-list",
          .table = "clock_stops",
          .first_version = 3,
          .last_version = 9,
          .keys_destroyed = 2,
          .files = {"data/1.parquet", "data/2.parquet"}};
}

TEST_CASE("what was erased is said once, and the list opens its commitment") {
  base::SimulatedDisk disk;
  Saying hub(disk);
  hub.state(erased_of(hub));
  hub.state(erased_of(hub));
  REQUIRE(hub.entered.size() == 1);
  CHECK(hub.log.members.log->problems().empty());
  const statement::Erasure said = hub.last();
  CHECK(said.first_version == 3);
  CHECK(said.last_version == 9);
  CHECK(said.keys_destroyed == 2);
  std::string files =
      base::load_text(hub.disk, "/hub/erasures/" + base::to_hex(said.header.id) + ".files", 1000);
  CHECK(files.substr(32) == "data/1.parquet\ndata/2.parquet\n");
  CHECK(opens(said.erased_commitment, files));
  CHECK_FALSE(opens(said.erased_commitment, files.substr(0, 31)));
  files.back() = ' ';
  CHECK_FALSE(opens(said.erased_commitment, files));
}

TEST_CASE("a statement that could not be entered is entered with the same bytes, at whatever time") {
  base::SimulatedDisk disk;
  Saying hub(disk);
  hub.is_reached = false;
  CHECK(candour::testing::code_of([&] { hub.state(erased_of(hub)); }) == "CND-2542");
  CHECK(hub.entered.empty());
  hub.is_reached = true;
  hub.log.clock.now += 60;
  hub.log.publish();
  hub.state(erased_of(hub));
  CHECK(hub.last().done == testing::kNow);
}

TEST_CASE("another table, another ground and another occasion are other erasures") {
  base::SimulatedDisk disk;
  Saying hub(disk);
  Erased erased = erased_of(hub);
  hub.state(erased);
  erased.table = "waits";
  hub.state(erased);
  erased.ground = statement::ErasureGround::kOrder;
  hub.state(erased);
  erased.occasion = "2026-W48";
  hub.state(erased);
  CHECK(hub.entered.size() == 4);
}

TEST_CASE("power that goes at any operation leaves one statement of an erasure, whose list opens it") {
  const auto run = [](base::SimulatedDisk::Sync sync) {
    return candour::testing::at_every_crash<std::unique_ptr<Saying>>(
        sync, 1,
        [](base::SimulatedDisk& disk, std::unique_ptr<Saying>& hub) {
          hub = std::make_unique<Saying>(disk);
          hub->state(erased_of(*hub));
        },
        [](base::SimulatedDisk&, const std::unique_ptr<Saying>& hub) {
          try {
            hub->state(erased_of(*hub));
            return hub->has_one();
          } catch (const base::Error&) {
            return false;
          }
        });
  };
  const auto report = run(base::SimulatedDisk::Sync::kHonest);
  INFO(report.first_failure);
  CHECK(report.failures == 0);
  CHECK(report.crashes > 10);
  CHECK(run(base::SimulatedDisk::Sync::kIgnored).failures > 0);  // the control
}

}  // namespace
}  // namespace candour::node
