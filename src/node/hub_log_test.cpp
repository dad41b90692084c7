// The hub's own part of a change of witnesses: it says in the log that the charter's delay is over, has those
// before sign that, and goes over to those of the new version. Its threads run; its witnesses are called
// without a network.
#include "candour/node/hub_log.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <map>

#include "candour/base/error.h"
#include "candour/instruction/log_policy.h"
#include "candour/instruction/succession.h"
#include "candour/log/mirror.h"
#include "candour/log/proof.h"
#include "candour/log/witness.h"
#include "candour/node/log_testing.h"
#include "candour/testing/shared.h"

namespace candour::node {
namespace {

using candour::testing::digest_of;
using candour::testing::key_of;
using candour::testing::TestFederation;
using instruction::kProtectedSeconds;
using node::testing::DirectWitness;

constexpr std::int64_t kFounded = 1'796'000'000;
const std::vector<std::string> kBoth{"controller a", "controller b"};

/// A clock that a test moves while threads read it.
class SetClock final : public base::Clock {
 public:
  [[nodiscard]] std::int64_t now_unix_seconds() const override { return now; }
  [[nodiscard]] std::int64_t monotonic_ns() const override { return system_.monotonic_ns(); }
  std::atomic<std::int64_t> now = kFounded;

 private:
  base::SystemClock system_;
};

/// A hub's log, with a witness for each of these names, known by its certificate.
struct RunningHub {
  RunningHub() {
    members.charter.domains.clear();  // there was no ceremony
    members.enter_charter(members.charter);
    first = members.log->charter();
    for (const instruction::Guardian& one : first->guardians) {
      add("witness of " + one.name, instruction::witness_name(*first, one), one.tls_key);
    }
    for (const std::string name : {"east.example", "north.example", "south.example"}) {
      add(name, name, digest_of("tls " + name));
    }
    hub.emplace(HubLog::Parts{
        .disk = disk,
        .clock = clock,
        .log = log,
        .witness_at =
            [this](const std::string&, const base::Digest& tls_key) {
              return std::make_unique<DirectWitness>(*witnesses.at(tls_key));
            },
        .folder = folder.path() / "hub",
        .first_envelope = {members.entries.front(), instruction::write_providers(members.charter), {}},
        .first = first,
        .log_key = log_key,
        .hub_key = hub_key});
    hub->start();
  }

  void add(const std::string& key, const std::string& name, const base::Digest& tls_key) {
    keys.push_back(std::make_unique<crypto::SigningKey>(key_of(key)));
    witnesses.emplace(
        tls_key, std::make_unique<log::Witness>(
                     disk, folder.path() / key,
                     std::vector<log::VerifierKey>{{first->log(), log::KeyType::kEd25519, first->log_key}},
                     name, *keys.back(), clock));
  }

  /// Waits for what the hub's threads do. Ends in any case: what was not done fails the test.
  template <typename Condition>
  [[nodiscard]] bool comes_true(Condition condition) const {
    for (int i = 0; i < 3000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return condition();
  }

  [[nodiscard]] std::string collection(const std::string& name) const {
    statement::Collection one{.header = members.header(name)};
    one.name = name;
    one.collection_sha256 = one.manifest_sha256 = digest_of(name);
    return TestFederation::sign("collection", statement::write_payload(one), kBoth);
  }
  [[nodiscard]] static bool proves(const std::string& proof, const std::string& entry,
                                   const instruction::Charter& charter) {
    return log::verify_proof(base::as_bytes(entry), log::parse_proof(proof), instruction::log_policy(charter))
        .holds();
  }

  SetClock clock;
  candour::testing::TemporaryFolder folder;
  base::PosixDisk disk;
  Log log{[](std::string_view) {}, clock};
  TestFederation members{kFounded};
  std::shared_ptr<const instruction::Charter> first;
  std::vector<std::unique_ptr<crypto::SigningKey>> keys;
  std::map<base::Digest, std::unique_ptr<log::Witness>> witnesses;
  const crypto::SigningKey log_key = key_of("log"), hub_key = key_of("hub");
  std::optional<HubLog> hub;
};

TEST_CASE("a hub changes its witnesses when the charter's delay is over, and who pins version 1 follows it") {
  RunningHub at;
  LogView& view = at.hub->view();
  const auto entered = at.collection("before");
  REQUIRE(at.comes_true([&] { return at.hub->store().published().head.size > 0; }));
  CHECK(RunningHub::proves(at.hub->enter(entered), entered, *at.first));

  instruction::Charter next = *at.first;
  next.version = 2;
  next.header.id = candour::testing::id_of("charter 2");
  next.witnesses[0] = {.name = "east.example",
                       .address = "127.0.0.1:7010",
                       .witness_key = key_of("east.example").public_key(),
                       .tls_key = digest_of("tls east.example")};
  next.quorum = 5;
  const std::string version =
      TestFederation::sign("charter", instruction::write_payload(next),
                           {"controller a", "controller b", "guardian 1", "guardian 2"});
  CHECK(
      RunningHub::proves(at.hub->enter({version, {instruction::write_providers(next)}}), version, *at.first));
  REQUIRE(at.comes_true([&] { return view.now()->charters().back().known_since.has_value(); }));
  at.clock.now += kProtectedSeconds - 1;
  CHECK(RunningHub::proves(at.hub->enter(at.collection("early")), at.collection("early"), *at.first));
  CHECK(view.charter()->version == 1);

  at.clock.now += 1;
  REQUIRE(at.comes_true([&] { return view.charter()->version == 2; }));
  REQUIRE(at.comes_true([&] { return view.moment().witnessed == at.clock.now; }));
  const std::string late = at.collection("late");
  const std::string proof = at.hub->enter(late);
  CHECK(RunningHub::proves(proof, late, next));
  CHECK(proof.find("east.example") != std::string::npos);
  CHECK_FALSE(at.hub->has_failed());
  at.hub->stop();

  log::Store store(at.disk, at.folder.path() / "mirror");
  log::Mirror mirror(at.disk, store, at.folder.path() / "mirror", at.hub->store());
  LogView follower({.clock = at.clock,
                    .store = store,
                    .first = at.first,
                    .follow =
                        [&](const instruction::Charter&, const log::Trusted& whom) {
                          base::SilentProgress silent;
                          return mirror.update(whom, silent, {}, nullptr);
                        },
                    .body_of = [&](const base::Digest& name) { return at.hub->store().bodies().get(name); }});
  follower.refresh();
  CHECK(follower.charter()->version == 2);
  CHECK(follower.now()->size() == at.hub->store().next().size);
  CHECK(follower.now()->problems().empty());
  CHECK(follower.moment().witnessed == at.clock.now);
}

}  // namespace
}  // namespace candour::node
