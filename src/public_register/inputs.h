// The public register: what people read of the log. Its pages, feed and files are written from
// instruction::Register, the same fold that every node asks before it acts, so that what is shown and what is
// enforced cannot differ. What a collection's fields mean comes from the collection's folder, and only where
// its digest is the one that was signed. docs/reference/register.md.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "candour/base/sha256.h"
#include "candour/collection/collection.h"
#include "candour/instruction/register.h"

namespace candour::public_register {

enum class Demonstration { kNo, kYes };

/// What a public register is made of. The same inputs give the same bytes.
struct Inputs {
  const instruction::Register* log = nullptr;
  std::int64_t at = 0;  ///< the moment of which it speaks, unix seconds: log->log_time(), as a rule
  std::span<const collection::Collection> collections{};
  /// Bodies of free texts (reasons, incidents), by commitment; one that is not here, or is redacted, is
  /// said to be.
  std::map<base::Digest, std::string> texts{};
  /// Every page says first that the patients are synthetic.
  Demonstration demonstration = Demonstration::kNo;

  /// The collection of that digest, or nullptr: its words are not at hand.
  [[nodiscard]] const collection::Collection* collection(const base::Digest& sha256) const;
};

}  // namespace candour::public_register
