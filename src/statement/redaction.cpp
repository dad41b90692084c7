#include "candour/statement/redaction.h"

namespace candour::statement {
namespace {

constexpr std::string_view kForEver = "for-ever";

std::optional<base::Date> read_until(PayloadReader& reader, const Redaction& redaction) {
  if (reader.text("until", kPeriodAtMostBytes) == kForEver) {
    if (redaction.reason != RedactionReason::kNamesAPerson) {
      refuse_member("until", "only what names a person is taken away for ever");
    }
    return std::nullopt;
  }
  const base::Date until = reader.day("until");
  const std::int32_t days = base::days_between(base::utc_day(redaction.header.made), until);
  if (days < 0 || days > kRedactedAtMostDays) {
    refuse_member("until", "it is not within 365 days from the day on which it was made");
  }
  return until;
}

}  // namespace

std::string write_payload(const Redaction& redaction) {
  auto payload = begin_payload(redaction.header);
  payload.emplace_back("entry", base::to_hex(redaction.entry));
  put_free_text(payload, "text", redaction.text);
  payload.emplace_back("reason", word_of(redaction.reason, kRedactionReasons));
  payload.emplace_back("until", redaction.until ? redaction.until->iso() : std::string(kForEver));
  return base::write_json_line(payload);
}

Redaction parse_redaction(std::string_view payload) {
  PayloadReader reader(payload);
  Redaction redaction;
  redaction.header = reader.header();
  redaction.entry = reader.digest("entry");
  redaction.text = read_free_text(reader, "text");
  redaction.reason = reader.word<RedactionReason>("reason", kRedactionReasons);
  redaction.until = read_until(reader, redaction);
  reader.finish();
  return redaction;
}

}  // namespace candour::statement
