#include "candour/instruction/verdict.h"

#include <doctest/doctest.h>

#include "candour/testing/code_of.h"
#include "candour/testing/federation.h"

namespace candour::instruction {
namespace {

using candour::testing::code_of;
using candour::testing::digest_of;
using candour::testing::id_of;
using candour::testing::key_of;
using candour::testing::TestFederation;

constexpr std::int64_t kNow = 1'796'000'000;
constexpr std::int64_t kDay = 86'400;

Act act() {
  return {.instruction = id_of("order"),
          .domain = candour::testing::kTestDomain,
          .provider = "R1H",
          .collection = candour::testing::kTestCollection};
}

std::string verdict_at(const Register& log, const Act& what, std::int64_t now) {
  const Verdict verdict = in_force(log, what, {.now = now, .witnessed = now});
  return verdict.in_force() ? "in force" : std::string(verdict.code().view());
}

TEST_CASE("an instruction is in force for what it names, from its first moment to its last") {
  TestFederation members(kNow);
  const Register& log = members.found();
  CHECK(log.problems().empty());
  CHECK(verdict_at(log, act(), kNow) == "in force");
  CHECK(verdict_at(log, act(), kNow - 1) == "CND-2021");
  CHECK(verdict_at(log, act(), kNow + 30 * kDay - 1) == "in force");
  CHECK(verdict_at(log, act(), kNow + 30 * kDay) == "CND-2022");
}

TEST_CASE("a refusal names the first thing that fails, and each has a twin that passes") {
  TestFederation members(kNow);
  const Register& log = members.found();
  const base::Digest right = digest_of("collection"), wrong = digest_of("another folder");
  const std::vector<std::string> measure{"rtt-monthly"}, unnamed{"rtt-daily"};
  struct Case {
    const char* what;
    void (*change)(Act&, const Case&);
    const char* code;
    const base::Digest* digest = nullptr;
    const std::vector<std::string>* names = nullptr;
  };
  const Case cases[] = {
      {"nothing changed", [](Act&, const Case&) {}, "in force"},
      {"an instruction that there is not", [](Act& a, const Case&) { a.instruction = {9}; }, "CND-2020"},
      {"nobody's hospital", [](Act& a, const Case&) { a.provider = "RZZ"; }, "CND-2027"},
      {"the star itself", [](Act& a, const Case&) { a.provider = "*"; }, "CND-2027"},
      {"another hospital that a star covers", [](Act& a, const Case&) { a.provider = "R2H"; }, "in force"},
      {"another collection", [](Act& a, const Case&) { a.collection = "diagnostics"; }, "CND-2024"},
      {"the collection as approved", [](Act& a, const Case& c) { a.collection_sha256 = c.digest; },
       "in force", &right},
      {"the collection changed since", [](Act& a, const Case& c) { a.collection_sha256 = c.digest; },
       "CND-2025", &wrong},
      {"another domain", [](Act& a, const Case&) { a.domain = "direct-care"; }, "CND-2026"},
      {"another mode", [](Act& a, const Case&) { a.mode = Mode::kCounts; }, "CND-2026"},
      {"a measure that may run", [](Act& a, const Case& c) { a.measures = *c.names; }, "in force", nullptr,
       &measure},
      {"a measure that may not", [](Act& a, const Case& c) { a.measures = *c.names; }, "CND-2038", nullptr,
       &unnamed}};
  for (const Case& one : cases) {
    CAPTURE(one.what);
    Act what = act();
    one.change(what, one);
    CHECK(verdict_at(log, what, kNow) == one.code);
  }
}

TEST_CASE("nothing of a period that begins before the data that were ordered is in force") {
  TestFederation members(kNow);
  members.order.data_from = base::Date::parse_iso("2026-04-01").value();
  const Register& log = members.found();
  Act what = act();
  what.period_begins = base::Date::parse_iso("2026-03-31");
  CHECK(verdict_at(log, what, kNow) == "CND-2029");
  what.period_begins = base::Date::parse_iso("2026-04-01");
  CHECK(verdict_at(log, what, kNow) == "in force");
}

TEST_CASE("where this node's clock and the witnesses' differ by over five minutes nothing is in force") {
  TestFederation members(kNow);
  const Register& log = members.found();
  const auto code = [&](std::int64_t witnessed) {
    const Verdict verdict = in_force(log, act(), {.now = kNow + 600, .witnessed = witnessed});
    return verdict.in_force() ? std::string("in force") : std::string(verdict.code().view());
  };
  CHECK(code(kNow + 300) == "in force");
  CHECK(code(kNow + 900) == "in force");
  CHECK(code(kNow + 299) == "CND-2036");
  CHECK(code(kNow + 901) == "CND-2036");
  CHECK(code(0) == "CND-2036");
}

TEST_CASE("a head is wanted where the last is 65,536 entries back, so that who follows reads no further") {
  TestFederation members(kNow);
  Register& log = members.found();
  CHECK_FALSE(log.wants_head(kNow));
  log.skip_to(log.size() - 1 + kHeadEvery - 1);  // the head covers all but itself
  CHECK_FALSE(log.wants_head(kNow));
  log.skip_to(log.size() + 1);
  CHECK(log.wants_head(kNow));
}

TEST_CASE("a version that waits is due at the time of the log at which a head would bring it into force") {
  TestFederation members(kNow);
  Register& log = members.found();
  Charter next = members.charter;
  next.version = 2;
  next.header.id = id_of("charter 2");
  next.witnesses.pop_back();
  next.quorum = 3;
  members.enter_charter(next, {"controller a", "controller b", "guardian 1", "guardian 2"});
  CHECK(log.charter_due(kNow + 400 * kDay)->version == 1);  // nobody knows it yet
  members.enter_head(kNow + 60);
  REQUIRE(log.problems().empty());
  CHECK(log.charter_due(kNow + 60 + 28 * kDay - 1)->version == 1);
  CHECK(log.charter_due(kNow + 60 + 28 * kDay)->version == 2);
  CHECK(log.charter()->version == 1);
  members.enter_head(kNow + 60 + 28 * kDay);
  CHECK(log.charter()->version == 2);
  CHECK(log.charter_due(0)->version == 2);
  const std::uint64_t head = log.size() - 1;
  CHECK(log.charters()[1].in_force_from == head);
  CHECK(log.charter_at(head + 1).charter->version == 2);
  CHECK(log.charter_at(head).charter->version == 1);
  CHECK(log.charter_at(0).charter->version == 1);
}

TEST_CASE("a notice period counts from the head that covers the instruction, not from its signature") {
  TestFederation members(kNow);
  members.order.notice_days = 28;
  members.order.expires = kNow + 400 * kDay;
  members.enter_charter(members.charter);
  members.enter_collection(candour::testing::kTestCollection, digest_of("collection"));
  members.enter(members.sign_order(members.order));
  CHECK(verdict_at(*members.log, act(), kNow + 40 * kDay) == "CND-2033");
  members.enter_head(kNow + 10 * kDay);
  CHECK(verdict_at(*members.log, act(), kNow + 38 * kDay - 1) == "CND-2033");
  CHECK(verdict_at(*members.log, act(), kNow + 38 * kDay) == "in force");
}

TEST_CASE("an emergency instruction has no notice and is over within 30 days of its making") {
  TestFederation members(kNow);
  members.order.expires = kNow + kEmergencySeconds + 1;
  CHECK(code_of([&] { require_rules(members.order); }) == "CND-2030");
  members.order.notice_days = 1;
  CHECK(code_of([&] { require_rules(members.order); }) == "none");
}

TEST_CASE("an instruction that is made in the future is not in force before") {
  TestFederation members(kNow);
  members.order.header.made = kNow + kDay;
  members.order.expires = kNow + kDay + kEmergencySeconds;
  const Register& log = members.found();
  CHECK(verdict_at(log, act(), kNow) == "CND-2021");
  CHECK(verdict_at(log, act(), kNow + kDay) == "in force");
}

std::string revocation(const TestFederation& members, const std::string& by) {
  statement::Revocation one{.header = members.header("revocation"), .instruction = id_of("order")};
  one.why = {digest_of("why"), 20};
  return TestFederation::sign("revocation", statement::write_payload(one), {by});
}

TEST_CASE("one controller alone can revoke, and it takes effect when it is seen, in the log or before") {
  TestFederation members(kNow);
  Register& log = members.found();
  Register handed = log;
  handed.hand_in(revocation(members, "controller c"));
  CHECK(verdict_at(handed, act(), kNow) == "CND-2031");
  CHECK(verdict_at(log, act(), kNow) == "in force");
  members.enter(revocation(members, "controller c"));
  CHECK(verdict_at(log, act(), kNow) == "CND-2031");
  CHECK(log.find(id_of("order"))->revoked_at == log.size() - 1);
}

TEST_CASE("who is no controller cannot revoke") {
  TestFederation members(kNow);
  Register& log = members.found();
  for (const std::string by : {"hub", "R1H", "guardian 1", "stranger"}) {
    CAPTURE(by);
    CHECK(code_of([&] { log.hand_in(revocation(members, by)); }) == "CND-2003");
    members.enter(revocation(members, by));
    CHECK(log.problems().back().code == "CND-2003");
  }
  CHECK(verdict_at(log, act(), kNow) == "in force");
}

TEST_CASE("an instruction falls when a later charter lists one of its keys as compromised") {
  TestFederation members(kNow);
  Register& log = members.found();
  Charter next = members.charter;
  next.version = 2;
  next.header.id = id_of("charter 2");
  next.compromised = {key_of("controller a").public_key()};
  members.enter_charter(next, {"controller b", "controller c"});
  CHECK(log.problems().empty());
  CHECK(verdict_at(log, act(), kNow) == "CND-2032");
}

TEST_CASE(
    "the reasoning says of every condition whether it holds, and the verdict is the first that does not") {
  TestFederation members(kNow);
  const Register& log = members.found();
  Act what = act();
  what.provider = "RZZ";
  what.domain = "other";
  const auto checks = reasoning(log, what, {.now = kNow, .witnessed = kNow});
  CHECK(checks.size() == 16);
  CHECK(std::ranges::count_if(checks, [](const Check& one) { return !one.holds; }) == 2);
  CHECK(verdict_at(log, what, kNow) == "CND-2027");
  what.instruction = {9};
  CHECK(reasoning(log, what, {}).size() == 1);
}

/// A second order beside the federation's, of another regime, as a test changes it.
struct Twin {
  Twin() : members(kNow) {
    members.found();
    order = members.order;
    order.header.id = id_of("twin");
    order.name = "twin";
    order.opt_out = "applies";
    order.opt_out_ground = "";
    order.opt_out_source = "26/CAG/0001";
    // The same records at the same time would be refused for another reason.
    order.mode = Mode::kCounts;
    order.domain = "";
  }
  [[nodiscard]] std::string judged() const {
    return code_of([&] { (void)members.log->judge(members.sign_order(order), ""); });
  }
  TestFederation members;
  Instruction order;
};

TEST_CASE("an instruction of erasure has a domain and no collection, and stands beside one of records") {
  TestFederation members(kNow);
  const Register& log = members.found();
  Instruction erasure = members.order;
  erasure.header = members.header("erasure");
  erasure.mode = Mode::kErasure;
  const auto code = [&] { return code_of([&] { (void)log.judge(members.sign_order(erasure), ""); }); };
  CHECK(code() == "CND-2030");  // it collects
  erasure.collections.clear();
  CHECK(code() == "CND-2030");  // it computes
  erasure.measures.clear();
  CHECK(code() == "none");
  erasure.domain = "";
  CHECK(code() == "CND-2030");
  erasure.domain = members.order.domain;
  Instruction records = members.order;
  records.header = members.header("records of nothing");
  records.collections.clear();
  CHECK(code_of([&] { (void)log.judge(members.sign_order(records), ""); }) == "CND-2030");

  members.enter(members.sign_order(erasure));
  const Act takes{
      .instruction = erasure.id(), .mode = Mode::kErasure, .domain = erasure.domain, .provider = "R1H"};
  CHECK(verdict_at(log, takes, kNow) == "in force");
  CHECK(verdict_at(log, act(), kNow) == "in force");
  Act rows = act();
  rows.instruction = erasure.id();
  CHECK(verdict_at(log, rows, kNow) == "CND-2024");
  Act without_collection = takes;
  without_collection.instruction = members.order.id();
  CHECK(verdict_at(log, without_collection, kNow) == "CND-2026");
}

TEST_CASE("the same rows with and without those who opted out are refused to the same body in ten forms") {
  using Change = void (*)(Twin&);
  struct Case {
    const char* what;
    Change change;
  };
  const Case cases[] = {
      {"in the other mode", [](Twin&) {}},
      {"one provider of all", [](Twin& t) { t.order.providers = {"R2H"}; }},
      {"the same legal person under another name",
       [](Twin& t) { t.order.recipient.name = "The analysis unit"; }},
      {"the same name of another case and spacing",
       [](Twin& t) { t.order.recipient.legal_person = "THE  STATISTICS OFFICE."; }},
      {"its processor as the recipient",
       [](Twin& t) {
         t.order.recipient = {"Another body", "Another body"};
         t.order.processors = {{"p", "The statistics office", "counts", {}}};
       }},
      {"another digest under the same name",
       [](Twin& t) {
         t.members.enter_collection(candour::testing::kTestCollection, digest_of("changed"));
         t.order.collections.front().sha256 = digest_of("changed");
       }},
      {"the same digest under another name",
       [](Twin& t) {
         t.members.enter_collection("waiting-list", digest_of("collection"));
         t.order.collections.front().name = "waiting-list";
       }},
      {"after the first is over, within retention",
       [](Twin& t) {
         t.order.header.made = t.order.not_before = kNow + 40 * kDay;
         t.order.expires = kNow + 60 * kDay;
       }},
      {"for later periods that the first has too",
       [](Twin& t) { t.order.data_from = base::Date(static_cast<std::int32_t>(kNow / kDay)); }},
      {"fewer fields", [](Twin& t) { t.order.collections.front().fields = {"clock_start"}; }}};
  for (const Case& one : cases) {
    CAPTURE(one.what);
    Twin twin;
    one.change(twin);
    CHECK(twin.judged() == "CND-2035");
    twin.order.opt_out = "does-not-apply";
    twin.order.opt_out_ground = "required-by-law";
    CHECK(twin.judged() == "none");
  }
}

TEST_CASE("an instruction with neither a ground for leaving opt-outs out nor an approval is refused") {
  Twin none;
  none.order.recipient = {"Another body", "Another body"};
  CHECK(none.judged() == "none");
  none.order.opt_out_source = "";
  CHECK(none.judged() == "CND-2620");
  none.order.opt_out = "does-not-apply";
  none.order.opt_out_ground = "because";
  CHECK(none.judged() == "CND-2621");
  none.order.opt_out_ground = "required-by-law";
  CHECK(none.judged() == "CND-2622");
}

TEST_CASE("another body, or the same after all was erased, may get the other regime") {
  Twin other;
  other.order.recipient = {"Another body", "Another body"};
  CHECK(other.judged() == "none");
  Twin later;
  later.order.header.made = later.order.not_before = later.members.order.erased_by();
  later.order.expires = later.order.not_before + kDay;
  CHECK(later.judged() == "none");
  Twin unused;
  unused.members.enter(revocation(unused.members, "controller a"));
  CHECK(unused.judged() == "none");
}

TEST_CASE("a twin that a log holds all the same is in force for nobody") {
  Twin twin;
  Register log = *twin.members.log;
  // A hub that takes what it should not: the entry binds nobody.
  log.apply(twin.members.sign_order(twin.order), "");
  CHECK(log.find(id_of("twin")) == nullptr);
  CHECK(log.problems().back().code == "CND-2035");
}

}  // namespace
}  // namespace candour::instruction
