// Serving a folder until Ctrl-C, for `site serve` and the demo.
#pragma once

#include <cstdint>
#include <filesystem>

#include "candour/cli/context.h"
#include "candour/net/site_folder.h"

namespace candour::cli {

/// What is served of the release in `folder`: release.json, and the files that it names, with their sizes.
/// The folder may hold more, and that around it vaults and their keys. Errors: CND-1904 (it is no release, or
/// not a whole one).
[[nodiscard]] net::SiteFiles release_files(const base::Disk& disk, const std::filesystem::path& folder);

/// Serves the release in `folder` on 127.0.0.1 and says the address; returns after SIGINT or SIGTERM.
/// Errors: CND-1904 (it is no release), CND-19xx (the port is taken, the folder is missing).
void serve_until_interrupted(Context& context, const std::filesystem::path& folder, std::uint16_t port);

}  // namespace candour::cli
