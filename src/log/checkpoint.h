// Checkpoints (C2SP tlog-checkpoint): a signed note whose text is a log's origin, size and root, one a line,
// and then perhaps lines of extension, which are kept. https://c2sp.org/tlog-checkpoint
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "candour/log/merkle.h"
#include "candour/log/note.h"

namespace candour::log {

struct Checkpoint {
  std::string origin = {};  ///< the log's name, and the name of its key
  Head head = {};
  std::vector<std::string> extensions = {};  ///< nobody vouches for them
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// A checkpoint and the note that it came from: the note is what is verified, stored and handed on.
struct SignedCheckpoint {
  Checkpoint checkpoint = {};
  Note note = {};
  friend bool operator==(const SignedCheckpoint&, const SignedCheckpoint&) = default;
};

/// The text of a checkpoint: what is signed.
[[nodiscard]] std::string write_checkpoint_text(const Checkpoint& checkpoint);
/// Errors: CND-2504 (it is none).
[[nodiscard]] Checkpoint parse_checkpoint_text(std::string_view text);

/// Reads a checkpoint; no signature is verified, so nothing of it is to be believed yet: verify_note(note,
/// …), or judge_checkpoint of policy.h. Errors: CND-2501 (it is no note), CND-2504.
[[nodiscard]] SignedCheckpoint parse_checkpoint(std::string_view bytes);
/// The checkpoint signed by the log's key, whose name is the origin.
[[nodiscard]] SignedCheckpoint sign_checkpoint(Checkpoint checkpoint, const crypto::SigningKey& log_key);

}  // namespace candour::log
