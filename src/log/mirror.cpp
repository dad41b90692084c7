#include "candour/log/mirror.h"

#include <algorithm>
#include <span>

#include "candour/base/error.h"
#include "candour/log/fork.h"
#include "candour/statement/envelope.h"
#include "candour/statement/head.h"
#include "candour/statement/kinds.h"

namespace candour::log {
namespace {

/// Nothing where those who are believed did not sign it.
std::optional<Vouched> vouched(const Trusted& whom, const SignedCheckpoint& checkpoint) {
  for (const Policy& policy : whom.policies) {
    const CheckpointVerdict verdict = judge_checkpoint(policy, checkpoint);
    if (verdict.holds()) return Vouched{checkpoint, lower_median_time(verdict.cosigned)};
  }
  return std::nullopt;
}

[[noreturn]] void refuse(const Trusted& whom, const SignedCheckpoint& offered) {
  const CheckpointVerdict verdict = judge_checkpoint(whom.policies.front(), offered);
  std::string lacks = verdict.signed_by_log ? "" : "the log's signature";
  for (const Lacking& lacking : verdict.lacking) lacks.append(lacks.empty() ? "" : ", ").append(lacking.name);
  throw base::Error("CND-2550", "A checkpoint is not signed by the log and its quorum.")
      .with("size", offered.checkpoint.head.size)
      .with("lacks", base::Label(lacks));
}

/// The checkpoint in an entry; nothing where it has none.
std::optional<SignedCheckpoint> checkpoint_in(std::string_view entry) {
  try {
    const statement::Envelope envelope = statement::parse_any_envelope(entry);
    if (envelope.payload_type != statement::payload_type_of("head")) return std::nullopt;
    return parse_checkpoint(statement::parse_head(envelope.payload).checkpoint);
  } catch (const base::Error&) {
    return std::nullopt;  // who folds the entry says what is wrong with it
  }
}

// The same of what was judged by others, or by none: a line of a key that was not known may be anybody's.
// With a signature that does not hold it is nothing.
std::optional<Vouched> vouched_if_it_holds(const Trusted& whom, const SignedCheckpoint& checkpoint) {
  try {
    return vouched(whom, checkpoint);
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

}  // namespace

struct Mirror::Fetching {
  const Trusted& whom;
  base::Progress& progress;
  const std::stop_token& stop;
  const EachEntry& each;
};

Mirror::Mirror(base::Disk& disk, Store& store, std::filesystem::path folder, TileSource& remote)
    : disk_(disk), store_(store), folder_(std::move(folder)), remote_(remote) {}

Followed Mirror::update(const Trusted& whom, base::Progress& progress, const std::stop_token& stop,
                        const EachEntry& each) {
  const auto note = remote_.fetch(kCheckpointPath);
  if (!note) {
    throw base::Error("CND-2509", "A file of the log is missing.").with("file", base::Label(kCheckpointPath));
  }
  const SignedCheckpoint offered = parse_checkpoint(*note);
  const Fetching how{whom, progress, stop, each};
  const auto by = vouched(whom, offered);
  if (!by) return step(how, offered);
  compare(whom, *by);
  TileReader reader(remote_, store_.seen().head);
  return {take_seen(how, reader) ? Followed::How::kNewest : Followed::How::kStopped};
}

// All is read out of the tree that is offered, which nobody has vouched for but the log: it begins with what
// is held, and whatever is taken of it lies under a checkpoint that those who are believed signed, because
// that checkpoint's root is the tree's at its size.
Followed Mirror::step(const Fetching& how, const SignedCheckpoint& offered) {
  const Head& head = offered.checkpoint.head;
  const HeadRecord seen = store_.seen();
  const Head held = seen.note.empty() ? store_.next() : seen.head;
  TileReader reader(remote_, head);
  if (!judge_checkpoint(how.whom.policies.front(), offered).signed_by_log || head.size < held.size ||
      root_of(reader, held.size) != held.root) {
    refuse(how.whom, offered);
  }
  std::int64_t time = how.whom.time;
  if (store_.published().note == seen.note) {
    const auto found = find_step(how, reader, held.size);
    if (how.stop.stop_requested()) return {Followed::How::kStopped};
    if (!found) refuse(how.whom, offered);
    time = found->time;
    const Head& step = found->signed_head.checkpoint.head;
    if (root_of(reader, step.size) != step.root) {
      refuse_fork(found->signed_head, offered, step.size < head.size ? &reader : nullptr);
    }
    // A smaller one says only how late it was, and that may be when others are to be believed.
    if (step.size >= held.size) store_.see(write_note(found->signed_head.note));
  }
  return {take_seen(how, reader) ? Followed::How::kStep : Followed::How::kStopped, time};
}

// The last that can be judged before the first that cannot: from there on others sign.
std::optional<Vouched> Mirror::find_step(const Fetching& how, TileReader& reader, std::uint64_t begin) {
  const std::uint64_t end = begin + std::min(reader.head().size - begin, kUnbelievedAtMost);
  std::optional<Vouched> found;
  bool is_past = false;
  how.progress.begin("looking for the log's next witnesses", end - begin, "entries");
  for (std::uint64_t index = begin; index < end && !is_past && !how.stop.stop_requested();) {
    const std::vector<std::string> bundle = reader.bundle(index / kTileWidth);
    const auto fresh = std::span(bundle).subspan(index % kTileWidth);
    for (const std::string& entry : fresh) {
      const auto stated = checkpoint_in(entry);
      if (!stated || stated->checkpoint.head.size > reader.head().size) continue;
      auto by = vouched_if_it_holds(how.whom, *stated);
      if (!by && found) is_past = true;
      if (!by || is_past) continue;
      if (stated->checkpoint.head.size > begin || by->time > how.whom.time) found = std::move(by);
    }
    index += fresh.size();
    how.progress.advance(fresh.size());
  }
  how.progress.end();
  return found;
}

// Against the highest that was accepted. What neither shrinks nor contradicts becomes the highest.
void Mirror::compare(const Trusted& whom, const Vouched& by) {
  const SignedCheckpoint& offered = by.signed_head;
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
    const auto before = vouched_if_it_holds(whom, held);
    if (!before || by.time > before->time) store_.see(write_note(offered.note));
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

// The tree that is read from begins with what was seen.
bool Mirror::take_seen(const Fetching& how, TileReader& reader) {
  const HeadRecord seen = store_.seen();
  const std::uint64_t end = seen.head.size;
  Head head = store_.next();
  if (head.size < end) {
    how.progress.begin("following the log", end - head.size, "entries");
    while (head.size < end && !how.stop.stop_requested()) {
      const std::uint64_t begin = head.size;
      const std::vector<std::string> bundle = reader.bundle(begin / kTileWidth);
      const std::size_t within = begin % kTileWidth;
      const auto fresh =
          std::span(bundle).subspan(within, std::min<std::uint64_t>(bundle.size() - within, end - begin));
      head = store_.append(head, fresh);
      for (std::size_t i = 0; i < fresh.size(); ++i) {
        if (how.each) how.each(begin + i, fresh[i]);
      }
      how.progress.advance(fresh.size());
    }
    how.progress.end();
  }
  if (head.size < end) return false;
  if (seen.note != store_.published().note) store_.publish(seen.note);
  return true;
}

std::optional<std::string> Mirror::body(const Digest& digest) {
  if (auto body = store_.bodies().get(digest)) return body;
  auto body = remote_.fetch("body/" + base::to_hex(digest));
  if (body) store_.bodies().put(digest, *body);
  return body;
}

}  // namespace candour::log
