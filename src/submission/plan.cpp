#include "candour/submission/plan.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/statement/envelope.h"
#include "candour/statement/payload.h"

namespace candour::submission {
namespace {

constexpr std::string_view kFormat = "candour-plan-2";
constexpr std::string_view kSealingKeyKind = "sealing-key";

void require_usable(bool holds, base::Literal rule) {
  if (holds) return;
  throw base::Error("CND-2203", "The hub's sealing key cannot be used.")
      .with("rule", base::Label(rule.view()));
}

[[noreturn]] void fail_plan() {
  throw base::Error("CND-2202", "The file is no plan of a submission, or was changed.");
}

// Hexadecimal of a secret, in a text that the caller wipes.
void put_secret(std::string& text, std::string_view key, const base::SecretBytes& secret) {
  std::string digits = base::to_hex(secret.view());
  text.append(",\n  \"").append(key).append("\": \"").append(digits).append("\"");
  base::wipe(digits);
}

base::SecretBytes take_secret(statement::PayloadReader& reader, std::string_view key) {
  base::Bytes bytes = reader.bytes(key, 32);
  base::SecretBytes secret{base::ByteView(bytes)};
  base::wipe(bytes.data(), bytes.size());
  return secret;
}

Plan read_plan(std::string_view text) {
  statement::PayloadReader reader(text);
  if (reader.text("format", 64) != kFormat) fail_plan();
  Plan plan;
  plan.draft = statement::parse_submission(reader.text("draft", statement::kEnvelopeAtMostBytes));
  plan.rows_refused = static_cast<std::uint64_t>(reader.integer("rows_refused", 0, kRowsRefusedAtMost));
  plan.sealing_key = reader.text("sealing_key", statement::kEnvelopeAtMostBytes);
  plan.batch_seed = take_secret(reader, "batch_seed");
  plan.salt_seed = take_secret(reader, "salt_seed");
  plan.seal_seed = take_secret(reader, "seal_seed");
  reader.finish();
  // Its signature was verified when the plan was made.
  const auto envelope = statement::parse_envelope(plan.sealing_key, kSealingKeyKind);
  const statement::SealingKey key = statement::parse_sealing_key(envelope.payload);
  if (key.header.id != plan.draft.sealing_key) fail_plan();
  plan.receiver = key.key;
  return plan;
}

}  // namespace

statement::SealingKey verified_sealing_key(std::string_view envelope, const Federation& federation,
                                           base::Date today) {
  const std::string payload = statement::verified_payload(envelope, kSealingKeyKind, federation.hub_key);
  statement::SealingKey key = statement::parse_sealing_key(payload);
  require_usable(key.header.federation == federation.id, "it is another federation's");
  require_usable(key.header.log == federation.log, "it is another log's");
  // A day either way, for clocks that differ at midnight: the hub keeps the secret longer than that.
  require_usable(key.first_day <= today.plus_days(1), "its first day has not come");
  require_usable(today <= key.last_day.plus_days(1), "its last day is over");
  return key;
}

std::string write_plan(const Plan& plan) {
  const auto quoted = [](std::string_view text) { return base::write_json_line(base::Json(text)); };
  std::string text = "{\n  \"format\": " + quoted(kFormat);
  text.append(",\n  \"draft\": ").append(quoted(statement::write_payload(plan.draft)));
  text.append(",\n  \"rows_refused\": ").append(std::to_string(plan.rows_refused));
  text.append(",\n  \"sealing_key\": ").append(quoted(plan.sealing_key));
  text.reserve(text.size() + 512);  // growing, it would leave secrets behind
  put_secret(text, "batch_seed", plan.batch_seed);
  put_secret(text, "salt_seed", plan.salt_seed);
  put_secret(text, "seal_seed", plan.seal_seed);
  text.append("\n}\n");
  return text;
}

Plan parse_plan(std::string_view text) {
  try {
    return read_plan(text);
  } catch (const base::Error& error) {
    if (error.code() == "CND-2202") throw;
    fail_plan();
  }
}

}  // namespace candour::submission
