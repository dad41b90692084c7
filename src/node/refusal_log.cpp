#include "candour/node/refusal_log.h"

#include "candour/base/error.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

constexpr std::int64_t kQuietSeconds = 600;
constexpr std::int64_t kHourSeconds = 3600;

}  // namespace

Refusals::Refusals(Parts parts) : parts_(std::move(parts)) { parts_.disk.make_folder(parts_.folder); }

void Refusals::note(const Refused& refused, std::string_view at, const crypto::SigningKey& key) {
  const std::int64_t now = parts_.clock.now_unix_seconds();
  const bool is_stranger = refused.to.empty();
  const std::lock_guard lock(mutex_);
  Count& count = counts_[{std::string(at), refused.to, refused.act, refused.instruction, refused.code}];
  if (is_stranger) {
    // Those of an hour are told when the next has begun.
    const std::int64_t hour = now - now % kHourSeconds;
    if (count.times > 0 && count.since != hour) {
      write(refused, at, count, count.since + kHourSeconds, key);
      count.times = 0;
    }
    count.since = hour;
    ++count.times;
    return;
  }
  if (count.times++ == 0) count.since = now;
  if (count.written && now - *count.written < kQuietSeconds) return;
  write(refused, at, count, now, key);
  count = {.times = 0, .since = 0, .written = now};
}

void Refusals::write(const Refused& refused, std::string_view at, const Count& count, std::int64_t until,
                     const crypto::SigningKey& key) {
  statement::Refusal refusal{.header = {.federation = parts_.federation,
                                        .log = parts_.origin,
                                        .id = {},
                                        .made = parts_.clock.now_unix_seconds()},
                             .role = parts_.role,
                             .at = std::string(at),
                             .act = refused.act,
                             .to = refused.to,
                             .instruction = refused.to.empty() ? std::nullopt : refused.instruction,
                             .code = refused.code,
                             .times = count.times,
                             .since = count.since,
                             .until = until};
  parts_.random.fill(refusal.header.id);
  try {
    parts_.disk.store_new(
        parts_.folder / (base::to_hex(refusal.header.id) + ".dsse"),
        statement::write_envelope(statement::sign("refusal", statement::write_payload(refusal), key)));
  } catch (const base::Error& error) {
    parts_.log.event("refusal.not_written").with("code", base::Label(refused.code)).with(error);
  }
}

void Refusals::send(const Enter& enter) {
  for (const std::string& name : parts_.disk.list(parts_.folder)) {
    const std::filesystem::path path = parts_.folder / name;
    if (!name.ends_with(".dsse")) continue;
    try {
      parts_.disk.settle(path);
      enter(base::load_text(parts_.disk, path, statement::kEnvelopeAtMostBytes));
      parts_.disk.remove(path);
    } catch (const base::Error& error) {
      parts_.log.event("refusal.waits").with(error);
      // One that the log does not take must not keep the others back; a log that is down takes none.
      if (error.code() != base::ErrorCode("CND-2460")) return;
    }
  }
}

}  // namespace candour::node
