#include "candour/public_register/site.h"

#include <doctest/doctest.h>

#include "candour/base/simulated_disk.h"
#include "candour/public_register/register_testing.h"
#include "candour/statement/refusal.h"
#include "candour/statement/sealed.h"

using namespace candour;
using namespace candour::public_register;

namespace {
constexpr std::string_view kVerifier = "verify.html";  // has a script, whose SHA-256 its policy names
}

TEST_CASE("the same log gives the same bytes, whatever order its reader keeps things in") {
  Registered one, other;
  one.found();
  other.found();
  CHECK(render_site(one.shown) == render_site(other.shown));
}

TEST_CASE("no text of a statement acts in a page, whoever wrote it") {
  const std::string hostile = "<script>alert(1)</script>\"'><img src=x onerror=y>&\x01\xEF\xBF\xBF{{TITLE}}";
  Registered one;
  instruction::Instruction& order = one.federation.order;
  for (std::string* text : {&order.name, &order.title, &order.purpose, &order.why, &order.why_now,
                            &order.benefits, &order.complain, &order.legal_basis, &order.opt_out_source,
                            &order.recipient.name, &order.recipient.legal_person}) {
    *text = hostile;
  }
  order.measures = {hostile};
  order.collections[0].fields = {hostile};
  order.processors = {{hostile, hostile, "counts", {hostile, hostile, hostile, hostile, {hostile}}}};
  order.declarations_of_interest[0].interests = hostile;
  one.federation.charter.title = hostile;
  one.found();
  REQUIRE(one.federation.log->problems().empty());
  const SiteFiles files = render_site(one.shown);
  for (const auto& [name, bytes] : files) {
    CAPTURE(name);
    if ((!name.ends_with(".html") && !name.ends_with(".xml")) || name == kVerifier) continue;
    CHECK_FALSE(has(bytes, "<script"));
    CHECK_FALSE(has(bytes, "<img"));
    CHECK_FALSE(has(bytes, "\x01"));
  }
  CHECK(has(files.at("index.html"), "&lt;script&gt;"));
  CHECK_FALSE(has(files.at("feed.xml"), "\xEF\xBF\xBF"));
}

TEST_CASE("the register says that it is a demonstration only where it is one") {
  Registered one;
  one.found();
  for (const auto& [name, bytes] : render_site(one.shown)) CHECK_FALSE(has(bytes, "synthetic patients"));
  one.shown.demonstration = Demonstration::kYes;
  for (const auto& [name, bytes] : render_site(one.shown)) {
    if (name.ends_with(".html") && name != kVerifier)
      CHECK(has(bytes, "An independent demonstration on synthetic patients."));
  }
}

TEST_CASE("no page says anonymous, and each loads its own style sheet and nothing else") {
  Registered one;
  one.found();
  for (const auto& [name, bytes] : render_site(one.shown)) {
    if (!name.ends_with(".html") || name == kVerifier) continue;
    CAPTURE(name);
    CHECK_FALSE(has(bytes, "nonymous"));
    CHECK_FALSE(has(bytes, "http:"));
    CHECK_FALSE(has(bytes, "https:"));
    CHECK(has(bytes, "http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;;"));
    CHECK_FALSE(has(bytes, " style="));
    CHECK(has(bytes, "<link rel=\"stylesheet\" href=\"candour.css\">"));
    CHECK(bytes.size() < 95 * 1024);
  }
}

TEST_CASE("the verifier lies beside the pages, each leads to it, and the index has its SHA-256") {
  Registered one;
  one.found();
  const SiteFiles files = render_site(one.shown);
  const std::string& verifier = files.at(std::string(kVerifier));
  CHECK(has(verifier, "default-src 'none'; script-src 'sha256-"));
  CHECK(has(verifier, "</html>"));
  CHECK(has(files.at("index.html"), base::to_hex(base::sha256(base::as_bytes(verifier)))));
  for (const auto& [name, bytes] : files) {
    CAPTURE(name);
    if (name.ends_with(".html") && name != kVerifier) CHECK(has(bytes, "href=\"verify.html\""));
  }
}

TEST_CASE("the index names an instruction with its status, uses and refusals") {
  Registered one;
  one.found();
  const std::string index = render_site(one.shown).at("index.html");
  CHECK(has(index, "Monthly waiting times statistics"));
  CHECK(has(index, "instruction-" + base::to_hex(one.federation.order.id()) + ".html"));
  CHECK(has(index, ">In force</strong>"));
  CHECK(has(index, ">Emergency</strong>"));
  CHECK(has(index, "times something was refused"));
}

TEST_CASE("refusals of strangers are counted for all to see") {
  Registered one;
  one.found();
  statement::Refusal refusal{.header = one.federation.header("refusal")};
  refusal.role = statement::NodeRole::kGuardian;
  refusal.at = "guardian 1";
  refusal.act = statement::RefusedAct::kEvaluate;
  refusal.code = "CND-2113";
  refusal.times = 77;
  refusal.since = kNow - 3600;
  refusal.until = kNow;
  one.enter("refusal", refusal, {"guardian 1"});
  REQUIRE(one.federation.log->problems().empty());
  const SiteFiles files = render_site(one.shown);
  CHECK(has(files.at("problems.html"), "outside any instruction"));
  CHECK(has(files.at("index.html"), ">77<"));
}

TEST_CASE("a sealed entry that was not opened by its day is overdue") {
  Registered one;
  one.found();
  statement::Sealed sealed{.header = one.federation.header("sealed")};
  sealed.open_by = *base::Date::of(2026, 3, 10);
  one.enter("sealed", sealed, {"controller a", "controller b"});
  REQUIRE(one.federation.log->problems().empty());
  CHECK(has(render_site(one.shown).at("problems.html"), ">Sealed</strong>"));
  one.shown.at = kNow + 8 * kDay;  // still the day
  CHECK(has(render_site(one.shown).at("problems.html"), ">Sealed</strong>"));
  one.shown.at = kNow + 9 * kDay;
  CHECK(has(render_site(one.shown).at("problems.html"), ">Overdue</strong>"));
}

TEST_CASE("a sealed entry that was opened says what it hid") {
  Registered one;
  one.found();
  const statement::Salt salt{7};
  statement::Incident incident{.header = one.federation.header("hidden"), .party = "guardian 1"};
  incident.what = statement::IncidentKind::kShareLost;
  incident.text = statement::commit_text("A share was seen.", salt);
  statement::Opening opening{.header = one.federation.header("opening"), .salt = salt};
  opening.payload = statement::write_payload(incident);
  statement::Sealed sealed{.header = one.federation.header("sealed")};
  sealed.of = statement::SealedKind::kIncident;
  sealed.commitment = statement::commit_payload(opening.payload, salt);
  sealed.open_by = *base::Date::of(2026, 3, 10);
  one.enter("sealed", sealed, {"controller a", "controller b"});
  CHECK(has(render_site(one.shown).at("problems.html"), "Not open yet"));
  opening.sealed = one.federation.log->sealed().front().leaf;
  opening.header.id = statement::derived_id("opening", opening.sealed);
  one.enter("opening", opening, {"controller c"});
  REQUIRE(one.federation.log->problems().empty());
  one.shown.at = kNow + 9 * kDay;
  one.shown.texts[incident.text.commitment] = statement::free_text_body("A share was seen.", salt);
  const SiteFiles files = render_site(one.shown);
  CHECK(has(files.at("problems.html"), ">Opened</strong>"));
  CHECK(has(files.at("problems.html"),
            "Share lost, sealed by bodies as an incident of guardian 1: A share was seen."));
  CHECK(has(files.at("feed.xml"), "A sealed entry is opened"));
}

TEST_CASE("a redacted text is shown nowhere until its day is over, and how large it was and why everywhere") {
  Registered one;
  one.found();
  const statement::Salt salt{7};
  statement::Incident incident{.header = one.federation.header("incident"), .party = "guardian 1"};
  incident.text = statement::commit_text("Dr X did it.", salt);
  one.enter("incident", incident, {"guardian 1"});
  one.shown.texts[incident.text.commitment] = statement::free_text_body("Dr X did it.", salt);
  CHECK(has(render_site(one.shown).at("problems.html"), "Dr X did it."));
  statement::Redaction redaction{.header = one.federation.header("redaction")};
  redaction.entry = one.federation.log->incidents().front().leaf;
  redaction.text = incident.text;
  redaction.reason = statement::RedactionReason::kCourtOrder;
  redaction.until = *base::Date::of(2026, 3, 10);
  one.enter("redaction", redaction, {"controller a", "controller b"});
  REQUIRE(one.federation.log->problems().empty());
  SiteFiles files = render_site(one.shown);
  for (const auto& [name, text] : files) CHECK_FALSE(has(text, "Dr X did it."));
  CHECK(has(files.at("problems.html"), "1 is redacted, 12 bytes in all"));
  CHECK(has(files.at("problems.html"), "because a court said so, until 10 March 2026"));
  CHECK(has(files.at("redactions.json"), "\"redacted_bytes\": 12"));
  CHECK(has(files.at("feed.xml"), "Redacted: a text of entry "));
  one.shown.at = kNow + 9 * kDay;
  files = render_site(one.shown);
  CHECK(has(files.at("problems.html"), "Dr X did it."));
  CHECK(has(files.at("problems.html"), ">Over</strong>"));
  CHECK(has(files.at("redactions.json"), "\"redacted_bytes\": 0"));
}

TEST_CASE("an entry that binds nobody is shown with the rule that it breaks") {
  Registered one;
  one.found();
  one.federation.enter(one.federation.sign_order(one.federation.order, {"controller a"}));
  one.federation.enter("not a statement");
  REQUIRE(one.federation.log->problems().size() == 2);
  const std::string page = render_site(one.shown).at("problems.html");
  CHECK(has(page, "CND-2032"));
  CHECK(has(page, "Nothing that is known"));
}

TEST_CASE("a version of the charter stands with what it changes and when") {
  Registered one;
  one.found();
  instruction::Charter next = one.federation.charter;
  next.version = 2;
  next.header.id = testing::id_of("charter 2");
  next.providers[0].quota_day += 1;
  one.federation.enter_charter(next);
  REQUIRE(one.federation.log->problems().empty());
  CHECK(has(render_site(one.shown).at("decides.html"), "Not in effect: no co-signed head"));
  one.federation.enter_head(kNow + 60);
  const std::string page = render_site(one.shown).at("decides.html");
  CHECK(has(page, "Not in effect before 5 March 2026, 08:01:00 UTC."));
  CHECK(has(page, "100001 a day"));
  one.federation.enter_head(kNow + 60 + 3 * kDay);
  CHECK(has(render_site(one.shown).at("decides.html"), "this is the charter now"));
}

TEST_CASE("a stored register is the files that were rendered, and is never written over") {
  Registered one;
  one.found();
  base::SimulatedDisk disk;
  const SiteFiles files = render_site(one.shown);
  store_site(disk, "register", files);
  for (const auto& [name, bytes] : files) CHECK(base::load_text(disk, "register/" + name) == bytes);
  CHECK_THROWS_AS(store_site(disk, "register", files), base::Error);
}
