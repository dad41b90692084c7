// What a renewal changes: two instructions of one name, member by member, in plain words.
#pragma once

#include <string>

#include "candour/page/html.h"
#include "candour/public_register/change.h"
#include "candour/public_register/inputs.h"

namespace candour::public_register {

/// Every member of an instruction that its signers decided: all but its header.
[[nodiscard]] std::vector<Member> members_of(const instruction::Instruction& instruction);

/// The newest instruction of the same name that stands before this one in the log, or nullptr.
[[nodiscard]] const instruction::InstructionEntry* version_before(const instruction::Register& log,
                                                                  const instruction::InstructionEntry& entry);

/// The file of the page that compares an instruction with the version before.
[[nodiscard]] std::string difference_page_of(const statement::Id& instruction);
[[nodiscard]] std::string render_difference(const Inputs& inputs, const instruction::InstructionEntry& before,
                                            const instruction::InstructionEntry& after);

/// For an instruction's page: all of its name, with links to what changed.
[[nodiscard]] page::Html other_versions(const Inputs& inputs, const instruction::InstructionEntry& entry);

}  // namespace candour::public_register
