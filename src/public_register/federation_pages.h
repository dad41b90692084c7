// The pages of the public register that are about the whole federation.
#pragma once

#include <string>

#include "candour/public_register/inputs.h"

namespace candour::public_register {

/// Every instruction with its status, newest first.
[[nodiscard]] std::string render_index(const Inputs& inputs);

/// From the charter: bodies, guardians, witnesses, hub; and its versions with what each changed.
[[nodiscard]] std::string render_who_decides(const Inputs& inputs);

/// Entries that bind nobody, incidents, sealed entries with the days on which they must be opened, refusals.
[[nodiscard]] std::string render_problems(const Inputs& inputs);

/// Sealed entries that had to be opened by now and were not.
[[nodiscard]] std::uint64_t overdue_sealed(const Inputs& inputs);

}  // namespace candour::public_register
