#include "candour/cli/serve.h"

#include <doctest/doctest.h>

#include "candour/base/simulated_disk.h"
#include "candour/testing/code_of.h"

namespace candour::cli {
namespace {

constexpr std::string_view kRelease =
    R"({"format": "candour-release-2", "files": [{"path": "index.html", "size_bytes": 24},
        {"path": "tables/waits.csv", "size_bytes": 0}]})";

TEST_CASE("Only a release is shown: not the folder around it, which may hold a vault and its key") {
  base::SimulatedDisk disk;
  const auto refusal = [&](const char* folder) {
    return testing::code_of([&] { (void)release_files(disk, folder); });
  };
  disk.make_folder("kept/release");
  disk.make_folder("kept/providers/R1H");
  disk.store_new("kept/providers/R1H/vault.key", "secret");
  disk.store_new("kept/release/index.html", "a build that was stopped");
  CHECK(refusal("kept") == "CND-1904");
  CHECK(refusal("kept/providers/R1H") == "CND-1904");
  CHECK(refusal("kept/release") == "CND-1904");
  disk.store_new("kept/release/release.json", kRelease);
  CHECK(refusal("kept/release") == "none");
  CHECK(refusal("kept") == "CND-1904");
}

TEST_CASE("Of a release its own files are shown, with the sizes that it gives, and no other") {
  base::SimulatedDisk disk;
  disk.make_folder("release");
  disk.store_new("release/release.json", kRelease);
  disk.store_new("release/vault.key", "secret");
  CHECK(release_files(disk, "release") ==
        net::SiteFiles{{"index.html", 24}, {"release.json", kRelease.size()}, {"tables/waits.csv", 0}});
}

TEST_CASE("Somebody else's release.json makes no release") {
  base::SimulatedDisk disk;
  int number = 0;
  const std::string ours = R"({"format": "candour-release-2")";
  for (const std::string& text :
       {std::string("{}"), std::string(R"({"format": 1})"), std::string("[]"),
        std::string(R"({"format": "debian-release", "files": []})"), ours + "}", ours + R"(, "files": {}})",
        ours + R"(, "files": ["index.html"]})", ours + R"(, "files": [{"path": "index.html"}]})",
        ours + R"(, "files": [{"path": 1, "size_bytes": 1}]})",
        ours + R"(, "files": [{"path": "index.html", "size_bytes": -1}]})"}) {
    CAPTURE(text);
    const std::filesystem::path folder = "site" + std::to_string(++number);
    disk.make_folder(folder);
    disk.store_new(folder / "release.json", text);
    CHECK(testing::code_of([&] { (void)release_files(disk, folder); }) == "CND-1904");
  }
}

}  // namespace
}  // namespace candour::cli
