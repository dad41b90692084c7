#include "candour/cli/serve.h"

#include <doctest/doctest.h>

#include "candour/base/simulated_disk.h"
#include "candour/testing/code_of.h"

namespace candour::cli {
namespace {

TEST_CASE("Only a release is shown: not the folder around it, which may hold a vault and its key") {
  base::SimulatedDisk disk;
  const auto refusal = [&](const char* folder) {
    return testing::code_of([&] { require_release(disk, folder); });
  };
  disk.make_folder("kept/release");
  disk.make_folder("kept/providers/R1H");
  disk.store_new("kept/providers/R1H/vault.key", "secret");
  disk.store_new("kept/release/index.html", "a build that was stopped");
  CHECK(refusal("kept") == "CND-1904");
  CHECK(refusal("kept/providers/R1H") == "CND-1904");
  CHECK(refusal("kept/release") == "CND-1904");
  disk.store_new("kept/release/release.json", R"({"format": "candour-release-1"})");
  CHECK(refusal("kept/release") == "none");
  CHECK(refusal("kept") == "CND-1904");
}

TEST_CASE("Somebody else's release.json makes no release") {
  base::SimulatedDisk disk;
  int number = 0;
  for (const char* text : {"{}", R"({"format": 1})", R"({"format": "debian-release"})", "[]"}) {
    CAPTURE(text);
    const std::filesystem::path folder = "site" + std::to_string(++number);
    disk.make_folder(folder);
    disk.store_new(folder / "release.json", text);
    CHECK(testing::code_of([&] { require_release(disk, folder); }) == "CND-1904");
  }
}

}  // namespace
}  // namespace candour::cli
