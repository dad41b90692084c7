// What tests share: the corpora of CANDOUR_SHARED, and folders that go away after a test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace candour::testing {

/// The path of `name` under CANDOUR_SHARED, or nothing (with a line on standard output) where it is not set:
/// the test then returns, skipped.
inline std::optional<std::filesystem::path> shared_file(std::string_view name) {
  const char* root = std::getenv("CANDOUR_SHARED");
  if (root == nullptr || *root == '\0') {
    std::printf("skipped: CANDOUR_SHARED is not set, %.*s is not read\n", static_cast<int>(name.size()),
                name.data());
    return std::nullopt;
  }
  return std::filesystem::path(root) / name;
}

/// A folder of its own under the system's temporary folder, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "candour-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace candour::testing
