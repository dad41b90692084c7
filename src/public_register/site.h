// The public register as a folder of static files: pages, style sheet, feed, CSV and JSON. It needs no
// server and no script, and loads nothing from elsewhere.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "candour/base/disk.h"
#include "candour/public_register/inputs.h"

namespace candour::public_register {

/// File name → bytes.
using SiteFiles = std::map<std::string, std::string>;

/// Errors: CND-2016 (the log does not begin with the federation's charter).
[[nodiscard]] SiteFiles render_site(const Inputs& inputs);

/// Makes the folder, readable by everybody. Errors: CND-1005 (a file of it exists), those of Disk.
void store_site(base::Disk& disk, const std::filesystem::path& folder, const SiteFiles& files);

}  // namespace candour::public_register
