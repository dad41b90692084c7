// The page of one instruction: what, why, who decided, who sees what, how it was used, how it ends.
#pragma once

#include <string>

#include "candour/public_register/inputs.h"

namespace candour::public_register {

[[nodiscard]] std::string render_instruction(const Inputs& inputs,
                                             const instruction::InstructionEntry& entry);

}  // namespace candour::public_register
