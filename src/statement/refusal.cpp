#include "candour/statement/refusal.h"

#include <algorithm>

namespace candour::statement {
namespace {

constexpr std::int64_t kTimesAtMost = 1'000'000'000;
constexpr std::int64_t kHourSeconds = 3600;

bool is_error_code(std::string_view text) {
  return text.size() == 8 && text.starts_with("CND-") &&
         std::ranges::all_of(text.substr(4), [](char c) { return c >= '0' && c <= '9'; });
}

void require_times(const Refusal& refusal) {
  if (refusal.until < refusal.since) refuse_member("until", "it is before since");
  if (refusal.header.made < refusal.until) refuse_member("until", "it is after the statement was made");
  if (!refusal.to.empty()) return;
  if (refusal.since % kHourSeconds != 0 || refusal.until != refusal.since + kHourSeconds) {
    refuse_member("since", "strangers are counted by the hour of the clock");
  }
  if (refusal.instruction) refuse_member("instruction", "strangers have none");
}

}  // namespace

std::string write_payload(const Refusal& refusal) {
  auto payload = begin_payload(refusal.header);
  payload.emplace_back("role", word_of(refusal.role, kNodeRoles));
  payload.emplace_back("at", refusal.at);
  payload.emplace_back("act", word_of(refusal.act, kRefusedActs));
  payload.emplace_back("to", refusal.to);
  payload.emplace_back("instruction",
                       refusal.instruction ? base::Json(base::to_hex(*refusal.instruction)) : base::Json());
  payload.emplace_back("code", refusal.code);
  payload.emplace_back("times", std::int64_t{refusal.times});
  payload.emplace_back("since", base::utc_text(refusal.since));
  payload.emplace_back("until", base::utc_text(refusal.until));
  return base::write_json_line(payload);
}

Refusal parse_refusal(std::string_view payload) {
  PayloadReader reader(payload);
  Refusal refusal;
  refusal.header = reader.header();
  refusal.role = reader.word<NodeRole>("role", kNodeRoles);
  refusal.at = reader.name("at");
  refusal.act = reader.word<RefusedAct>("act", kRefusedActs);
  refusal.to = reader.text("to", kNameAtMostBytes);
  refusal.instruction = reader.id_or_null("instruction");
  refusal.code = reader.text("code", 8);
  if (!is_error_code(refusal.code)) refuse_member("code", "it is no code of the catalogue");
  refusal.times = static_cast<std::uint32_t>(reader.integer("times", 1, kTimesAtMost));
  refusal.since = reader.time("since");
  refusal.until = reader.time("until");
  reader.finish();
  require_times(refusal);
  return refusal;
}

}  // namespace candour::statement
