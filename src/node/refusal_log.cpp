#include "candour/node/refusal_log.h"

#include "candour/base/error.h"
#include "candour/node/refusals.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

constexpr std::int64_t kQuietSeconds = 600;
constexpr std::int64_t kHourSeconds = 3600;

}  // namespace

RefusalLog::RefusalLog(Parts parts) : parts_(std::move(parts)) { parts_.disk.make_folder(parts_.folder); }

void RefusalLog::note(const Refused& refused, std::string_view at, const crypto::SigningKey& key) {
  const std::int64_t now = parts_.clock.now_unix_seconds();
  const bool is_stranger = refused.to.empty();
  write_due(at, key);
  const std::lock_guard lock(mutex_);
  const Key of{std::string(at), refused.to, refused.act, is_stranger ? std::nullopt : refused.instruction,
               refused.code};
  Count& count = counts_[of];
  if (count.times++ == 0) count.since = is_stranger ? now - now % kHourSeconds : now;
  if (is_stranger || count.written) return;
  write(of, count, now, key);
  count = {.times = 0, .since = 0, .written = now};
}

void RefusalLog::write_due(std::string_view at, const crypto::SigningKey& key) {
  const std::int64_t now = parts_.clock.now_unix_seconds();
  const std::lock_guard lock(mutex_);
  std::erase_if(counts_, [&](auto& one) {
    const auto& [of, count] = one;
    if (std::get<0>(of) != at) return false;
    const bool is_stranger = std::get<1>(of).empty();
    const bool is_due =
        is_stranger ? now >= count.since + kHourSeconds : now - *count.written >= kQuietSeconds;
    if (is_due && count.times > 0) write(of, count, is_stranger ? count.since + kHourSeconds : now, key);
    return is_due;
  });
}

void RefusalLog::write_counted(std::string_view at, const crypto::SigningKey& key) {
  const std::int64_t now = parts_.clock.now_unix_seconds();
  const std::lock_guard lock(mutex_);
  for (auto& [of, count] : counts_) {
    if (std::get<0>(of) != at || std::get<1>(of).empty() || count.times == 0) continue;
    write(of, count, now, key);
    count = {.times = 0, .since = 0, .written = now};
  }
}

void RefusalLog::write(const Key& key_of, const Count& count, std::int64_t until,
                       const crypto::SigningKey& key) {
  const auto& [at, to, act, instruction, code] = key_of;
  statement::Refusal refusal{.header = {.federation = parts_.federation,
                                        .log = parts_.origin,
                                        .id = {},
                                        .made = parts_.clock.now_unix_seconds()},
                             .role = parts_.role,
                             .at = at,
                             .act = act,
                             .to = to,
                             .instruction = instruction,
                             .code = code,
                             .times = count.times,
                             .since = count.since,
                             .until = until};
  parts_.random.fill(refusal.header.id);
  try {
    parts_.disk.store_new(
        parts_.folder / (base::to_hex(refusal.header.id) + ".dsse"),
        statement::write_envelope(statement::sign("refusal", statement::write_payload(refusal), key)));
  } catch (const base::Error& error) {
    parts_.log.event("refusal.not_written").with("code", base::Label(code)).with(error);
  }
}

void RefusalLog::send(const Enter& enter) {
  for (const std::string& name : parts_.disk.list(parts_.folder)) {
    const std::filesystem::path path = parts_.folder / name;
    if (!name.ends_with(".dsse")) continue;
    try {
      parts_.disk.settle(path);
      enter(base::load_text(parts_.disk, path, statement::kEnvelopeAtMostBytes));
      parts_.disk.remove(path);
    } catch (const base::Error& error) {
      parts_.log.event("refusal.waits").with(error);
      // One that the log does not take must not keep the others back; a log that is down, or has no quorum,
      // takes none.
      const Fault fault = fault_of(error.code().view());
      const bool is_taken_by_none = fault == Fault::kBusy || fault == Fault::kOurs;
      if (is_taken_by_none && error.code() != base::ErrorCode("CND-2460")) return;
    }
  }
}

}  // namespace candour::node
