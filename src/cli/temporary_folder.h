// Where scratch files go: what TMPDIR names, else /tmp.
#pragma once

#include <filesystem>

namespace candour::cli {

/// Errors: CND-1004 (there is no such folder).
[[nodiscard]] std::filesystem::path temporary_folder();

}  // namespace candour::cli
