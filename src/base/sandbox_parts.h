// The two halves of confine().
#pragma once

#include "candour/base/sandbox.h"

namespace candour::base {

/// Landlock. Adds what the kernel lacks to `warnings`.
void confine_files(const Confinement& confinement, std::vector<Literal>& warnings);
/// Seccomp.
void confine_system_calls(Tcp tcp, std::vector<Literal>& warnings);

}  // namespace candour::base
