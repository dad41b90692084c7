#include "candour/log/appender.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <thread>

#include "candour/log/log_testing.h"
#include "candour/log/parties_testing.h"
#include "candour/testing/code_of.h"

using namespace candour;
using namespace candour::log;
using namespace candour::log::testing;
using base::SimulatedDisk;
using candour::testing::code_of;
using Round = Appender::Round;

namespace {

/// What was acknowledged holds for somebody who has the entry and the policy.
bool holds(const Parties& parties, const std::string& entry, const Acknowledged& acknowledged) {
  const Proof proof = parse_proof(acknowledged.proof);
  return proof.index == acknowledged.index &&
         verify_proof(base::as_bytes(entry), proof, parties.policy).holds();
}

}  // namespace

TEST_CASE("an entry is acknowledged with a proof under a checkpoint that the quorum co-signed") {
  SimulatedDisk disk;
  Parties parties;
  Hub hub(disk, parties);
  CHECK(hub.appender.run_round() == Round::kPublished);  // the empty log
  std::vector<std::shared_future<Acknowledged>> futures;
  for (std::uint64_t i = 0; i < 300; ++i) futures.push_back(hub.appender.submit(test_statement(i)));
  CHECK_FALSE(is_ready(futures[0]));
  CHECK(hub.appender.waiting() == 300);
  CHECK(hub.appender.run_round() == Round::kPublished);
  CHECK(hub.appender.waiting() == 0);
  for (std::uint64_t i = 0; i < 300; ++i) {
    REQUIRE(is_ready(futures[i]));
    CHECK(futures[i].get().index == i);
    CHECK(holds(parties, test_statement(i), futures[i].get()));
    CHECK(hub.store.entry(i) == test_statement(i));
  }
  CHECK(hub.appender.run_round() == Round::kIdle);
  CHECK_FALSE(parties.heads.two_of_one_size);
}

TEST_CASE("the same bytes again have the same index, waiting or long in the log; another's id is refused") {
  SimulatedDisk disk;
  Parties parties;
  {
    Hub hub(disk, parties);
    (void)hub.appender.run_round();
    const auto first = hub.appender.submit(test_statement(1));
    const auto again = hub.appender.submit(test_statement(1));
    CHECK(code_of([&] { (void)hub.appender.submit(test_statement(1, "something else")); }) == "CND-2540");
    (void)hub.appender.run_round();
    CHECK(first.get().index == 0);
    CHECK(again.get().index == 0);
    (void)hub.appender.submit(test_statement(2));
    (void)hub.appender.run_round();
  }
  Hub hub(disk, parties);
  const auto later = hub.appender.submit(test_statement(1));
  REQUIRE(is_ready(later));
  CHECK(later.get().index == 0);
  CHECK(holds(parties, test_statement(1), later.get()));
  CHECK(parse_proof(later.get().proof).checkpoint.checkpoint.head.size == 2);
  CHECK(code_of([&] { (void)hub.appender.submit(test_statement(2, "something else")); }) == "CND-2540");
  CHECK(hub.store.next().size == 2);
}

TEST_CASE("what admission refuses, and what no entry can be, never waits") {
  SimulatedDisk disk;
  Parties parties;
  Hub hub(disk, parties);
  CHECK(code_of([&] { (void)hub.appender.submit("invalid statement"); }) == "CND-2003");
  CHECK(code_of([&] { (void)hub.appender.submit(std::string(65'536, '1')); }) == "CND-2508");
  CHECK(hub.appender.waiting() == 0);
}

TEST_CASE("one witness of five may be down or lying, and with two nothing is acknowledged") {
  SimulatedDisk disk;
  Parties parties;
  Hub hub(disk, parties);
  parties.ports[2]->is_down = true;
  (void)hub.appender.run_round();
  const auto first = hub.appender.submit(test_statement(1));
  CHECK(hub.appender.run_round() == Round::kPublished);
  CHECK(holds(parties, test_statement(1), first.get()));
  CHECK(hub.panel.states()[2].asked == Asked::kUnreachable);
  parties.ports[4]->is_lying = true;
  const auto second = hub.appender.submit(test_statement(2));
  CHECK(hub.appender.run_round() == Round::kLacksQuorum);
  CHECK(hub.panel.states()[4].asked == Asked::kBadSignature);
  CHECK_FALSE(is_ready(second));
  // Nothing else goes on until that head has its quorum.
  const auto third = hub.appender.submit(test_statement(3));
  CHECK(hub.appender.run_round() == Round::kLacksQuorum);
  CHECK(hub.store.next().size == 2);
  CHECK(hub.store.published().head.size == 1);
  parties.ports[2]->is_down = false;
  CHECK(hub.appender.run_round() == Round::kPublished);
  CHECK(second.get().index == 1);
  CHECK_FALSE(is_ready(third));
  CHECK(hub.appender.run_round() == Round::kPublished);
  CHECK(third.get().index == 2);
  // The one that was down has caught up by its 409.
  CHECK(hub.panel.states()[2].size == 3);
  CHECK_FALSE(parties.heads.two_of_one_size);
}

TEST_CASE("a head that found no quorum is finished after a start, and no other is signed in its place") {
  SimulatedDisk disk;
  Parties parties;
  Head waiting;
  {
    Hub hub(disk, parties);
    (void)hub.appender.run_round();
    for (const auto& port : parties.ports) port->is_down = true;
    const auto future = hub.appender.submit(test_statement(1));
    CHECK(hub.appender.run_round() == Round::kLacksQuorum);
    waiting = hub.store.next();
    hub.appender.stop();
    CHECK(code_of([&] { (void)future.get(); }) == "CND-2543");
    CHECK(code_of([&] { (void)hub.appender.submit(test_statement(2)); }) == "CND-2543");
  }
  for (const auto& port : parties.ports) port->is_down = false;
  Hub hub(disk, parties);
  const auto same = hub.appender.submit(test_statement(1));
  CHECK_FALSE(is_ready(same));
  const auto other = hub.appender.submit(test_statement(2));
  CHECK(hub.appender.run_round() == Round::kPublished);
  CHECK(hub.store.published().head == waiting);
  CHECK(same.get().index == 0);
  CHECK(hub.appender.run_round() == Round::kPublished);
  CHECK(other.get().index == 1);
  CHECK_FALSE(parties.heads.two_of_one_size);
}

TEST_CASE("when too much waits the log refuses rather than acknowledge") {
  SimulatedDisk disk;
  Parties parties;
  Hub hub(disk, parties, {.waiting_entries = 3, .waiting_bytes = 200});
  for (std::uint64_t i = 0; i < 3; ++i) (void)hub.appender.submit(test_statement(i));
  CHECK(code_of([&] { (void)hub.appender.submit(test_statement(3)); }) == "CND-2541");
  (void)hub.appender.submit(test_statement(1));  // it waits already
  (void)hub.appender.run_round();
  CHECK(hub.appender.run_round() == Round::kPublished);
  CHECK(code_of([&] { (void)hub.appender.submit(test_statement(4, std::string(200, 'x'))); }) == "CND-2541");
  (void)hub.appender.submit(test_statement(3));
  CHECK(hub.appender.run_round() == Round::kPublished);
  CHECK(hub.store.next().size == 4);
}

TEST_CASE("a quiet head is co-signed anew every five minutes, with new times and the same root") {
  SimulatedDisk disk;
  Parties parties;
  Hub hub(disk, parties);
  (void)hub.appender.submit(test_statement(1));
  (void)hub.appender.run_round();
  (void)hub.appender.run_round();
  CHECK(hub.appender.run_round() == Round::kIdle);
  const auto time = [&] {
    return lower_median_time(
        judge_checkpoint(parties.policy, parse_checkpoint(hub.store.published().note)).cosigned);
  };
  CHECK(time() == kNow);
  parties.clock.step(299);
  CHECK(hub.appender.run_round() == Round::kIdle);
  parties.clock.step(1);
  const Head before = hub.store.published().head;
  CHECK(hub.appender.run_round() == Round::kPublished);
  CHECK(hub.store.published().head == before);
  CHECK(time() == kNow + 300);
  CHECK(hub.appender.run_round() == Round::kIdle);
  hub.appender.renew();
  CHECK(hub.appender.run_round() == Round::kPublished);
}

TEST_CASE("a log that was rolled back by its keeper gets no cosignature for the size again") {
  Parties parties;
  SimulatedDisk backup;
  {
    Hub hub(backup, parties);
  }
  SimulatedDisk disk;
  {
    Hub hub(disk, parties);
    (void)hub.appender.run_round();
    (void)hub.appender.submit(test_statement(1));
    (void)hub.appender.submit(test_statement(2));
    (void)hub.appender.run_round();
  }
  Hub restored(backup, parties);
  (void)restored.appender.submit(test_statement(3));
  CHECK(restored.appender.run_round() == Round::kLacksQuorum);
  CHECK(restored.panel.states()[0].asked == Asked::kAhead);
}

TEST_CASE("a bit that flips in a stored entry is never signed, and the log stops") {
  SimulatedDisk real;
  FlippingDisk disk(real);
  Parties parties;
  Hub hub(disk, parties);
  (void)hub.appender.run_round();
  disk.flip_once("tile/entries/000");
  const auto future = hub.appender.submit(test_statement(1));
  CHECK(code_of([&] { (void)hub.appender.run_round(); }) == "CND-2534");
  CHECK(code_of([&] { (void)future.get(); }) == "CND-2543");
  CHECK(code_of([&] { (void)hub.appender.submit(test_statement(1)); }) == "CND-2543");
  CHECK(parties.heads.roots.size() == 1);  // of the empty log
}

TEST_CASE("many threads append at once, and each gets its own index and a proof that holds") {
  base::PosixDisk disk;
  const auto folder =
      std::filesystem::temp_directory_path() / ("candour-appender-" + std::to_string(::getpid()));
  Parties parties;
  parties.ports[0]->is_down = true;
  constexpr std::uint64_t kThreads = 8;
  constexpr std::uint64_t kEach = 25;
  {
    Store store(disk, folder);
    TestAdmission admission;
    WitnessPanel panel(parties.policy, parties.port_list(), WitnessPanel::Workers::kThreads, 5'000);
    Appender appender(store, admission, parties.log.origin, parties.log.key, panel, parties.clock,
                      {.gather_ms = 1});
    appender.start();
    std::vector<std::vector<std::uint64_t>> indexes(kThreads);
    std::atomic<int> bad{0};
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (std::uint64_t i = 0; i < kEach; ++i) {
          const std::string statement = test_statement(t * 1000 + i);
          const Acknowledged acknowledged = appender.append(statement);
          indexes[t].push_back(acknowledged.index);
          if (!holds(parties, statement, acknowledged)) ++bad;
          if (appender.append(statement).index != acknowledged.index) ++bad;
          if (store.entry(acknowledged.index) != statement) ++bad;
        }
      });
    }
    for (auto& thread : threads) thread.join();
    appender.stop();
    CHECK(bad == 0);
    std::vector<std::uint64_t> all;
    for (const auto& of_thread : indexes) all.insert(all.end(), of_thread.begin(), of_thread.end());
    std::ranges::sort(all);
    for (std::uint64_t i = 0; i < all.size(); ++i) CHECK(all[i] == i);
    CHECK(store.next().size == kThreads * kEach);
    CHECK(appender.failure() == nullptr);
    CHECK_FALSE(parties.heads.two_of_one_size);
  }
  std::filesystem::remove_all(folder);
}
