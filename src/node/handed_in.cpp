#include "candour/node/handed_in.h"

#include <algorithm>
#include <array>
#include <set>

#include "candour/base/error.h"
#include "candour/log/tile_reader.h"
#include "candour/statement/envelope.h"
#include "candour/statement/kinds.h"

namespace candour::node {
namespace {

constexpr std::array<std::string_view, 4> kKinds{"revocation", "charter", "incident", "refusal"};
constexpr std::size_t kWaitingAtMost = 10'000;
constexpr std::string_view kEnding = ".dsse";

std::filesystem::path path_of(const std::filesystem::path& folder, const base::Digest& leaf) {
  return folder / (base::to_hex(leaf) + std::string(kEnding));
}

}  // namespace

HandedIn::HandedIn(base::Disk& disk, const base::Clock& clock, Log& log, FollowedLog& followed,
                   std::filesystem::path folder)
    : disk_(disk), clock_(clock), log_(log), followed_(followed), folder_(std::move(folder)) {
  disk_.make_folder(folder_);
  for (const std::string& name : disk_.list(folder_)) {
    if (!name.ends_with(kEnding)) continue;
    const auto leaf =
        base::from_hex_exactly<32>(std::string_view(name).substr(0, name.size() - kEnding.size()));
    if (!leaf) continue;
    disk_.settle(folder_ / name);
    since_.emplace(*leaf, clock_.now_unix_seconds());
    const std::string envelope = base::load_text(disk_, folder_ / name, statement::kEnvelopeAtMostBytes);
    if (statement::statement_kind(envelope).name == "revocation") followed_.view().hand_in(envelope);
  }
}

void HandedIn::hand_in(const Entry& entry) {
  const std::string_view kind = statement::statement_kind(entry.envelope).name;
  if (std::ranges::find(kKinds, kind) == kKinds.end()) {
    throw base::Error("CND-2474", "A statement of this kind is entered in the log by who makes it.")
        .with("kind", base::Label(kind));
  }
  const base::Digest leaf = statement::leaf_hash(entry.envelope);
  if (followed_.view().store().find(leaf)) return;
  std::string body;
  if (const auto needed = instruction::Register::body_of(entry.envelope)) {
    for (const std::string& one : entry.bodies) {
      if (base::sha256(base::as_bytes(one)) == *needed) body = one;
    }
  }
  (void)followed_.view().now()->judge(entry.envelope, body);
  const std::lock_guard lock(mutex_);
  if (since_.size() >= kWaitingAtMost) {
    throw base::Error("CND-2475", "Too much waits for the log: hand it in again later.");
  }
  if (!body.empty()) followed_.view().store().bodies().put(base::sha256(base::as_bytes(body)), body);
  const std::filesystem::path path = path_of(folder_, leaf);
  if (!disk_.exists(path)) disk_.store_new(path, entry.envelope);
  since_.emplace(leaf, clock_.now_unix_seconds());
  if (kind == "revocation") followed_.view().hand_in(entry.envelope);
}

std::map<base::Digest, std::int64_t> HandedIn::waiting() const {
  const std::lock_guard lock(mutex_);
  return since_;
}

void HandedIn::send() {
  for (const auto& [leaf, since] : waiting()) {
    const std::filesystem::path path = path_of(folder_, leaf);
    if (!followed_.view().store().find(leaf)) {
      const std::string envelope = base::load_text(disk_, path, statement::kEnvelopeAtMostBytes);
      std::vector<std::string> bodies;
      if (const auto needed = instruction::Register::body_of(envelope)) {
        if (auto body = followed_.view().store().bodies().get(*needed)) bodies.push_back(*std::move(body));
      }
      try {
        (void)followed_.hub()->enter(envelope, bodies);
      } catch (const base::Error& error) {
        log_.event("hand_in.waits").with("leaf", base::Label(base::to_hex(leaf))).with(error);
      }
      continue;  // it is forgotten when this node's own copy of the log has it
    }
    disk_.remove(path);
    const std::lock_guard lock(mutex_);
    since_.erase(leaf);
  }
}

bool HandedIn::may_cosign(const log::Checkpoint& offered) {
  std::set<base::Digest> overdue;
  for (const auto& [leaf, since] : waiting()) {
    if (clock_.now_unix_seconds() - since > kHandedInSeconds) overdue.insert(leaf);
  }
  log::Store& store = followed_.view().store();
  std::erase_if(overdue, [&](const base::Digest& leaf) {
    const auto index = store.find(leaf);
    return index && *index < offered.head.size;
  });
  if (overdue.empty()) return true;
  try {
    // What the offered head has beyond this node's copy; each bundle is believed only as the head has it.
    const auto hub = followed_.hub();
    log::TileReader reader(*hub, offered.head);
    const std::uint64_t first = store.next().size / log::kTileWidth;
    for (std::uint64_t bundle = first; bundle * log::kTileWidth < offered.head.size; ++bundle) {
      for (const std::string& entry : reader.bundle(bundle)) overdue.erase(statement::leaf_hash(entry));
    }
  } catch (const base::Error& error) {
    log_.event("hand_in.not_seen").with(error);
  }
  return overdue.empty();
}

}  // namespace candour::node
