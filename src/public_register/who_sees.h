// Who can see what under an instruction, computed from its mode, recipient, processors and fields and from
// the charter: nobody writes it by hand. Beside each line stands what holds it: mathematics, the hub's own
// software, or no more than a contract.
#pragma once

#include <string>
#include <vector>

#include "candour/public_register/inputs.h"

namespace candour::public_register {

struct Seeing {
  std::string party{};
  std::string sees{};
  std::string cannot_see{};
  std::string held_by{};
};

[[nodiscard]] std::vector<Seeing> who_sees(const Inputs& inputs, const instruction::InstructionEntry& entry);

}  // namespace candour::public_register
