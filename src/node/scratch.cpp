#include "candour/node/scratch.h"

#include <cstdlib>

#include "candour/base/error.h"

namespace candour::node {

std::filesystem::path temporary_folder() {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  if (error) {
    throw base::Error("CND-1004", "The temporary folder that TMPDIR names is not there.")
        .with("errno", error.value());
  }
  return folder;
}

ScratchFolder::ScratchFolder() {
  const std::filesystem::path folder = temporary_folder();
  std::string pattern = (folder / "candour-scratch-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw base::Error("CND-1004", "No scratch folder can be made in the temporary folder.")
        .with("path", folder);
  }
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace candour::node
