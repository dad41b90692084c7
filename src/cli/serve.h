// Serving a folder until Ctrl-C, for `site serve` and the demo.
#pragma once

#include <cstdint>
#include <filesystem>

#include "candour/cli/context.h"

namespace candour::cli {

/// Serves `folder` on 127.0.0.1 and says the address; returns after SIGINT or SIGTERM.
/// Errors: CND-19xx (the port is taken, the folder is missing).
void serve_until_interrupted(Context& context, const std::filesystem::path& folder, std::uint16_t port);

}  // namespace candour::cli
