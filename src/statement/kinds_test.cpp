#include "candour/statement/kinds.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "candour/base/random.h"
#include "candour/statement/envelope.h"
#include "candour/statement/kinds_testing.h"
#include "candour/testing/code_of.h"

namespace candour::statement {
namespace {

using candour::testing::code_of;

constexpr std::int64_t kMade = 1'767'139'200;  // 2025-12-31T00:00:00Z

base::Digest digest(std::string_view label) { return base::sha256(base::as_bytes(label)); }

Header header(std::string_view kind, std::string_view answered = "random") {
  return {.federation = digest("federation"),
          .log = "candour.example/log",
          .id = derived_id(kind, digest(answered)),
          .made = kMade};
}

Run run() {
  return {.header = header("run"),
          .instruction = derived_id("test", digest("instruction")),
          .purpose = RunPurpose::kQuery,
          .by = RunBy::kPerson,
          .who = "data team",
          .collection = "rtt-waiting-list",
          .period = "2025-12",
          .measures = {"rtt-incomplete", "rtt-monthly"},
          .sql_commitment = digest("sql"),
          .inputs_commitment = digest("inputs")};
}

Refusal refusal() {
  return {.header = header("refusal"),
          .role = NodeRole::kGuardian,
          .at = "Guardian One",
          .act = RefusedAct::kEvaluate,
          .to = "R1H",
          .instruction = derived_id("test", digest("instruction")),
          .code = "CND-2022",
          .times = 3,
          .since = kMade - 600,
          .until = kMade - 60};
}

Refusal refusal_to_strangers() {
  Refusal refusal = statement::refusal();
  refusal.to.clear();
  refusal.instruction.reset();
  refusal.since = kMade - 3600;
  refusal.until = kMade;
  return refusal;
}

using Payloads = std::map<std::string, std::string>;

void put_decisions(Payloads& payloads, const Id& instruction, const FreeText& text) {
  payloads["collection"] = write_payload(Collection{.header = header("collection"),
                                                    .name = "rtt-waiting-list",
                                                    .collection_sha256 = digest("folder"),
                                                    .manifest_sha256 = digest("manifest"),
                                                    .files = 31});
  payloads["acceptance"] = write_payload(Acceptance{.header = header("acceptance"),
                                                    .instruction = instruction,
                                                    .provider = "R1H",
                                                    .role = Office::kSeniorInformationRiskOwner,
                                                    .name = "A. Person"});
  payloads["objection"] = write_payload(Objection{.header = header("objection"),
                                                  .instruction = instruction,
                                                  .party = "R1H",
                                                  .reasons = text,
                                                  .answer_due = *base::Date::of(2026, 1, 28)});
  payloads["revocation"] =
      write_payload(Revocation{.header = header("revocation"), .instruction = instruction, .why = text});
}

void put_runs(Payloads& payloads, const Id& instruction) {
  payloads["run"] = write_payload(run());
  payloads["result"] = write_payload(Result{.header = header("result", "run"),
                                            .run = digest("run"),
                                            .output_commitment = digest("output"),
                                            .disclosure = Disclosure::kRefused});
  payloads["release"] = write_payload(Release{.header = header("release"),
                                              .instruction = instruction,
                                              .run = digest("run"),
                                              .title = "Waiting times",
                                              .period = "2025-12",
                                              .release_sha256 = digest("release.json"),
                                              .disclosure_rules = {"hes-2018", "none"},
                                              .audit_commitment = digest("audit"),
                                              .supersedes = digest("release of before")});
}

// The good payloads of the kinds of the log, by name.
Payloads payloads() {
  const Id instruction = derived_id("test", digest("instruction"));
  const Salt salt = digest("salt");
  const FreeText text = commit_text("Because of the winter.", salt);
  Payloads payloads;
  put_decisions(payloads, instruction, text);
  put_runs(payloads, instruction);
  payloads["refusal"] = write_payload(refusal());
  payloads["erasure"] = write_payload(Erasure{.header = header("erasure"),
                                              .instruction = instruction,
                                              .collection = "rtt-waiting-list",
                                              .table = "pathways",
                                              .first_version = 3,
                                              .last_version = 9,
                                              .keys_destroyed = 2,
                                              .what = ErasureGround::kOrder,
                                              .done = kMade - 10,
                                              .erased_commitment = digest("files")});
  payloads["incident"] = write_payload(Incident{.header = header("incident"),
                                                .what = IncidentKind::kFork,
                                                .party = "Guardian One",
                                                .text = text,
                                                .evidence_sha256 = digest("two heads")});
  payloads["sealed"] = write_payload(Sealed{.header = header("sealed"),
                                            .of = SealedKind::kIncident,
                                            .commitment = digest("sealed"),
                                            .open_by = base::utc_day(kMade).plus_days(180)});
  payloads["opening"] = write_payload(Opening{.header = header("opening", "leaf"),
                                              .sealed = digest("leaf"),
                                              .salt = salt,
                                              .payload = write_payload(run())});
  payloads["redaction"] = write_payload(Redaction{.header = header("redaction"),
                                                  .entry = digest("leaf"),
                                                  .text = text,
                                                  .reason = RedactionReason::kCourtOrder,
                                                  .until = base::utc_day(kMade).plus_days(365)});
  payloads["head"] = write_payload(Head{.header = header("head", "candour.example/log\n1\nroot\n"),
                                        .checkpoint = "candour.example/log\n1\nroot\n"});
  OptOutFigures figures{.header = header("opt-out-figures"),
                        .provider = "R1H",
                        .collection = "rtt-waiting-list",
                        .month = "2025-11",
                        .national = 4735};
  figures.header.id =
      derived_id("opt-out-figures", opt_out_figures_subject("R1H", "rtt-waiting-list", "2025-11"));
  payloads["opt-out-figures"] = write_payload(figures);
  payloads["withdraw"] = write_payload(Withdraw{.header = header("withdraw"),
                                                .instruction = derived_id("test", digest("instruction")),
                                                .provider = "R1H",
                                                .week = week_of(1'767'100'000),
                                                .batch = digest("batch"),
                                                .attestations_sha256 = digest("attestations"),
                                                .sealing_key = derived_id("test", digest("sealing key")),
                                                .package_sha256 = digest("package")});
  return payloads;
}

TEST_CASE("every kind of the log comes back from its payload, and no member may be missing or too many") {
  for (const auto& [kind, payload] : payloads()) {
    CAPTURE(kind);
    CHECK(testing::rewritten(kind, payload) == payload);
    const base::Json whole = base::parse_json(payload);
    for (std::size_t i = 0; i < whole.object()->size(); ++i) {
      base::Json::Object less = *whole.object();
      CAPTURE(less[i].first);
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      CHECK(code_of([&, &kind = kind] { (void)testing::rewritten(kind, base::write_json_line(less)); }) ==
            "CND-2004");
    }
    base::Json::Object more = *whole.object();
    more.emplace_back("exact_rows", 7);
    CHECK(code_of([&, &kind = kind] { (void)testing::rewritten(kind, base::write_json_line(more)); }) ==
          "CND-2004");
    std::string twice = payload;
    twice.insert(1, "\"log\":\"candour.example/log\",");
    CHECK(code_of([&, &kind = kind] { (void)testing::rewritten(kind, twice); }) == "CND-1008");
  }
}

TEST_CASE("what a kind's own rules do not allow is refused") {
  struct Case {
    std::string kind, from, to;
  };
  const std::string x129(129, 'x');
  const std::vector<Case> cases = {
      {"collection", "\"files\":31", "\"files\":0"},
      {"collection", "\"rtt-waiting-list\"", "\"\""},
      {"acceptance", "senior-information-risk-owner", "chief-executive"},
      {"acceptance", "A. Person", x129},
      {"acceptance", "A. Person", ""},
      {"acceptance", "R1H", ""},
      {"objection", "2026-01-28", "2025-12-30"},
      {"objection", "2026-01-28", "2026-02-29"},
      {"revocation", "\"why_bytes\":22", "\"why_bytes\":0"},
      {"revocation", "\"why_bytes\":22", "\"why_bytes\":65537"},
      {"revocation", "\"why_bytes\":22", "\"why\":\"Because of the winter.\",\"why_bytes\":22"},
      {"run", "\"query\"", "\"marketing\""},
      {"run", "\"person\"", "\"\""},
      {"run", "\"rtt-incomplete\",\"rtt-monthly\"", "\"rtt-monthly\",\"rtt-incomplete\""},
      {"run", "\"rtt-incomplete\",\"rtt-monthly\"", "\"rtt-monthly\",\"rtt-monthly\""},
      {"run", "\"rtt-incomplete\"", "\"\""},
      {"result", "\"refused\"", "\"maybe\""},
      {"release", "\"passed\"", "\"refused\""},
      {"release", "[\"hes-2018\",\"none\"]", "[]"},
      {"release", "\"verdict\":\"passed\"", "\"verdict\":\"passed\",\"more\":1"},
      {"refusal", "CND-2022", "CND-202x"},
      {"refusal", "CND-2022", "CND-202"},
      {"refusal", "\"times\":3", "\"times\":0"},
      {"refusal", "\"times\":3", "\"times\":2.5"},
      {"refusal", "\"guardian\"", "\"controller\""},
      {"refusal", "2025-12-30T23:50:00Z", "2025-12-30T23:59:30Z"},
      {"refusal", "2025-12-30T23:59:00Z", "2025-12-31T00:00:01Z"},
      {"erasure", "\"first_version\":3", "\"first_version\":10"},
      {"erasure", "2025-12-30T23:59:50Z", "2025-12-31T00:00:01Z"},
      {"erasure", "\"order\"", "\"whim\""},
      {"incident", "\"fork\"", "\"spoon\""},
      {"sealed", "\"incident\"", "\"revocation\""},
      {"sealed", "2026-06-29", "2026-06-30"},
      {"sealed", "2026-06-29", "2025-12-30"},
      {"redaction", "\"court-order\"", "\"embarrassing\""},
      {"redaction", "2026-12-31", "2027-01-01"},
      {"redaction", "2026-12-31", "2025-12-30"},
      {"redaction", "2026-12-31", "for-ever"},  // a court names its day
      {"redaction", "2026-12-31", ""},
      {"opt-out-figures", "4735", "4737"},
      {"opt-out-figures", "{\"value\":4735}", "4735"},
      {"opt-out-figures", "{\"value\":4735}", "{\"value\":5}"},
      {"opt-out-figures", "{\"value\":4735}", "{\"value\":0}"},
      {"opt-out-figures", "{\"value\":4735}", "{\"value\":4735,\"exact\":4737}"},
      {"opt-out-figures", "\"suppressed\"", "\"3\""},
      {"opt-out-figures", "2025-11\"", "2025-13\""},
      {"opt-out-figures", "\"rows\":\"suppressed\"", "\"rows\":{\"value\":4735}"},  // the whole beside a part
      {"opt-out-figures", "R1H", "R1K"},                                            // the id is another's
      {"head", "\\n1\\n", "\\n2\\n"},                                               // and here
      {"withdraw", "2025-12-29", "2025-12-30"},                                     // no Monday
      {"withdraw", "R1H", ""},
  };
  const auto good = payloads();
  for (const Case& one : cases) {
    CAPTURE(one.kind);
    CAPTURE(one.to);
    std::string text = good.at(one.kind);
    REQUIRE(text.find(one.from) != std::string::npos);
    text.replace(text.find(one.from), one.from.size(), one.to);
    const std::string code = code_of([&] { (void)testing::rewritten(one.kind, text); });
    CHECK((code == "CND-2004" || code == "CND-1008"));
  }
}

TEST_CASE("an answer whose id does not follow from what it answers is refused") {
  const auto good = payloads();
  for (const std::string kind : {"result", "opening", "head", "opt-out-figures"}) {
    CAPTURE(kind);
    std::string text = good.at(kind);
    const std::size_t at = text.find("\"id\":\"") + 6;
    text[at] = text[at] == '0' ? '1' : '0';
    CHECK(code_of([&] { (void)testing::rewritten(kind, text); }) == "CND-2004");
  }
}

TEST_CASE("strangers are counted by the hour of the clock, without an instruction") {
  const auto code = [](const Refusal& refusal) {
    return code_of([&] { (void)parse_refusal(write_payload(refusal)); });
  };
  CHECK(code(refusal_to_strangers()) == "none");
  Refusal changed = refusal_to_strangers();
  changed.since += 1;
  CHECK(code(changed) == "CND-2004");
  changed = refusal_to_strangers();
  changed.until -= 1;
  CHECK(code(changed) == "CND-2004");
  changed = refusal_to_strangers();
  changed.since -= 3600;
  CHECK(code(changed) == "CND-2004");
  changed = refusal_to_strangers();
  changed.instruction = derived_id("test", digest("instruction"));
  CHECK(code(changed) == "CND-2004");
}

TEST_CASE("a published count tells nothing under 8, and the rest to the nearest 5") {
  for (std::uint64_t count = 0; count < 8; ++count) CHECK(published_figure(count) == std::nullopt);
  CHECK(published_figure(8) == 10U);
  CHECK(published_figure(12) == 10U);
  CHECK(published_figure(13) == 15U);
  CHECK(published_figure(4737) == 4735U);
  CHECK(published_figure(4738) == 4740U);
}

TEST_CASE("the kinds are a closed list with one signer each, and an envelope tells its own") {
  std::set<std::string_view> names;
  for (const Kind& kind : kKinds) {
    CHECK(names.insert(kind.name).second);
    CHECK(find_kind(kind.name) == &kind);
  }
  testing::each_parser([&](std::string_view kind, const auto&) {
    CAPTURE(kind);
    CHECK(find_kind(kind) != nullptr);
  });
  CHECK(find_kind("gift") == nullptr);
  CHECK(find_kind("revocation")->signer == Signer::kOneController);
  CHECK(find_kind("attestation")->place == Place::kBeside);

  base::SeededRandom random(1, "signing key");
  const crypto::SigningKey key = crypto::SigningKey::random(random);
  for (const auto& [kind, payload] : payloads()) {
    CHECK(statement_kind(write_envelope(sign(kind, payload, key))).name == kind);
  }
  CHECK(statement_kind(write_envelope(sign("charter", "version = 1", key))).name == "charter");
  CHECK(code_of([&] { (void)statement_kind(write_envelope(sign("gift", "{}", key))); }) == "CND-2006");
  CHECK(code_of([] { (void)statement_kind("{}"); }) == "CND-2001");
}

TEST_CASE("the largest statement of each kind fits into an entry of the log, signed by all") {
  const Salt salt = digest("salt");
  const std::string name(128, 'n'), longest(kFreeTextAtMostBytes, 'x');
  Run run = statement::run();
  run.who = run.collection = name;
  run.measures.clear();
  for (int i = 0; i < 64; ++i) run.measures.push_back(std::string(126, 'm') + std::to_string(10 + i));
  const std::string largest_run = write_payload(run);
  CHECK(largest_run.size() <= kOpenedAtMostBytes);
  Opening opening{.header = header("opening", "leaf"), .sealed = digest("leaf"), .salt = salt};
  opening.payload.assign(kOpenedAtMostBytes, '"');
  Head head{.header = header("head")};
  head.checkpoint.assign(8192, '\n');
  for (const auto& [kind, payload] : {std::pair<std::string, std::string>{"run", largest_run},
                                      {"opening", write_payload(opening)},
                                      {"head", write_payload(head)}}) {
    CAPTURE(kind);
    base::SeededRandom random(1, "signing key");
    std::string bytes = write_envelope(sign(kind, payload, crypto::SigningKey::random(random)));
    for (std::size_t i = 1; i < kSignaturesAtMost; ++i) {
      bytes = sign_also(bytes, kind, crypto::SigningKey::random(random));
    }
    CHECK(bytes.size() <= kEnvelopeAtMostBytes);
    CHECK(code_of([&, &kind = kind] { (void)sign_also(bytes, kind, crypto::SigningKey::random(random)); }) ==
          "CND-2001");
  }
}

}  // namespace
}  // namespace candour::statement
