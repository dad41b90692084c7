// An instruction and a charter in plain words, member by member: what whoever signs one is shown, and what
// two versions differ in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "candour/instruction/charter.h"
#include "candour/instruction/instruction.h"

namespace candour::instruction {

/// A member: what it is called, and what it says, one value a line. Texts are as they were signed; whoever
/// shows them makes them printable.
struct InWords {
  std::string of;
  std::vector<std::string> says{};
  friend bool operator==(const InWords&, const InWords&) = default;
};

[[nodiscard]] std::vector<InWords> in_words(const Instruction& instruction);
[[nodiscard]] std::vector<InWords> in_words(const Charter& charter);

/// What one member says no longer, and says now.
struct Difference {
  std::string of;
  std::vector<std::string> no_longer{}, now{};
  friend bool operator==(const Difference&, const Difference&) = default;
};
/// In the members' order; members that say the same are left out, and so are a statement's number and time.
[[nodiscard]] std::vector<Difference> differences(const std::vector<InWords>& before,
                                                  const std::vector<InWords>& after);

/// A length of time: "28 days", "72 hours".
[[nodiscard]] std::string duration_in_words(std::int64_t seconds);

}  // namespace candour::instruction
