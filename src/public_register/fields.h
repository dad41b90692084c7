// Which fields leave a provider under an instruction, in the collection's own words; and which stay.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "candour/public_register/inputs.h"

namespace candour::public_register {

struct FieldInWords {
  std::string name{};      ///< as the instruction has it: "age_band"
  std::string title{};     ///< "Date of birth"; the name where the collection is not at hand
  std::string leaves{};    ///< what is left of it: "Only the age band: 0 to 17, 18 to 39, …"
  std::string in_short{};  ///< both: "Date of birth (only the age band: 0 to 17, …)"; "Clock start"
};

/// The fields that the instruction lists, in its order.
[[nodiscard]] std::vector<FieldInWords> fields_that_leave(const Inputs& inputs,
                                                          const instruction::InstructedCollection& of);
/// The titles of the collection's other fields, each once; empty where it is not at hand. In records mode the
/// pseudonym and the provider leave with every row, listed or not.
[[nodiscard]] std::vector<std::string> fields_that_stay(const Inputs& inputs,
                                                        const instruction::InstructedCollection& of,
                                                        instruction::Mode mode);
/// The title of the field that becomes the pseudonym; nothing where there is none, or no folder at hand.
[[nodiscard]] std::optional<std::string> pseudonymised_field(const Inputs& inputs,
                                                             const instruction::InstructedCollection& of);

}  // namespace candour::public_register
