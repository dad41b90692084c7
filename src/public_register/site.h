// The public register as a folder of static files: pages, style sheet, feed, CSV and JSON; and the verifier,
// verify.html, so that whoever reads can check. It needs no server, loads nothing from elsewhere, and but for
// the verifier has no script.
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
