// Where engines put what they need for a moment: the system's temporary folder, TMPDIR. Nothing there is
// state.
#pragma once

#include <filesystem>

namespace candour::node {

/// The temporary folder. Errors: CND-1004 if TMPDIR names none.
[[nodiscard]] std::filesystem::path temporary_folder();

/// A folder inside it that goes with the object: DuckDB writes Parquet here before it is stored. Errors:
/// CND-1004.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace candour::node
