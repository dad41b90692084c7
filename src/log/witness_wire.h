// What a log and its witnesses send each other (C2SP tlog-witness): the body of a POST to add-checkpoint, and
// the answers to it. That of 200 is signature lines (note.h). https://c2sp.org/tlog-witness
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "candour/log/checkpoint.h"
#include "candour/log/merkle.h"

namespace candour::log {

inline constexpr std::string_view kAddCheckpointPath = "add-checkpoint";
inline constexpr std::string_view kSizeContentType = "text/x.tlog.size";

struct AddCheckpoint {
  std::uint64_t old_size = 0;  ///< of the last checkpoint that the witness cosigned, as the log believes
  Path path = {};              ///< shows that the tree of old_size is the beginning of the checkpoint's
  SignedCheckpoint checkpoint = {};
  friend bool operator==(const AddCheckpoint&, const AddCheckpoint&) = default;
};

/// Reads a body; nothing of it is verified. Errors: CND-2512 (it is none: answer 400), CND-2501, CND-2504 (of
/// its checkpoint).
[[nodiscard]] AddCheckpoint parse_add_checkpoint(std::string_view body);
[[nodiscard]] std::string write_add_checkpoint(const AddCheckpoint& request);

/// The body of 409: the size that the witness has, and LF.
[[nodiscard]] std::string write_witness_size(std::uint64_t size);
/// Errors: CND-2512.
[[nodiscard]] std::uint64_t parse_witness_size(std::string_view body);

}  // namespace candour::log
