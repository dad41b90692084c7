#include "candour/node/handed_in.h"

#include <algorithm>
#include <array>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/instruction/judge.h"
#include "candour/log/tile_reader.h"
#include "candour/node/named_bodies.h"
#include "candour/node/refusals.h"
#include "candour/statement/decision.h"
#include "candour/statement/envelope.h"
#include "candour/statement/kinds.h"
#include "candour/statement/once.h"
#include "candour/statement/payload.h"

namespace candour::node {
namespace {

constexpr std::array<std::string_view, 4> kKinds{"revocation", "charter", "incident", "refusal"};
constexpr std::size_t kOfSignerAtMost = 100;
constexpr std::int64_t kToleranceSeconds = 5 * 60;
constexpr std::string_view kEnding = ".dsse";
constexpr std::string_view kRevocation = "revocation";

std::filesystem::path path_of(const std::filesystem::path& folder, const base::Digest& leaf) {
  return folder / (base::to_hex(leaf) + std::string(kEnding));
}

std::string signer_of(std::string_view envelope) {
  return statement::parse_any_envelope(envelope).signatures.front().key_id;
}

statement::Id revoked_by(std::string_view revocation) {
  return statement::parse_revocation(statement::parse_any_envelope(revocation).payload).instruction;
}

/// The instruction that an entry revokes, where it is a revocation that binds.
std::optional<statement::Id> revocation_in(const instruction::Register& log, std::string_view entry) {
  if (instruction::judged_kind(entry) != kRevocation) return std::nullopt;
  try {
    (void)log.judge(entry, "");
    return revoked_by(entry);
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

}  // namespace

HandedIn::HandedIn(base::Disk& disk, const base::Clock& clock, Log& log, LogView& view, Connect connect,
                   std::filesystem::path folder)
    : disk_(disk),
      clock_(clock),
      log_(log),
      view_(view),
      connect_(std::move(connect)),
      folder_(std::move(folder)) {
  disk_.make_folder(folder_);
  for (const std::string& name : disk_.list(folder_)) {
    if (!name.ends_with(kEnding)) continue;
    const auto leaf =
        base::from_hex_exactly<32>(std::string_view(name).substr(0, name.size() - kEnding.size()));
    if (!leaf) continue;
    disk_.settle(folder_ / name);
    const std::string envelope = base::load_text(disk_, folder_ / name, statement::kEnvelopeAtMostBytes);
    waiting_.emplace(*leaf, waiting_of(envelope));
    if (!waiting_.at(*leaf).revokes) continue;
    try {
      view_.hand_in(envelope);
    } catch (const base::Error& error) {
      // Its signer may be a controller no more; send() sees to it.
      log_.event("hand_in.waits").with("leaf", base::Label(base::to_hex(*leaf))).with(error);
    }
  }
}

HandedIn::Waiting HandedIn::waiting_of(std::string_view envelope) const {
  Waiting one{.since = clock_.now_unix_seconds(), .signer = signer_of(envelope)};
  if (statement::statement_kind(envelope).name == kRevocation) one.revokes = revoked_by(envelope);
  return one;
}

// Another controller may have taken a revocation's id with one of its own: then it waits all the same, and
// nothing is cosigned until the log has a revocation of that instruction.
void HandedIn::require_free(const Entry& entry) const {
  const auto taken = view_.entry_with(statement::once_id(entry.envelope));
  if (!taken) return;
  const bool is_revocation = statement::statement_kind(entry.envelope).name == kRevocation;
  if (is_revocation && signer_of(*taken) != signer_of(entry.envelope)) return;
  throw base::Error("CND-2540", "Another statement of this kind with this id is in the log.");
}

// Only what the hub could take may wait: what waits too long stops this guardian's cosignatures.
void HandedIn::require_takeable(const Entry& entry) const {
  std::string body;
  if (const auto needed = instruction::Register::body_of(entry.envelope)) {
    for (const std::string& one : entry.bodies) {
      if (log::is_digest_of(*needed, one)) body = one;
    }
  }
  (void)view_.now()->judge(entry.envelope, body);
  require_free(entry);
  const std::string payload = statement::parse_any_envelope(entry.envelope).payload;
  const std::int64_t made = statement::PayloadReader(std::string_view(payload)).header().made;
  const std::int64_t now = clock_.now_unix_seconds();
  if (made > now + kToleranceSeconds) {
    throw base::Error("CND-2050", "The statement was made at another time than the log's clock shows.")
        .with("made", base::Label(base::utc_text(made)))
        .with("clock", base::Label(base::utc_text(now)));
  }
}

// Nobody fills the places of a revocation; what waits already has its place.
void HandedIn::require_room(const base::Digest& leaf, const std::string& signer,
                            std::string_view kind) const {
  if (kind == kRevocation || waiting_.contains(leaf)) return;
  const auto count = static_cast<std::size_t>(
      std::ranges::count_if(waiting_, [&](const auto& one) { return one.second.signer == signer; }));
  if (count < kOfSignerAtMost) return;
  throw base::Error("CND-2475", "Too much of its signer waits for the log: hand it in again later.")
      .with("limit", kOfSignerAtMost);
}

void HandedIn::hand_in(const Entry& entry) {
  const std::string_view kind = statement::statement_kind(entry.envelope).name;
  if (std::ranges::find(kKinds, kind) == kKinds.end()) {
    throw base::Error("CND-2474", "A statement of this kind is entered in the log by who makes it.")
        .with("kind", base::Label(kind));
  }
  const base::Digest leaf = statement::leaf_hash(entry.envelope);
  if (view_.store().find(leaf)) return;
  require_takeable(entry);
  Waiting one = waiting_of(entry.envelope);
  // It is revoked already: another one changes nothing, and need not wait.
  if (one.revokes && view_.now()->find(*one.revokes)->revocation) return;
  const std::lock_guard lock(mutex_);
  require_room(leaf, one.signer, kind);
  keep_named_bodies(view_.store().bodies(), entry);
  const std::filesystem::path path = path_of(folder_, leaf);
  if (!disk_.exists(path)) disk_.store_new(path, entry.envelope);
  waiting_.emplace(leaf, std::move(one));
  if (waiting_.at(leaf).revokes) view_.hand_in(entry.envelope);
}

std::map<base::Digest, HandedIn::Waiting> HandedIn::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

void HandedIn::forget(const base::Digest& leaf) {
  disk_.remove(path_of(folder_, leaf));
  const std::lock_guard lock(mutex_);
  waiting_.erase(leaf);
}

bool HandedIn::is_revoked_in_log(const Waiting& one) const {
  const auto log = view_.now();
  const auto* entry = one.revokes ? log->find(*one.revokes) : nullptr;
  return entry != nullptr && entry->revoked_at.has_value();
}

Entry HandedIn::load(const base::Digest& leaf) const {
  Entry entry{.envelope = base::load_text(disk_, path_of(folder_, leaf), statement::kEnvelopeAtMostBytes),
              .bodies = {}};
  for (const base::Digest& name : body_names(entry)) {
    if (auto body = view_.store().bodies().get(name)) entry.bodies.push_back(*std::move(body));
  }
  return entry;
}

void HandedIn::send() {
  for (const auto& [leaf, one] : waiting()) {
    if (view_.store().find(leaf) || is_revoked_in_log(one)) {
      forget(leaf);
      continue;
    }
    const Entry entry = load(leaf);
    try {
      require_takeable(entry);
    } catch (const base::Error& error) {
      // Another version of the charter came first, or its signer's key is gone: it can never enter.
      log_.event("hand_in.forgotten").with("leaf", base::Label(base::to_hex(leaf))).with(error);
      forget(leaf);
      continue;
    }
    try {
      (void)connect_()->enter(entry.envelope, entry.bodies);
    } catch (const base::Error& error) {
      log_.event("hand_in.waits").with("leaf", base::Label(base::to_hex(leaf))).with(error);
    }
    // It is forgotten when this node's own copy of the log has it.
  }
}

void HandedIn::pass_on(crypto::ShareIndex guardian, LogClient& to) {
  for (const auto& [leaf, one] : waiting()) {
    if (one.passed_to.contains(guardian)) continue;
    try {
      const Entry entry = load(leaf);
      to.hand_in(entry.envelope, entry.bodies);
    } catch (const base::Error& error) {
      // One that it refuses, or that is forgotten meanwhile, keeps no other back.
      if (refusal_by_other(error).empty() && error.code() != base::ErrorCode("CND-1002")) throw;
      log_.event("hand_in.waits").with("leaf", base::Label(base::to_hex(leaf))).with(error);
      continue;
    }
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(leaf);
    if (found != waiting_.end()) found->second.passed_to.insert(guardian);
  }
}

bool HandedIn::may_cosign(const log::Checkpoint& offered) {
  std::map<base::Digest, Waiting> overdue = waiting();
  log::Store& store = view_.store();
  std::erase_if(overdue, [&](const auto& waits) {
    const auto& [leaf, one] = waits;
    const auto index = store.find(leaf);
    return clock_.now_unix_seconds() - one.since <= kHandedInSeconds ||
           (index && *index < offered.head.size) || is_revoked_in_log(one);
  });
  if (overdue.empty()) return true;
  try {
    erase_what_is_beyond(offered, overdue);
  } catch (const base::Error& error) {
    log_.event("hand_in.not_seen").with(error);
  }
  return overdue.empty();
}

// What the offered head has beyond this node's copy; each bundle is believed only as the head has it.
void HandedIn::erase_what_is_beyond(const log::Checkpoint& offered,
                                    std::map<base::Digest, Waiting>& overdue) {
  const auto hub = connect_();
  log::TileReader reader(*hub, offered.head);
  const std::uint64_t first = view_.store().next().size / log::kTileWidth;
  for (std::uint64_t bundle = first; bundle * log::kTileWidth < offered.head.size; ++bundle) {
    for (const std::string& entry : reader.bundle(bundle)) {
      overdue.erase(statement::leaf_hash(entry));
      const auto revoked = revocation_in(*view_.now(), entry);
      if (revoked) std::erase_if(overdue, [&](const auto& one) { return one.second.revokes == revoked; });
    }
  }
}

}  // namespace candour::node
