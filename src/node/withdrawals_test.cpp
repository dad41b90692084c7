#include "candour/node/withdrawals.h"

#include <doctest/doctest.h>

#include "candour/node/withdrawals_testing.h"
#include "candour/testing/crash.h"

namespace candour::node {
namespace {

using namespace testing;  // NOLINT: the tests' own words

/// A provider, and a hub that takes what it sends.
struct World {
  void next_week() { clock.now += kWeekSeconds; }
  guardians::MovingClock clock;
  ErasureFederation federation;
  ErasingProvider provider{federation, clock};
  base::SimulatedDisk disk;
  ErasingHub hub{federation, clock, disk};
};

std::size_t suppressed(const ErasingHub& hub) {
  return suppressed_pseudonyms(hub.disk, hub.folder / "lake").size();
}

}  // namespace

TEST_CASE("an erasure order keeps a person out of the hub from then on, and nobody else") {
  World world;
  world.provider.order(kPerson);
  CHECK(world.hub.send(world.provider) == WithdrawState::kReceived);
  CHECK(world.hub.has(kPerson));
  CHECK_FALSE(world.hub.has(kOther));
  CHECK(suppressed_pseudonyms(world.disk, "/hub/lake").contains(world.hub.pseudonym_of(kPerson)));
  world.hub.restart();
  CHECK(world.hub.has(kPerson));
  CHECK_FALSE(world.hub.has(kOther));
}

TEST_CASE("a week has one batch, with orders or without, and each is as long as the other") {
  World world;
  CHECK(world.hub.send(world.provider) == WithdrawState::kReceived);
  const base::Bytes empty = world.hub.sent;
  world.provider.order(kPerson);
  world.provider.order(kOther);
  CHECK(world.hub.send(world.provider) == WithdrawState::kUpToDate);
  CHECK_FALSE(world.hub.has(kPerson));
  world.next_week();
  CHECK(world.hub.send(world.provider) == WithdrawState::kReceived);
  CHECK(world.hub.has(kPerson));
  CHECK(world.hub.has(kOther));
  CHECK(world.hub.sent.size() == empty.size());
  CHECK(world.provider.evaluations == 2);
}

TEST_CASE("a batch that the hub took and did not acknowledge goes again as it is, with the same receipt") {
  World world;
  world.provider.order(kPerson);
  CHECK(world.hub.send(world.provider) == WithdrawState::kReceived);
  const std::string receipt = world.hub.receipt;
  const std::size_t entries = world.hub.entered.size();
  world.clock.now += 3600;
  world.hub.restart();
  CHECK(world.hub.withdrawals->take(world.federation.peer(), world.hub.sent) == receipt);
  CHECK(suppressed(world.hub) == kWithdrawTokens);
  CHECK(world.hub.entered.size() == entries);  // the receipt is the newest still
}

TEST_CASE("a batch that did not arrive goes within a day as it is, and later anew at no quota") {
  World world;
  world.provider.order(kPerson);
  world.clock.now = statement::week_of(world.clock.now).days_since_1970() * std::int64_t{86'400} + 600;
  world.hub.is_up = false;  // what was made waits in the vault
  CHECK(code_of([&] { world.hub.send(world.provider); }) == "CND-1904");
  const base::Bytes first = world.hub.sent;
  world.clock.now += 3600;
  CHECK(code_of([&] { world.hub.send(world.provider); }) == "CND-1904");
  CHECK(world.hub.sent == first);
  CHECK(world.provider.evaluations == 1);
  world.clock.now += 24 * 3600;
  world.hub.is_up = true;
  CHECK(world.hub.send(world.provider) == WithdrawState::kReceived);
  CHECK(world.provider.evaluations == 2);
  CHECK(world.hub.has(kPerson));
}

TEST_CASE("more than one batch of erasure orders a week no guardian evaluates") {
  World world;
  CHECK(world.hub.send(world.provider) == WithdrawState::kReceived);
  const base::Bytes seed(pseudonym::kPlanSeedBytes, 9);
  const auto code = [&] {
    try {
      (void)world.provider.evaluate(seed, {});
    } catch (const base::Error& error) {
      for (const auto& field : error.fields()) {
        const auto* text = std::get_if<std::string>(&field.value);
        if (field.name == "failed" && text != nullptr) return *text;
      }
    }
    return std::string();
  };
  CHECK(code().find("CND-2162") != std::string::npos);
  world.next_week();
  CHECK(code().empty());
  // What takes a collection's quota takes none of this, and the other way round.
  CHECK(world.federation.quota.used_since(kProvider, 0) == 0);
}

TEST_CASE(
    "a batch of records is not evaluated under an instruction of erasure, nor one of erasure under another") {
  World world;
  world.provider.collection = guardians::kCollection;
  const base::Bytes seed(pseudonym::kPlanSeedBytes, 9);
  CHECK(code_of([&] { (void)world.provider.evaluate(seed, {}); }) == "CND-2110");
  const auto judge = [&](const instruction::Instruction& order, const char* collection) {
    statement::Batch batch{.instruction = order.id(),
                           .domain = std::string(guardians::kDomain),
                           .provider = std::string(kProvider),
                           .collection = collection};
    return std::string(world.hub.view.judge(instruction::act_of(batch)).code().view());
  };
  const std::string records(guardians::kCollection);
  CHECK(judge(world.federation.erasure, records.c_str()) == "CND-2024");
  CHECK(judge(world.federation.members.order, "") == "CND-2026");
  CHECK(world.hub.view
            .judge(instruction::act_of({.instruction = world.federation.erasure.id(),
                                        .domain = std::string(guardians::kDomain),
                                        .provider = std::string(kProvider)}))
            .in_force());
}

TEST_CASE("what is no batch of this provider's is refused, and nothing of it stays") {
  World world;
  world.provider.order(kPerson);
  (void)world.hub.send(world.provider);
  World fresh;
  const base::Digest peer = fresh.federation.peer();
  const auto code = [&](const base::Bytes& request, const base::Digest& from) {
    return code_of([&] { (void)fresh.hub.withdrawals->take(from, request); });
  };
  (void)fresh.hub.sealing_keys->current();
  fresh.hub.entered.clear();
  base::Bytes bad = world.hub.sent;
  bad.back() ^= 1;
  CHECK(code(bad, peer) == "CND-2562");
  bad = world.hub.sent;
  bad.pop_back();
  CHECK(code(bad, peer) == "CND-2561");
  CHECK(code(world.hub.sent, guardians::digest_of("tls R2H")) == "CND-2463");
  fresh.clock.now += 25 * 3600;
  CHECK(code(world.hub.sent, peer) == "CND-2226");
  CHECK(fresh.hub.entered.empty());
  CHECK(suppressed(fresh.hub) == 0);
  fresh.clock.now -= 25 * 3600;
  CHECK(code(world.hub.sent, peer) == "none");  // the control
}

TEST_CASE("a hub whose key of tombstones is another does not start") {
  World world;
  (void)world.hub.send(world.provider);
  world.hub.tombstone_key = base::SecretBytes(guardians::digest_of("another"));
  CHECK(code_of([&] { world.hub.restart(); }) == "CND-2563");
}

TEST_CASE("a lake that is older than its log is refused, until it is said that a batch is lost") {
  World world;
  world.provider.order(kPerson);
  (void)world.hub.send(world.provider);
  std::vector<std::string> log = world.hub.entered;
  const std::string withdraw = parse_withdraw_request(world.hub.sent).envelope;
  base::SimulatedDisk older;
  ErasingHub restored(world.federation, world.clock, older);
  const auto code = [&](const ErasingHub& hub) {
    return code_of([&] {
      hub.withdrawals->require_tombstones([&](const log::EachEntry& each) {
        for (std::size_t i = 0; i < log.size(); ++i) each(i, log[i]);
      });
    });
  };
  CHECK(code(world.hub) == "none");
  CHECK(code(restored) == "CND-2565");
  const auto lost = "/hub/lake/withdrawn/" + base::to_hex(base::sha256(base::as_bytes(withdraw))) + ".lost";
  older.store_new(lost, "", base::Access::kPrivate);
  CHECK(code(restored) == "none");
  // What has no receipt was never taken.
  log = {withdraw};
  base::SimulatedDisk empty;
  CHECK(code(ErasingHub(world.federation, world.clock, empty)) == "none");
}

TEST_CASE("whatever operation power goes at, a batch with a receipt stays taken and its receipt the same") {
  guardians::MovingClock clock;
  ErasureFederation federation;
  ErasingProvider provider(federation, clock);
  provider.order(kPerson);
  base::SimulatedDisk at_first;
  ErasingHub model(federation, clock, at_first);
  (void)model.send(provider);
  const base::Bytes request = model.sent;
  struct State {
    std::string receipt;
  };
  const auto take = [&](base::SimulatedDisk& disk) {
    ErasingHub hub(federation, clock, disk);
    // The key that the batch is sealed to.
    (void)hub.sealing_keys->current();
    return hub.withdrawals->take(federation.peer(), request);
  };
  const auto run = [&](base::SimulatedDisk::Sync sync) {
    return candour::testing::at_every_crash<State>(
        sync, 1, [&](base::SimulatedDisk& disk, State& state) { state.receipt = take(disk); },
        [&](base::SimulatedDisk& disk, const State& state) {
          clock.now += 60;
          ErasingHub hub(federation, clock, disk);
          (void)hub.sealing_keys->current();
          bool holds = state.receipt.empty() || hub.has(kPerson);
          const std::string again = hub.withdrawals->take(federation.peer(), request);
          holds = holds && (state.receipt.empty() || again == state.receipt) && hub.has(kPerson) &&
                  suppressed(hub) == kWithdrawTokens;
          clock.now -= 60;
          return holds;
        });
  };
  const auto report = run(base::SimulatedDisk::Sync::kHonest);
  CAPTURE(report.first_failure);
  CHECK(report.failures == 0);
  CHECK(report.crashes > 40);
  CHECK(run(base::SimulatedDisk::Sync::kIgnored).failures > 0);  // the control
}

}  // namespace candour::node
