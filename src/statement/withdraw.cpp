#include "candour/statement/withdraw.h"

namespace candour::statement {
namespace {

/// The Monday on or before a day; 1970-01-01 was a Thursday.
base::Date monday_of(base::Date day) {
  const std::int32_t since_monday = (day.days_since_1970() % 7 + 7 + 3) % 7;
  return day.plus_days(-since_monday);
}

}  // namespace

base::Date week_of(std::int64_t unix_seconds) { return monday_of(base::utc_day(unix_seconds)); }

std::string write_payload(const Withdraw& withdraw) {
  auto payload = begin_payload(withdraw.header);
  payload.emplace_back("instruction", base::to_hex(withdraw.instruction));
  payload.emplace_back("provider", withdraw.provider);
  payload.emplace_back("week", withdraw.week.iso());
  payload.emplace_back("batch", base::to_hex(withdraw.batch));
  payload.emplace_back("attestations_sha256", base::to_hex(withdraw.attestations_sha256));
  payload.emplace_back("sealing_key", base::to_hex(withdraw.sealing_key));
  payload.emplace_back("package_sha256", base::to_hex(withdraw.package_sha256));
  return base::write_json_line(payload);
}

Withdraw parse_withdraw(std::string_view payload) {
  PayloadReader reader(payload);
  Withdraw withdraw;
  withdraw.header = reader.header();
  withdraw.instruction = reader.id("instruction");
  withdraw.provider = reader.name("provider", kProviderCodeAtMostBytes);
  withdraw.week = reader.day("week");
  withdraw.batch = reader.digest("batch");
  withdraw.attestations_sha256 = reader.digest("attestations_sha256");
  withdraw.sealing_key = reader.id("sealing_key");
  withdraw.package_sha256 = reader.digest("package_sha256");
  reader.finish();
  if (monday_of(withdraw.week) != withdraw.week) refuse_member("week", "it is no Monday");
  return withdraw;
}

}  // namespace candour::statement
