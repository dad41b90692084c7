#include "candour/log/mirror.h"

#include "candour/base/error.h"
#include "candour/log/fork.h"

namespace candour::log {
namespace {

// The newest cosignatures of two checkpoints of one head: which stand later.
std::int64_t time_of(const Policy& policy, const SignedCheckpoint& checkpoint) {
  return lower_median_time(judge_checkpoint(policy, checkpoint).cosigned);
}

}  // namespace

Mirror::Mirror(base::Disk& disk, Store& store, std::filesystem::path folder, Policy policy,
               TileSource& remote)
    : disk_(disk), store_(store), folder_(std::move(folder)), policy_(std::move(policy)), remote_(remote) {}

bool Mirror::update(base::Progress& progress, const std::stop_token& stop, const EachEntry& each) {
  const auto note = remote_.fetch(kCheckpointPath);
  if (!note) {
    throw base::Error("CND-2509", "A file of the log is missing.").with("file", base::Label(kCheckpointPath));
  }
  accept(*note);
  const HeadRecord seen = store_.seen();
  if (!fetch_entries(seen.head, progress, stop, each)) return false;
  if (seen.note != store_.published().note) store_.publish(seen.note);
  return true;
}

void Mirror::accept(std::string_view note) {
  const SignedCheckpoint offered = parse_checkpoint(note);
  const CheckpointVerdict verdict = judge_checkpoint(policy_, offered);
  if (!verdict.holds()) {
    std::string lacks = verdict.signed_by_log ? "" : "the log's signature";
    for (const Lacking& lacking : verdict.lacking)
      lacks.append(lacks.empty() ? "" : ", ").append(lacking.name);
    throw base::Error("CND-2550", "A checkpoint is not signed by the log and its quorum.")
        .with("size", offered.checkpoint.head.size)
        .with("lacks", base::Label(lacks));
  }
  compare(offered);
}

// Against the highest that was accepted. What neither shrinks nor contradicts becomes the highest.
void Mirror::compare(const SignedCheckpoint& offered) {
  const HeadRecord seen = store_.seen();
  const Head& head = offered.checkpoint.head;
  if (seen.note.empty()) {
    TileReader reader(remote_, head);
    const Head next = store_.next();
    if (next.size > head.size || root_of(reader, next.size) != next.root) {
      throw base::Error("CND-2552", "The log that is offered is not the one that this folder holds.")
          .with("path", folder_)
          .with("size", next.size);
    }
    return store_.see(write_note(offered.note));
  }
  const SignedCheckpoint held = parse_checkpoint(seen.note);
  if (offered.checkpoint.origin != held.checkpoint.origin) {
    throw base::Error("CND-2550", "A checkpoint is not signed by the log and its quorum.")
        .with("lacks", base::Label("the origin of the log that is followed"));
  }
  if (head.size == seen.head.size) {
    if (head.root != seen.head.root) refuse_fork(held, offered, nullptr);
    if (time_of(policy_, offered) > time_of(policy_, held)) store_.see(write_note(offered.note));
    return;
  }
  if (head.size > seen.head.size) {
    TileReader reader(remote_, head);
    if (root_of(reader, seen.head.size) != seen.head.root) refuse_fork(held, offered, &reader);
    return store_.see(write_note(offered.note));
  }
  // Held here or, where they are still being fetched, as they are served: the held head binds both.
  const bool is_here = store_.next().size >= seen.head.size;
  TileReader reader(is_here ? static_cast<TileSource&>(store_) : remote_, seen.head);
  if (root_of(reader, head.size) != head.root) refuse_fork(offered, held, &reader);
  throw base::Error("CND-2551", "A checkpoint is older than the one that is held.")
      .with("size", head.size)
      .with("held_size", seen.head.size);
}

void Mirror::refuse_fork(const SignedCheckpoint& smaller, const SignedCheckpoint& larger,
                         TileReader* of_larger) {
  Fork fork{.smaller = smaller, .larger = larger};
  const std::uint64_t size = smaller.checkpoint.head.size;
  if (of_larger != nullptr) {
    fork.root = root_of(*of_larger, size);
    fork.path = prove_consistency(*of_larger, size, larger.checkpoint.head.size);
  }
  const auto path = keep_fork(disk_, folder_ / "evidence", fork);
  throw base::Error("CND-2552", "Two checkpoints of the log contradict each other.")
      .with("path", path)
      .with("size", size)
      .with("other_size", larger.checkpoint.head.size);
}

bool Mirror::fetch_entries(const Head& target, base::Progress& progress, const std::stop_token& stop,
                           const EachEntry& each) {
  Head head = store_.next();
  if (head.size >= target.size) return true;
  TileReader reader(remote_, target);
  progress.begin("following the log", target.size - head.size, "entries");
  while (head.size < target.size && !stop.stop_requested()) {
    const std::uint64_t begin = head.size;
    const std::vector<std::string> bundle = reader.bundle(begin / kTileWidth);
    const auto fresh = std::span(bundle).subspan(begin % kTileWidth);
    head = store_.append(head, fresh);
    for (std::size_t i = 0; i < fresh.size(); ++i) {
      if (each) each(begin + i, fresh[i]);
    }
    progress.advance(fresh.size());
  }
  progress.end();
  return head.size >= target.size;
}

std::optional<std::string> Mirror::body(const Digest& digest) {
  if (auto body = store_.bodies().get(digest)) return body;
  auto body = remote_.fetch("body/" + base::to_hex(digest));
  if (body) store_.bodies().put(digest, *body);
  return body;
}

}  // namespace candour::log
