// What an instruction's standing is, in a word and a sentence. It is read off the Verdict of the nodes.
#pragma once

#include <optional>
#include <string>

#include "candour/page/html.h"
#include "candour/public_register/inputs.h"

namespace candour::public_register {

enum class Status { kInForce, kInNotice, kNotBegun, kRevoked, kExpired, kErased, kNotInForce };

struct StatusInWords {
  Status status = Status::kNotInForce;
  bool is_emergency = false;
  std::string word{};      ///< "In notice"
  std::string sentence{};  ///< until when, or why not
};

[[nodiscard]] StatusInWords status_of(const Inputs& inputs, const instruction::InstructionEntry& entry);

/// The word as a tag, and a second one where it is an emergency instruction.
[[nodiscard]] page::Html status_tags(const StatusInWords& status);

/// When the notice period ends; nothing while the instruction is not known to the public, or without notice.
[[nodiscard]] std::optional<std::int64_t> notice_end(const instruction::InstructionEntry& entry);

}  // namespace candour::public_register
