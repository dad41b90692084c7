// The hub's log: takes statements, and acknowledges one when it is durable and a checkpoint that covers it is
// co-signed by the quorum and durable too.
//
// Entries that wait are appended together. The order of each round: append, sync, read back and hash again,
// write `next` (store.h); sign it; collect cosignatures; publish; acknowledge. Only what `next` holds is
// signed, and until it is published there is no other: a round that found no quorum, and a start, go on with
// the same head. When more waits than it lets wait, it refuses rather than acknowledge.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "candour/base/clock.h"
#include "candour/log/entry_index.h"
#include "candour/log/ports.h"
#include "candour/log/store.h"
#include "candour/log/witness_panel.h"

namespace candour::log {

struct AppenderLimits {
  std::size_t waiting_entries = 16'384;                   ///< beyond them it refuses
  std::uint64_t waiting_bytes = std::uint64_t{64} << 20;  ///< likewise
  std::int64_t gather_ms = 20;                  ///< how long the first entry waits for others; under 200
  std::int64_t acknowledge_within_ms = 30'000;  ///< how long append() waits
  std::int64_t try_again_ms = 1'000;            ///< after a round without a quorum
  std::int64_t renew_after_seconds = 300;       ///< a quiet head is co-signed anew
};

/// An entry that is in the log for good.
struct Acknowledged {
  std::uint64_t index = 0;
  std::string proof = {};  ///< a tlog-proof file (proof.h), with the co-signed checkpoint
};

class Appender {
 public:
  /// How a round ended.
  enum class Round {
    kIdle,         ///< there was nothing to do
    kPublished,    ///< a head was co-signed and published
    kLacksQuorum,  ///< `next` waits for its cosignatures
  };

  /// Reads the ids of all that is in the store. `origin` names the log, `key` is its own. All outlive it.
  Appender(Store& store, Admission& admission, std::string origin, const crypto::SigningKey& key,
           WitnessPanel& witnesses, const base::Clock& clock, AppenderLimits limits = {});
  /// As stop().
  ~Appender();
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  /// Begins a thread that runs rounds until stop().
  void start();
  /// Ends the round that runs; what is not acknowledged then is refused with CND-2543. Cannot be undone.
  void stop();

  /// Puts a statement in the log and waits until it is acknowledged. The same bytes again have the same
  /// index. Of any thread. Errors: those of Admission; CND-2540 (another statement has its id); CND-2541 (too
  /// much waits: come again); CND-2542 (no quorum within the time: come again); CND-2543 (it has stopped).
  [[nodiscard]] Acknowledged append(const std::string& envelope);
  /// The same without waiting: the acknowledgement comes with a round. Errors: as append(), CND-2543 in the
  /// future.
  [[nodiscard]] std::shared_future<Acknowledged> submit(const std::string& envelope);

  /// One round, where no thread runs. Errors: those of Store; the appender has then stopped.
  Round run_round();
  /// Has the head co-signed anew with the next round, however young its cosignatures are.
  void renew() { renewal_wanted_ = true; }

  /// What ended the thread, where an error of the store did; it takes nothing more then.
  [[nodiscard]] std::exception_ptr failure() const;
  /// How many entries wait for their acknowledgement.
  [[nodiscard]] std::size_t waiting() const;
  /// When the published head was last co-signed here, in seconds since 1970; 0 before the first time.
  [[nodiscard]] std::int64_t last_cosigned() const { return last_cosigned_; }

 private:
  struct Ticket {
    Ticket(std::string bytes, const statement::Id& of) : envelope(std::move(bytes)), id(of) {}
    const std::string envelope;
    const statement::Id id;
    std::optional<std::uint64_t> index{};  ///< once it is in the log; under mutex_
    std::promise<Acknowledged> promise{};
    const std::shared_future<Acknowledged> future = promise.get_future().share();
  };
  using Tickets = std::vector<std::shared_ptr<Ticket>>;

  void run();
  [[nodiscard]] Tickets take_batch();
  void append_batch(const Tickets& batch);
  [[nodiscard]] bool publish_next();
  void acknowledge(const HeadRecord& published);
  void refuse_all();
  [[nodiscard]] bool is_renewal_due() const;
  [[nodiscard]] std::optional<std::shared_future<Acknowledged>> known_future(
      std::unique_lock<std::mutex>& lock, const std::shared_ptr<Ticket>& ticket);

  Store& store_;
  Admission& admission_;
  const std::string origin_;
  const crypto::SigningKey& key_;
  WitnessPanel& witnesses_;
  const base::Clock& clock_;
  const AppenderLimits limits_;

  std::atomic<bool> renewal_wanted_{true};
  std::atomic<std::int64_t> last_cosigned_{0};

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::exception_ptr failure_;
  std::map<statement::Id, std::shared_ptr<Ticket>> tickets_;  ///< all that wait
  std::deque<std::shared_ptr<Ticket>> queue_;                 ///< of them, those not in the log yet
  std::uint64_t queued_bytes_ = 0;
  EntryIndex ids_;  ///< SHA-256 of the ids of all entries
  std::thread thread_;
};

}  // namespace candour::log
