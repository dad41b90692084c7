#include "candour/cli/temporary_folder.h"

#include <system_error>

#include "candour/base/error.h"

namespace candour::cli {

std::filesystem::path temporary_folder() {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  if (error) {
    throw base::Error("CND-1004", "The temporary folder that TMPDIR names is missing or no folder.")
        .with("errno", error.value());
  }
  return folder;
}

}  // namespace candour::cli
