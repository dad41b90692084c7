// Evidence of a fork: two checkpoints that a log signed and that cannot both be true. It proves itself to
// anybody who has the log's key: both have one size and different roots; or, with a proof that the larger
// tree has another root at the smaller one's size. A witness and a mirror keep what they find as finished
// files. docs/reference/formats/log-folder.md.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "candour/base/disk.h"
#include "candour/log/checkpoint.h"

namespace candour::log {

struct Fork {
  SignedCheckpoint smaller = {};  ///< of one size: the one that was seen first
  SignedCheckpoint larger = {};
  Digest root =
      {};  ///< what the larger tree has at the smaller one's size; unused where the sizes are the same
  Path path = {};  ///< shows that it has
  friend bool operator==(const Fork&, const Fork&) = default;
};

[[nodiscard]] std::string write_fork(const Fork& fork);
/// Reads evidence; nothing of it is verified. Errors: CND-2553 (it is none), CND-2501, CND-2504 (of its
/// checkpoints).
[[nodiscard]] Fork parse_fork(std::string_view bytes);

/// Whether it proves that the log with this key signed two histories.
[[nodiscard]] bool proves_fork(const Fork& fork, const VerifierKey& log);

/// Keeps evidence as FOLDER/<first 16 digits of its SHA-256>.fork and gives the path. Durable; nothing
/// happens where it is there.
std::filesystem::path keep_fork(base::Disk& disk, const std::filesystem::path& folder, const Fork& fork);

}  // namespace candour::log
