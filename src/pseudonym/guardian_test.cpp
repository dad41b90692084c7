#include "candour/pseudonym/guardian.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "candour/pseudonym/batch.h"
#include "candour/pseudonym/pseudonym_testing.h"
#include "candour/testing/code_of.h"
#include "candour/testing/crash.h"

namespace candour::pseudonym {
namespace {

using namespace testing;  // NOLINT: the tests' own words
using candour::testing::code_of;

// A batch of the least size, and what a test changes of it before it is signed.
struct Sent {
  explicit Sent(const Federation& federation, std::uint8_t seed = 1) : charter(*federation.charter) {
    const auto plans = plan_batches(3, base::Bytes(kPlanSeedBytes, seed));
    batch = make_batch(plans[0], identifiers_of(3), federation.purpose(), kNow, charter, key_of(kProvider));
  }
  [[nodiscard]] base::Bytes request() const {
    const std::string envelope = statement::write_envelope(
        statement::sign("batch", statement::write_payload(batch.statement), key_of(signer)));
    base::Bytes bytes = write_request(envelope, asked, batch.points);
    return bytes;
  }
  [[nodiscard]] base::Digest leaf() const {
    const base::Bytes bytes = request();
    return statement::leaf_hash(parse_request(bytes).envelope);
  }
  const instruction::Charter& charter;
  BlindedBatch batch;
  AskedSet asked = {1, 2};
  std::string_view signer = kProvider;
};

struct Asking {
  Asking() : node(federation, 1) {}
  [[nodiscard]] std::string code(base::ByteView request) {
    return code_of([&] { (void)node.guardian->evaluate(request, federation.peer()); });
  }
  [[nodiscard]] std::string code_after(const std::function<void(Sent&)>& change) {
    Sent sent(federation, next++);
    change(sent);
    return code(sent.request());
  }
  Federation federation;
  GuardianNode node;
  std::uint8_t next = 1;
};

TEST_CASE("each check refuses what it is for, with its own code") {
  Asking asking;
  REQUIRE(asking.code_after([](Sent&) {}) == "none");
  CHECK(asking.code_after([](Sent& s) { s.signer = "R2H"; }) == "CND-2003");
  CHECK(asking.code_after([](Sent& s) { s.batch.statement.provider = "R2H"; }) == "CND-2114");
  CHECK(asking.code_after([](Sent& s) { s.batch.statement.header.federation[0] ^= 1; }) == "CND-2115");
  CHECK(asking.code_after([](Sent& s) { s.batch.statement.header.log = "other"; }) == "CND-2115");
  CHECK(asking.code_after([](Sent& s) { s.batch.statement.domain = "other"; }) == "CND-2116");
  CHECK(asking.code_after([](Sent& s) { s.batch.statement.epoch = 2; }) == "CND-2117");
  for (const AskedSet& asked : {AskedSet{1}, {1, 2, 3}, {2, 1}, {2, 3}, {1, 1}, {1, 4}, {0, 1}}) {
    CHECK(asking.code_after([&](Sent& s) { s.asked = asked; }) == "CND-2118");
  }
  CHECK(asking.code_after([](Sent& s) { s.batch.statement.instruction[0] ^= 1; }) == "CND-2020");
  CHECK(asking.code_after([](Sent& s) { s.batch.statement.collection = "cancer"; }) == "CND-2024");
  CHECK(asking.code_after([](Sent& s) { s.batch.statement.size = 512; }) == "CND-2120");
  CHECK(asking.code_after([](Sent& s) {
    s.batch.points.resize(255);
    s.batch.statement.size = 255;
  }) == "CND-2120");
  CHECK(asking.code_after([](Sent& s) { std::swap(s.batch.points[0], s.batch.points[1]); }) == "CND-2122");
  CHECK(asking.code_after([](Sent& s) {
    s.batch.points[7] = crypto::Point();
    s.batch.statement.points_sha256 = base::sha256(crypto::bytes_of(s.batch.points));
  }) == "CND-2121");
  CHECK(asking.code_after([](Sent& s) { s.batch.statement.header.made += 301; }) == "CND-2119");
  CHECK(asking.code_after([](Sent& s) { s.batch.statement.header.made -= 301; }) == "CND-2119");
  CHECK(asking.code_after([](Sent& s) { s.batch.statement.header.made += 300; }) == "none");
  asking.node.clock.now = asking.federation.members.order.expires;
  CHECK(asking.code_after([&](Sent& s) { s.batch.statement.header.made = asking.node.clock.now; }) ==
        "CND-2022");
}

TEST_CASE(
    "a caller that no provider's certificate is pinned for is refused, and so are bytes that are no "
    "request") {
  Asking asking;
  const base::Bytes request = Sent(asking.federation).request();
  CHECK(code_of([&] { (void)asking.node.guardian->evaluate(request, digest_of("stranger")); }) == "CND-2113");
  CHECK(code_of([&] { (void)asking.node.guardian->evaluate(request, digest_of("tls R2H")); }) == "CND-2003");
  CHECK(asking.code({}) == "CND-2104");
  CHECK(asking.code(base::ByteView(request).first(100)) == "CND-2104");
  CHECK(asking.code(base::ByteView(request).first(request.size() - 1)) == "CND-2104");
  CHECK(asking.code(base::ByteView(request).first(request.size() - 32)) == "CND-2120");
  CHECK(asking.code(request) == "none");
}

TEST_CASE("a clock that is wrong is shown beside the time of the request") {
  Asking asking;
  asking.node.clock.now += 86'400;
  try {
    (void)asking.node.guardian->evaluate(Sent(asking.federation).request(), asking.federation.peer());
    FAIL("it was answered");
  } catch (const base::Error& error) {
    REQUIRE(error.fields().size() == 2);
    CHECK(std::get<std::string>(error.fields()[0].value) == base::utc_text(kNow));
    CHECK(std::get<std::string>(error.fields()[1].value) == base::utc_text(kNow + 86'400));
  }
}

TEST_CASE("a retry gets the same bytes, also after a restart, for a day, and costs no quota") {
  Asking asking;
  asking.federation.provider().quota_day = 256;
  const base::Bytes request = Sent(asking.federation).request();
  const base::Bytes answer = asking.node.guardian->evaluate(request, asking.federation.peer());
  CHECK(asking.node.guardian->evaluate(request, asking.federation.peer()) == answer);
  asking.node.restart();
  asking.node.clock.now += 23 * 3600;
  CHECK(asking.node.guardian->evaluate(request, asking.federation.peer()) == answer);
  Sent other_set(asking.federation);
  other_set.asked = {1, 3};
  CHECK(asking.code(other_set.request()) == "none");
  asking.node.clock.now += 2 * 3600;
  CHECK(asking.code(request) == "CND-2119");
}

TEST_CASE(
    "the quotas of a day and of 30 days are counted by padded sizes of batches, and outlast a restart") {
  Asking asking;
  asking.federation.provider().quota_day = 512;
  asking.federation.provider().quota_30_days = 768;
  const auto at = [&](std::int64_t seconds) {
    asking.node.clock.now = kNow + seconds;
    return asking.code_after([&](Sent& s) { s.batch.statement.header.made = kNow + seconds; });
  };
  CHECK(at(0) == "none");
  CHECK(at(10) == "none");
  CHECK(at(20) == "CND-2123");
  asking.node.restart();
  CHECK(at(30) == "CND-2123");
  CHECK(at(kDaySeconds) == "none");
  CHECK(at(kDaySeconds + 10) == "CND-2124");
  asking.node.restart();
  CHECK(at(30 * kDaySeconds - 1) == "CND-2124");
  CHECK(at(30 * kDaySeconds) == "none");
}

TEST_CASE("a batch that is not in the log is not evaluated") {
  Asking asking;
  asking.node.log.enters = false;
  CHECK(asking.code_after([](Sent&) {}) == "CND-2126");
  asking.node.log.enters = true;
  CHECK(asking.code_after([](Sent&) {}) == "none");
}

TEST_CASE("a quota is one for all guardians: who asks others gets no more") {
  Asking asking;
  asking.federation.provider().quota_day = 256;
  GuardianNode second(asking.federation, 2), third(asking.federation, 3);
  CHECK(asking.code_after([](Sent&) {}) == "none");
  Sent other(asking.federation, 9);
  other.asked = {2, 3};
  for (GuardianNode* node : {&second, &third}) {
    CHECK(code_of([&] { (void)node->guardian->evaluate(other.request(), asking.federation.peer()); }) ==
          "CND-2123");
  }
}

TEST_CASE("a batch is evaluated for so many sets of guardians and no more, and for those again") {
  Federation federation(1, 8, 3);  // of eight, three needed: guardian 1 is in 21 sets
  GuardianNode node(federation, 1);
  auto sent = std::make_unique<Sent>(federation);
  std::vector<AskedSet> sets;
  for (crypto::ShareIndex i = 2; i <= 8; ++i) {
    for (crypto::ShareIndex j = i + 1; j <= 8; ++j) sets.push_back({1, i, j});
  }
  const auto code = [&](const AskedSet& asked) {
    sent->asked = asked;
    return code_of([&] { (void)node.guardian->evaluate(sent->request(), federation.peer()); });
  };
  for (std::size_t i = 0; i < 16; ++i) CHECK(code(sets[i]) == "none");
  CHECK(code(sets[16]) == "CND-2125");
  CHECK(code(sets[0]) == "none");
  node.restart();
  CHECK(code(sets[16]) == "CND-2125");
  CHECK(code(sets[15]) == "none");
  sent = std::make_unique<Sent>(federation, 2);
  CHECK(code(sets[16]) == "none");
}

TEST_CASE("a share that is not the charter's does not start, and one of before a resharing answers nothing") {
  Asking asking;
  asking.federation.charter->domains[0].epoch = 2;
  CHECK(asking.code_after([](Sent&) {}) == "CND-2117");
  asking.federation.polynomial = crypto::Polynomial(crypto::Scalar(5), 2, asking.federation.random);
  CHECK(code_of([&] { asking.node.restart(); }) == "CND-2102");
}

TEST_CASE("refusals are written once a minute with their number, and never with what was refused") {
  Asking asking;
  for (int i = 0; i < 5; ++i) CHECK(asking.code({}) == "CND-2104");
  asking.node.clock.now += 61;
  CHECK(asking.code({}) == "CND-2104");
  asking.node.guardian.reset();
  std::vector<RefusedRecord> refused;
  const GuardianJournal journal(asking.node.disk, "journal", [&](JournalRecord&& one) {
    refused.push_back(std::get<RefusedRecord>(one));
  });
  REQUIRE(refused.size() == 2);
  CHECK(refused[0] == RefusedRecord{.time = kNow, .provider = "R1H", .code = "CND-2104", .times = 1});
  CHECK(refused[1] == RefusedRecord{.time = kNow + 61, .provider = "R1H", .code = "CND-2104", .times = 5});
}

TEST_CASE("many requests at once: each batch counts once, and all askers of one get the same bytes") {
  Asking asking;
  asking.federation.provider().quota_day = 512;
  const std::vector<base::Bytes> requests = {Sent(asking.federation, 1).request(),
                                             Sent(asking.federation, 2).request(),
                                             Sent(asking.federation, 3).request()};
  std::mutex mutex;
  std::vector<std::vector<base::Bytes>> answers(requests.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < 6; ++i) {
      threads.emplace_back([&, i] {
        const std::size_t which = i % requests.size();
        try {
          auto answer = asking.node.guardian->evaluate(requests[which], asking.federation.peer());
          const std::lock_guard lock(mutex);
          answers[which].push_back(std::move(answer));
        } catch (const base::Error&) {
        }
      });
    }
  }
  std::size_t taken = 0;
  for (const auto& same : answers) {
    taken += same.empty() ? 0 : 1;
    for (const base::Bytes& one : same) CHECK(one == same.front());
  }
  CHECK(taken == 2);
}

// One batch is asked for while power may go; what was answered is noted.
struct Answered {
  base::Bytes answer;
};

TEST_CASE("whenever power goes, an answer that was given is given again, and its batch has used the quota") {
  Federation federation;
  federation.provider().quota_day = 256;
  const base::Bytes request = Sent(federation, 1).request(), other = Sent(federation, 2).request();
  const auto work = [&](base::SimulatedDisk& disk, Answered& state) {
    GuardianNode node(federation, 1, disk);
    state.answer = node.guardian->evaluate(request, federation.peer());
  };
  const auto holds = [&](base::SimulatedDisk& disk, const Answered& state) {
    GuardianNode node(federation, 1, disk);
    (void)node.random.next_u64();  // another nonce than before
    if (state.answer.empty()) return node.guardian->evaluate(request, federation.peer()).size() > 0;
    return code_of([&] { (void)node.guardian->evaluate(other, federation.peer()); }) == "CND-2123" &&
           node.guardian->evaluate(request, federation.peer()) == state.answer;
  };
  const auto report =
      candour::testing::at_every_crash<Answered>(base::SimulatedDisk::Sync::kHonest, 1, work, holds);
  CHECK(report.crashes >= 6);
  CHECK_MESSAGE(report.failures == 0, report.first_failure);
  const auto control =
      candour::testing::at_every_crash<Answered>(base::SimulatedDisk::Sync::kIgnored, 1, work, holds);
  CHECK(control.failures > 0);
}

TEST_CASE("a guardian whose disk is full answers nothing, and answers again when it is not") {
  Federation federation;
  base::SimulatedDisk disk;
  GuardianNode node(federation, 1, disk);
  const base::Bytes request = Sent(federation).request();
  const auto ask = [&] {
    return code_of([&] { (void)node.guardian->evaluate(request, federation.peer()); });
  };
  disk.fail_once_at(1);
  CHECK(ask() == "CND-1003");
  CHECK(ask() == "none");
}

}  // namespace
}  // namespace candour::pseudonym
