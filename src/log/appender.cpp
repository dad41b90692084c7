#include "candour/log/appender.h"

#include <chrono>

#include "candour/base/error.h"
#include "candour/log/memo_hashes.h"
#include "candour/log/proof.h"
#include "candour/log/tile_reader.h"

namespace candour::log {
namespace {

using std::chrono::milliseconds;

Digest digest_of(const statement::Id& id) { return base::sha256(id); }

base::Error stopped_error() {
  return {"CND-2543", "The log has stopped, and the entry is not acknowledged."};
}

// The proofs of entries under one published checkpoint.
class Prover {
 public:
  Prover(Store& store, const HeadRecord& published)
      : checkpoint_(parse_checkpoint(published.note)), reader_(store, published.head), memo_(reader_) {}
  [[nodiscard]] Acknowledged prove(std::uint64_t index) {
    Path path = prove_inclusion(memo_, index, reader_.head().size);
    return {index, write_proof({.index = index, .path = std::move(path), .checkpoint = checkpoint_})};
  }

 private:
  SignedCheckpoint checkpoint_;
  TileReader reader_;
  MemoHashes memo_;
};

std::shared_future<Acknowledged> ready(Acknowledged acknowledged) {
  std::promise<Acknowledged> promise;
  promise.set_value(std::move(acknowledged));
  return promise.get_future().share();
}

}  // namespace

Appender::Appender(Store& store, Admission& admission, std::string origin, const crypto::SigningKey& key,
                   WitnessPanel& witnesses, const base::Clock& clock, AppenderLimits limits)
    : store_(store),
      admission_(admission),
      origin_(std::move(origin)),
      key_(key),
      witnesses_(witnesses),
      clock_(clock),
      limits_(limits) {
  store_.each_entry(0, store_.next().size, [&](std::uint64_t index, std::string_view entry) {
    ids_.insert(digest_of(admission_.id_of(entry)), index);
  });
}

Appender::~Appender() { stop(); }

void Appender::start() {
  CANDOUR_CHECK(!thread_.joinable());
  thread_ = std::thread([this] { run(); });
}

void Appender::stop() {
  {
    const std::lock_guard guard(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  refuse_all();
}

void Appender::run() {
  for (;;) {
    Round round = Round::kIdle;
    try {
      round = run_round();
    } catch (const base::Error&) {
      const std::lock_guard guard(mutex_);
      failure_ = std::current_exception();
      return;
    }
    std::unique_lock lock(mutex_);
    if (round == Round::kLacksQuorum) {
      changed_.wait_for(lock, milliseconds(limits_.try_again_ms), [&] { return stopped_; });
    } else if (queue_.empty()) {
      constexpr milliseconds kLookForRenewal(1000);
      changed_.wait_for(lock, kLookForRenewal, [&] { return stopped_ || !queue_.empty(); });
      // Others may come right behind the first.
      if (!queue_.empty()) {
        changed_.wait_for(lock, milliseconds(limits_.gather_ms),
                          [&] { return stopped_ || queue_.size() >= kAppendAtMostEntries; });
      }
    }
    if (stopped_) return;
  }
}

Acknowledged Appender::append(const std::string& envelope) {
  const auto future = submit(envelope);
  if (future.wait_for(milliseconds(limits_.acknowledge_within_ms)) != std::future_status::ready) {
    throw base::Error("CND-2542", "The entry is not co-signed yet: send the same bytes again.");
  }
  return future.get();
}

std::shared_future<Acknowledged> Appender::submit(const std::string& envelope) {
  if (envelope.size() > kEntryAtMostBytes) {
    throw base::Error("CND-2508", "An entry is longer than the log takes.").with("bytes", envelope.size());
  }
  auto ticket = std::make_shared<Ticket>(envelope, admission_.admit(envelope));
  std::unique_lock lock(mutex_);
  if (stopped_) throw stopped_error();
  if (const auto known = known_future(lock, ticket)) return *known;
  if (queue_.size() >= limits_.waiting_entries || queued_bytes_ + envelope.size() > limits_.waiting_bytes) {
    throw base::Error("CND-2541", "The log lags and takes nothing more at the moment: send it again.")
        .with("waiting", queue_.size());
  }
  queue_.push_back(ticket);
  queued_bytes_ += envelope.size();
  tickets_.emplace(ticket->id, ticket);
  lock.unlock();
  changed_.notify_all();
  return ticket->future;
}

// Of an id that waits or is in the log: what there is to wait for, if the bytes are the same.
std::optional<std::shared_future<Acknowledged>> Appender::known_future(
    std::unique_lock<std::mutex>& lock, const std::shared_ptr<Ticket>& ticket) {
  const auto require_same = [&](std::string_view other) {
    if (other == ticket->envelope) return;
    throw base::Error("CND-2540", "Another statement of this kind with this id is in the log.");
  };
  if (const auto waiting = tickets_.find(ticket->id); waiting != tickets_.end()) {
    require_same(waiting->second->envelope);
    return waiting->second->future;
  }
  std::string entry;
  ticket->index = ids_.find(digest_of(ticket->id), [&](std::uint64_t index) {
    entry = store_.entry(index);
    return admission_.id_of(entry) == ticket->id;
  });
  if (!ticket->index) return std::nullopt;
  require_same(entry);
  const HeadRecord published = store_.published();
  if (*ticket->index >= published.head.size) {
    tickets_.emplace(ticket->id, ticket);
    return ticket->future;
  }
  lock.unlock();
  return ready(Prover(store_, published).prove(*ticket->index));
}

Appender::Round Appender::run_round() {
  {
    const std::lock_guard guard(mutex_);
    if (stopped_) return Round::kIdle;
  }
  try {
    const HeadRecord published = store_.published();
    const bool is_published = !published.note.empty() && published.head == store_.next();
    // A head that waits is finished first: there is no other until then.
    const Tickets batch = is_published ? take_batch() : Tickets();
    if (!batch.empty()) append_batch(batch);
    if (is_published && batch.empty() && !is_renewal_due()) return Round::kIdle;
    return publish_next() ? Round::kPublished : Round::kLacksQuorum;
  } catch (...) {
    refuse_all();
    throw;
  }
}

bool Appender::is_renewal_due() const {
  return renewal_wanted_ || clock_.now_unix_seconds() - last_cosigned_ >= limits_.renew_after_seconds;
}

Appender::Tickets Appender::take_batch() {
  const std::lock_guard guard(mutex_);
  Tickets batch;
  std::uint64_t bytes = 0;
  while (!queue_.empty() && batch.size() < kAppendAtMostEntries) {
    bytes += queue_.front()->envelope.size();
    if (bytes > kAppendAtMostBytes) break;
    queued_bytes_ -= queue_.front()->envelope.size();
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void Appender::append_batch(const Tickets& batch) {
  std::vector<std::string> entries;
  for (const auto& ticket : batch) entries.push_back(ticket->envelope);
  const Head before = store_.next();
  (void)store_.append(before, entries);
  const std::lock_guard guard(mutex_);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i]->index = before.size + i;
    ids_.insert(digest_of(batch[i]->id), before.size + i);
  }
}

bool Appender::publish_next() {
  const auto cosigned = witnesses_.cosign(store_, sign_checkpoint({origin_, store_.next(), {}}, key_));
  if (!cosigned) return false;
  store_.publish(write_note(cosigned->note));
  last_cosigned_ = clock_.now_unix_seconds();
  renewal_wanted_ = false;
  acknowledge(store_.published());
  return true;
}

void Appender::acknowledge(const HeadRecord& published) {
  Tickets covered;
  {
    const std::lock_guard guard(mutex_);
    for (const auto& [id, ticket] : tickets_) {
      if (ticket->index && *ticket->index < published.head.size) covered.push_back(ticket);
    }
  }
  if (covered.empty()) return;
  Prover prover(store_, published);
  for (const auto& ticket : covered) {
    ticket->promise.set_value(prover.prove(*ticket->index));
    const std::lock_guard guard(mutex_);
    tickets_.erase(ticket->id);
  }
}

void Appender::refuse_all() {
  const std::lock_guard guard(mutex_);
  stopped_ = true;
  for (const auto& [id, ticket] : tickets_) {
    ticket->promise.set_exception(std::make_exception_ptr(stopped_error()));
  }
  tickets_.clear();
  queue_.clear();
}

std::size_t Appender::waiting() const {
  const std::lock_guard guard(mutex_);
  return tickets_.size();
}

std::exception_ptr Appender::failure() const {
  const std::lock_guard guard(mutex_);
  return failure_;
}

}  // namespace candour::log
