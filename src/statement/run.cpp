#include "candour/statement/run.h"

namespace candour::statement {
namespace {

constexpr std::size_t kMeasuresAtMost = 64;
constexpr std::size_t kRulesAtMost = 16;
constexpr std::size_t kTitleAtMostBytes = 256;
/// The one verdict with which something is published.
constexpr std::string_view kPassed = "passed";

base::Json::Array json_of(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

}  // namespace

std::string write_payload(const Run& run) {
  auto payload = begin_payload(run.header);
  payload.emplace_back("instruction", base::to_hex(run.instruction));
  payload.emplace_back("purpose", word_of(run.purpose, kRunPurposes));
  payload.emplace_back("by", word_of(run.by, kRunBys));
  payload.emplace_back("who", run.who);
  payload.emplace_back("collection", run.collection);
  payload.emplace_back("period", run.period);
  payload.emplace_back("measures", json_of(run.measures));
  payload.emplace_back("sql_commitment", base::to_hex(run.sql_commitment));
  payload.emplace_back("inputs_commitment", base::to_hex(run.inputs_commitment));
  return base::write_json_line(payload);
}

Run parse_run(std::string_view payload) {
  PayloadReader reader(payload);
  Run run;
  run.header = reader.header();
  run.instruction = reader.id("instruction");
  run.purpose = reader.word<RunPurpose>("purpose", kRunPurposes);
  run.by = reader.word<RunBy>("by", kRunBys);
  run.who = reader.name("who");
  run.collection = reader.name("collection");
  run.period = reader.text("period", kPeriodAtMostBytes);
  run.measures = reader.names("measures", kMeasuresAtMost);
  run.sql_commitment = reader.digest("sql_commitment");
  run.inputs_commitment = reader.digest("inputs_commitment");
  reader.finish();
  return run;
}

std::string write_payload(const Result& result) {
  auto payload = begin_payload(result.header);
  payload.emplace_back("run", base::to_hex(result.run));
  payload.emplace_back("output_commitment", base::to_hex(result.output_commitment));
  payload.emplace_back("disclosure", word_of(result.disclosure, kDisclosures));
  return base::write_json_line(payload);
}

Result parse_result(std::string_view payload) {
  PayloadReader reader(payload);
  Result result;
  result.header = reader.header();
  result.run = reader.digest("run");
  result.output_commitment = reader.digest("output_commitment");
  result.disclosure = reader.word<Disclosure>("disclosure", kDisclosures);
  reader.finish();
  require_derived_id(result.header, "result", result.run);
  return result;
}

std::string write_payload(const Release& release) {
  auto payload = begin_payload(release.header);
  payload.emplace_back("instruction", base::to_hex(release.instruction));
  payload.emplace_back("run", base::to_hex(release.run));
  payload.emplace_back("title", release.title);
  payload.emplace_back("period", release.period);
  payload.emplace_back("release_sha256", base::to_hex(release.release_sha256));
  payload.emplace_back("disclosure",
                       base::Json::Object{{"rules", json_of(release.disclosure_rules)},
                                          {"verdict", kPassed},
                                          {"audit_commitment", base::to_hex(release.audit_commitment)}});
  payload.emplace_back("supersedes", json_of(release.supersedes));
  return base::write_json_line(payload);
}

Release parse_release(std::string_view payload) {
  PayloadReader reader(payload);
  Release release;
  release.header = reader.header();
  release.instruction = reader.id("instruction");
  release.run = reader.digest("run");
  release.title = reader.name("title", kTitleAtMostBytes);
  release.period = reader.name("period", kPeriodAtMostBytes);
  release.release_sha256 = reader.digest("release_sha256");
  PayloadReader disclosure = reader.object("disclosure");
  release.disclosure_rules = disclosure.names("rules", kRulesAtMost);
  if (release.disclosure_rules.empty()) refuse_member("rules", "there is none");
  if (disclosure.text("verdict") != kPassed)
    refuse_member("verdict", "nothing is published that did not pass");
  release.audit_commitment = disclosure.digest("audit_commitment");
  disclosure.finish();
  release.supersedes = reader.digest_or_null("supersedes");
  reader.finish();
  return release;
}

}  // namespace candour::statement
