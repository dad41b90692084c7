// Serving a folder until Ctrl-C, for `site serve` and the demo.
#pragma once

#include <cstdint>
#include <filesystem>

#include "candour/cli/context.h"

namespace candour::cli {

/// Refuses a folder that is no release, or not a whole one: everything in a served folder is shown, and the
/// folder beside a release may hold vaults and their keys. A folder that is missing is for the server to
/// refuse. Errors: CND-1904.
void require_release(const base::Disk& disk, const std::filesystem::path& folder);

/// Serves the release in `folder` on 127.0.0.1 and says the address; returns after SIGINT or SIGTERM.
/// Errors: CND-1904 (it is no release), CND-19xx (the port is taken, the folder is missing).
void serve_until_interrupted(Context& context, const std::filesystem::path& folder, std::uint16_t port);

}  // namespace candour::cli
