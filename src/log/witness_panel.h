// The witnesses of a log, asked together: a head goes to all of them, and it is co-signed when those that the
// policy's quorum wants have answered. A witness that is slow or down holds nobody up; it is asked again with
// the next head, and catches up by its 409.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "candour/log/policy.h"
#include "candour/log/ports.h"
#include "candour/log/tiles.h"

namespace candour::log {

/// How the last question to a witness ended.
enum class Asked {
  kNever,
  kCosigned,
  kUnreachable,   ///< no answer within the time
  kRefused,       ///< another status: names it
  kAhead,         ///< it has cosigned a larger log than this one is: this one was rolled back
  kBadSignature,  ///< what it answered is no cosignature of its key
};

struct WitnessState {
  std::string name = {};  ///< in the policy
  Asked asked = Asked::kNever;
  int status = 0;          ///< HTTP's, of the last answer
  std::uint64_t size = 0;  ///< of the log as it has it
};

class WitnessPanel {
 public:
  /// kThreads: each witness has a thread of its own. kNone: they are asked one after another by the caller,
  /// all of them; for simulated disks and clocks.
  enum class Workers { kThreads, kNone };

  /// `ports` are in the order of policy.witnesses and may be null where a witness cannot be reached from
  /// here. All outlive it. `within_ms` is how long a head waits for its quorum.
  WitnessPanel(Policy policy, std::vector<WitnessPort*> ports, Workers workers, std::int64_t within_ms);
  /// Waits for the questions that are under way.
  ~WitnessPanel();
  WitnessPanel(const WitnessPanel&) = delete;
  WitnessPanel& operator=(const WitnessPanel&) = delete;

  /// The checkpoint with the cosignatures of a quorum; nothing where it was not reached in time. `files` are
  /// the log's, from which each witness is shown that it only grew; they outlive the panel.
  [[nodiscard]] std::optional<SignedCheckpoint> cosign(TileSource& files, const SignedCheckpoint& checkpoint);

  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] std::vector<WitnessState> states() const;

 private:
  struct Round;
  struct Member {
    WitnessPort* port = nullptr;
    VerifierKey key;
    WitnessState state;                      ///< under mutex_
    std::shared_ptr<Round> round = nullptr;  ///< what it is to be asked next, under mutex_
    std::thread thread = {};
  };
  void work(Member& member);
  void ask(Member& member, Round& round);
  [[nodiscard]] std::optional<NoteSignature> question(Member& member, const Round& round,
                                                      WitnessState& state) const;
  [[nodiscard]] std::optional<SignedCheckpoint> cosigned(const Round& round) const;

  const Policy policy_;
  const std::int64_t within_ms_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::vector<Member> members_;
};

}  // namespace candour::log
