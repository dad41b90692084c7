// A witness: says when it saw a log's newest head, after it has checked that the log only grew since the
// last. Exactly the rules and answers of C2SP tlog-witness; what it answers with is durable before it
// answers. Guardians are witnesses too, with one rule more (MayCosign). https://c2sp.org/tlog-witness
//
//   FOLDER/heads/      what was cosigned last of each log, in a StateJournal: "cosigned NOTE", NOTE in base64
//   FOLDER/evidence/   forks that were seen (fork.h)
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/log/checkpoint.h"
#include "candour/log/ports.h"
#include "candour/log/state_journal.h"

namespace candour::log {

/// Whether a checkpoint that keeps all rules may be cosigned: a guardian says no to one that lacks a
/// statement which was handed to it more than 10 minutes ago. Asked while the witness is locked: a look at
/// what it has.
using MayCosign = std::function<bool(const Checkpoint& checkpoint)>;

/// The record of a witness's journal, and the other way: nothing where it is none.
[[nodiscard]] std::string write_cosigned_record(const Note& note);
[[nodiscard]] std::optional<SignedCheckpoint> parse_cosigned_record(std::string_view text);

class Witness {
 public:
  /// `logs` are the keys of type 0x01 that it witnesses, each named as its log's origin; `name` and `key` are
  /// its own. Disk, key and clock outlive it. Errors: CND-1006 (another process has the folder), CND-2531
  /// (its journal is damaged); those of Disk.
  Witness(base::Disk& disk, std::filesystem::path folder, std::vector<VerifierKey> logs, std::string name,
          const crypto::SigningKey& key, const base::Clock& clock, MayCosign may_cosign = nullptr);

  /// Answers POST add-checkpoint: 200 with its cosignature; 400, 403, 404, 409 and 422 as the standard has
  /// them; 503 where MayCosign says no. Errors: those of Disk, with nothing cosigned.
  [[nodiscard]] WitnessReply add_checkpoint(std::string_view body);

  /// The newest checkpoint that it cosigned of the log whose origin has this SHA-256, with the signatures of
  /// the log and its own; nothing where there is none.
  [[nodiscard]] std::optional<std::string> checkpoint(const base::Digest& origin_sha256) const;

  /// Whether it has ever seen a fork; the files are in FOLDER/evidence.
  [[nodiscard]] bool has_seen_fork() const;

 private:
  struct Request;
  [[nodiscard]] std::optional<WitnessReply> judge(const Request& request, const Head& latest) const;
  void keep_if_forked(const SignedCheckpoint& offered);
  [[nodiscard]] std::vector<VerifierKey> keys_of(std::string_view origin) const;

  base::Disk& disk_;
  const std::filesystem::path folder_;
  const std::unique_ptr<base::DiskLock> lock_;
  const std::vector<VerifierKey> logs_;
  const std::string name_;
  const crypto::SigningKey& key_;
  const base::Clock& clock_;
  const MayCosign may_cosign_;

  mutable std::mutex mutex_;  ///< held from the check of a head until it is durable
  std::map<std::string, SignedCheckpoint, std::less<>> latest_;  ///< by origin
  bool has_seen_fork_ = false;
  StateJournal journal_;
};

}  // namespace candour::log
