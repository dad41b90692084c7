#include <doctest/doctest.h>

#include <functional>

#include "candour/page/html.h"
#include "candour/public_register/register_testing.h"
#include "candour/public_register/status.h"
#include "candour/statement/erasure.h"
#include "candour/statement/refusal.h"

using namespace candour;
using namespace candour::public_register;
using instruction::Instruction;

namespace {

struct Told {
  const char* what;
  std::function<void(Instruction&)> change;
  const char* expected;
};

const Told kTold[] = {
    {"title", [](Instruction& one) { one.title = "Beds on the first of the month"; }, "Beds on the first"},
    {"purpose", [](Instruction& one) { one.purpose = "planning-of-beds"; }, "Planning of beds"},
    {"why", [](Instruction& one) { one.why = "Because wards are full."; }, "Because wards are full."},
    {"why now", [](Instruction& one) { one.why_now = "Winter comes."; }, "Winter comes."},
    {"benefits", [](Instruction& one) { one.benefits = "Fewer trolleys."; }, "Fewer trolleys."},
    {"complaints", [](Instruction& one) { one.complain = "ombudsman@example"; }, "ombudsman@example"},
    {"legal basis", [](Instruction& one) { one.legal_basis = "Section 261."; }, "Section 261."},
    {"opt-out",
     [](Instruction& one) {
       one.opt_out = "applies";
       one.opt_out_ground = "";
     },
     "records of people who opted out are left out"},
    {"ground", [](Instruction& one) { one.opt_out_ground = "public-health"; }, "ublic health"},
    {"source", [](Instruction& one) { one.opt_out_source = "Regulation 3."; }, "Regulation 3."},
    {"fields", [](Instruction& one) { one.collections[0].fields = {"gender"}; }, "gender"},
    {"providers", [](Instruction& one) { one.providers = {"R2H"}; }, "R2H"},
    {"recipient", [](Instruction& one) { one.recipient = {"A bureau", "A bureau Ltd"}; }, "A bureau Ltd"},
    {"processor",
     [](Instruction& one) {
       one.processors = {{"Cruncher",
                          "Cruncher plc",
                          "counts",
                          {"£3 million", "open tender", "2026-1", "2027", {"one year"}}}};
     },
     "£3 million"},
    {"interests", [](Instruction& one) { one.declarations_of_interest[0].interests = "Owns shares in it."; },
     "Owns shares in it."},
    {"notice", [](Instruction& one) { one.notice_days = 28; }, "28 days, until 30 March 2026, 08:00:00 UTC"},
    {"expiry", [](Instruction& one) { one.expires = kNow + 2 * kDay; }, "4 March 2026, 08:00:00 UTC"},
    {"retention", [](Instruction& one) { one.retention_days = 11; }, "11 days"},
    {"first period", [](Instruction& one) { one.data_from = *base::Date::of(2025, 9, 1); },
     "1 September 2025"},
    {"measures", [](Instruction& one) { one.measures = {"beds-by-day"}; }, "beds-by-day"},
    {"counts",
     [](Instruction& one) {
       one.mode = instruction::Mode::kCounts;
       one.domain = "";
     },
     "personal data in all but name"},
};

}  // namespace

TEST_CASE("every fact of an instruction's page is the register's: another instruction, another page") {
  Registered usual;
  usual.found();
  const std::string before = usual.page();
  for (const Told& one : kTold) {
    CAPTURE(one.what);
    Registered changed;
    one.change(changed.federation.order);
    changed.found();
    REQUIRE(changed.federation.log->problems().empty());
    CHECK(has(changed.page(), one.expected));
    CHECK_FALSE(has(before, one.expected));
  }
}

TEST_CASE("a page says who signed, who did not, and whose signature does not count") {
  Registered one;
  one.found();
  CHECK(has(one.page(), "2 of 3 bodies signed. 2 must."));
  const std::string page = one.page();
  const auto row_of = [&](const std::string& body) {
    const std::size_t at = page.find(">" + body + "</th>");
    REQUIRE(at != std::string::npos);
    return page.substr(at, page.find("</tr>", at) - at);
  };
  CHECK(has(row_of("Body a"), ">Yes<"));
  CHECK(has(row_of("Body c"), ">No<"));
  CHECK(has(row_of("Body c"), "None, it declares"));
}

TEST_CASE("whether one can say no is answered first, yes or no") {
  Registered one;
  one.federation.order.opt_out = "does-not-apply";
  one.federation.order.opt_out_ground = "required-by-law";
  one.found();
  CHECK(has(one.page(), "<p>No, not for this one: "));

  Registered other;
  other.federation.order.opt_out = "applies";
  other.federation.order.opt_out_ground = "";
  other.found();
  CHECK(has(other.page(), "<p>Yes: "));
}

TEST_CASE("a recipient is said to get what is released, and no row") {
  Registered one;
  one.found();
  const std::string page = one.page();
  const std::size_t at = page.find(">The recipient: ");
  REQUIRE(at != std::string::npos);
  const std::string row = page.substr(at, page.find("</tr>", at) - at);
  CHECK(has(row, "What is released of these measures: "));
  CHECK(has(row, "Nothing in Candour sends it rows."));
  CHECK_FALSE(has(row, "One row for each record"));
}

TEST_CASE("an emergency instruction is shown as one in its caption, its status and a warning") {
  Registered emergency;
  emergency.found();
  const std::string page = emergency.page();
  CHECK(has(page, "Emergency instruction </span>"));
  CHECK(has(page, ">Emergency</strong>"));
  CHECK(has(page, "The public had no notice of it."));

  Registered announced;
  announced.federation.order.notice_days = 28;
  announced.found();
  CHECK_FALSE(has(announced.page(), "mergency"));
}

TEST_CASE("the status is the verdict that the nodes reach") {
  const auto word_at = [](std::int64_t notice_days, std::int64_t at) {
    Registered one;
    one.federation.order.notice_days = notice_days;
    one.federation.order.not_before = kNow + kDay;
    one.federation.order.expires = kNow + 30 * kDay;
    one.found();
    one.shown.at = at;
    return status_of(one.shown, one.entry()).word;
  };
  CHECK(word_at(0, kNow) == "Not begun");
  CHECK(word_at(0, kNow + kDay) == "In force");
  CHECK(word_at(28, kNow + kDay) == "In notice");
  CHECK(word_at(28, kNow + 28 * kDay) == "In force");
  CHECK(word_at(0, kNow + 30 * kDay) == "Expired");
}

TEST_CASE("an acceptance, an objection with its reasons and a revocation stand on the page") {
  Registered one;
  one.found();
  CHECK(has(one.page(), "Nobody has objected"));
  statement::Acceptance acceptance{.header = one.federation.header("acceptance")};
  acceptance.instruction = one.federation.order.id();
  acceptance.provider = "R1H";
  acceptance.name = "Dr A. Guardian";
  one.enter("acceptance", acceptance, {"R1H"});
  statement::Objection objection{.header = one.federation.header("objection")};
  objection.instruction = one.federation.order.id();
  objection.party = "c";
  objection.reasons = one.text("Nobody asked the patients.");
  objection.answer_due = *base::Date::of(2026, 3, 9);
  one.enter("objection", objection, {"controller c"});
  REQUIRE(one.federation.log->problems().empty());
  CHECK(has(one.page(), "Dr A. Guardian, Caldicott guardian"));
  CHECK(has(one.page(), "Nobody asked the patients."));
  CHECK(has(one.page(), "9 March 2026"));
  CHECK_FALSE(has(one.page(), "9 March 2026 (past)"));
  one.shown.at = kNow + 8 * kDay;
  CHECK(has(one.page(), "9 March 2026 (past)"));

  // Without the body nothing is made up, and how long the text is stays public.
  one.shown.texts.clear();
  CHECK(has(one.page(), "26 bytes"));

  statement::Revocation revocation{.header = one.federation.header("revocation")};
  revocation.instruction = one.federation.order.id();
  revocation.why = one.text("It was a mistake.");
  one.enter("revocation", revocation, {"controller c"});
  CHECK(has(one.page(), ">Revoked</strong>"));
  CHECK(has(one.page(), "It was a mistake."));
}

TEST_CASE("a refusal is counted on the page of its instruction, with its rule in words") {
  Registered one;
  one.found();
  CHECK(has(one.page(), "Nothing has been refused"));
  statement::Refusal refusal{.header = one.federation.header("refusal")};
  refusal.role = statement::NodeRole::kHub;
  refusal.at = "hub";
  refusal.act = statement::RefusedAct::kStore;
  refusal.to = "R2H";
  refusal.instruction = one.federation.order.id();
  refusal.code = "CND-2022";
  refusal.times = 1234;
  refusal.since = refusal.until = kNow;
  one.enter("refusal", refusal, {"hub"});
  REQUIRE(one.federation.log->problems().empty());
  CHECK(has(one.page(), "CND-2022: the instruction has expired"));
  CHECK(has(one.page(), "1,234"));
}

TEST_CASE("an expired instruction says that no erasure is in the log, until one is") {
  Registered one;
  one.found();
  one.shown.at = kNow + (30 + 730) * kDay;
  CHECK(has(one.page(), "no entry of the log says that it was"));
  statement::Erasure erasure{.header = one.federation.header("erasure")};
  erasure.instruction = one.federation.order.id();
  erasure.collection = testing::kTestCollection;
  erasure.table = "clock_stops";
  erasure.keys_destroyed = 3;
  erasure.done = kNow;
  one.enter("erasure", erasure, {"hub"});
  REQUIRE(one.federation.log->problems().empty());
  CHECK(has(one.page(), "Expired, erased"));
  CHECK(has(one.page(), "3 keys destroyed"));
}

TEST_CASE("fields are told in the words of the collection that was signed, and of no other") {
  const std::vector<collection::Collection> collections{
      collection::load_collection("collections/rtt-waiting-list")};
  Registered one;
  one.found();
  one.shown.collections = collections;
  CHECK(has(one.page(), "The folder with this digest is not at hand"));

  Registered signed_one;
  signed_one.federation.order.collections = {
      {"rtt-waiting-list", collections[0].digest, {"age_band", "lsoa"}}};
  signed_one.shown.collections = collections;
  signed_one.federation.enter_charter(signed_one.federation.charter);
  signed_one.federation.enter_collection("rtt-waiting-list", collections[0].digest);
  signed_one.federation.enter(signed_one.federation.sign_order(signed_one.federation.order));
  signed_one.shown.log = signed_one.federation.log.get();
  REQUIRE(signed_one.federation.log->problems().empty());
  const std::string page = signed_one.page();
  CHECK(has(page, "Only the age band: 0 to 17, 18 to 39, 40 to 64, 65 to 79 and 80 and over"));
  CHECK(
      has(page, "with the provider that sent it and its period: Date of birth (only the age band: 0 to 17"));
  CHECK(has(page, "What stays: NHS number status indicator, "));
  CHECK(has(page, "Only a pseudonym that no one party can make or undo"));
  CHECK(has(page, "The provider that sends, and the period"));
  CHECK_FALSE(has(page, "not at hand"));
}
