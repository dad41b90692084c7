// Where to look next when the demo has ended: commands that work on what it has left, and the public
// register.
#pragma once

#include <filesystem>
#include <string>

#include "candour/cli/context.h"
#include "candour/cli/demo.h"

namespace candour::cli {

/// Builds the public register of the demo's log in `folder`/register, and gives the commands, with their
/// paths, that verify the log and explain one of its refusals. `folder` is one in which run_demo ran in
/// records mode. Errors: those of load_register and of public_register::store_site.
[[nodiscard]] std::string show_where_next(Context& context, const DemoOptions& options,
                                          const std::filesystem::path& folder);

}  // namespace candour::cli
