// The sections of an instruction's page (instruction_page.h), each a function of the register.
#pragma once

#include "candour/page/html.h"
#include "candour/public_register/inputs.h"

namespace candour::public_register {

using instruction::InstructionEntry;

// instruction_people.cpp

/// Which bodies signed and which did not, with the interests that they declare.
[[nodiscard]] page::Html who_decided(const InstructionEntry& entry, const instruction::Register& log);
/// Each processor's contract.
[[nodiscard]] page::Html what_it_costs(const InstructionEntry& entry);
/// Who accepted, who was compelled, who sent without either.
[[nodiscard]] page::Html who_accepted(const InstructionEntry& entry);
[[nodiscard]] page::Html who_objected(const Inputs& inputs, const InstructionEntry& entry);

// instruction_data.cpp

[[nodiscard]] page::Html who_can_see(const Inputs& inputs, const InstructionEntry& entry);
[[nodiscard]] page::Html what_is_taken(const Inputs& inputs, const InstructionEntry& entry);
[[nodiscard]] page::Html opting_out(const InstructionEntry& entry);

// instruction_uses.cpp

[[nodiscard]] page::Html how_it_was_used(const Inputs& inputs, const InstructionEntry& entry);
[[nodiscard]] page::Html how_it_ends(const Inputs& inputs, const InstructionEntry& entry);
/// Every condition of the nodes' verdict, and whether it holds.
[[nodiscard]] page::Html why_in_force(const Inputs& inputs, const InstructionEntry& entry);

}  // namespace candour::public_register
