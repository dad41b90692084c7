#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>

#include "candour/collection/collection_testing.h"
#include "candour/testing/shared.h"

namespace candour::collection {
namespace {

// The recipe of collection.h, as anyone would run it.
std::string recipe(const std::filesystem::path& folder) {
  const std::string command =
      "cd '" + folder.string() +
      "' && find . -type f | sed 's|^\\./||' | LC_ALL=C sort | xargs sha256sum | sha256sum";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  char digest[65] = {};
  REQUIRE(std::fread(digest, 1, 64, pipe) == 64);
  pclose(pipe);
  return digest;
}

void write(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string hex_digest(const std::filesystem::path& folder) { return base::to_hex(digest_of_folder(folder)); }

TEST_CASE("the digest of a folder is what sha256sum says of it") {
  CHECK(hex_digest("collections/rtt-waiting-list") == recipe("collections/rtt-waiting-list"));
  const testing::TemporaryFolder folder;
  // Names that sort otherwise in most locales, or folder by folder: "a-b/x" < "a.csv" < "a/x" < "a_b" < "b".
  for (const char* name : {"B", "a/x", "a-b/x", "a.csv", "a_b", "b", "A", "a/y/z", ".hidden"}) {
    write(folder.path() / name, name);
  }
  write(folder.path() / "empty", "");
  CHECK(hex_digest(folder.path()) == recipe(folder.path()));
}

TEST_CASE("the digest changes with any byte, any name and any file") {
  const testing::TemporaryFolder folder;
  write(folder.path() / "a", "1");
  write(folder.path() / "b", "2");
  const std::string before = hex_digest(folder.path());
  write(folder.path() / "b", "3");
  CHECK(hex_digest(folder.path()) != before);
  write(folder.path() / "b", "2");
  CHECK(hex_digest(folder.path()) == before);
  std::filesystem::rename(folder.path() / "b", folder.path() / "c");
  CHECK(hex_digest(folder.path()) != before);
  std::filesystem::rename(folder.path() / "c", folder.path() / "b");
  write(folder.path() / "d" / "e", "");
  CHECK(hex_digest(folder.path()) != before);
}

TEST_CASE("links, pipes and names that the recipe would read otherwise are refused") {
  const auto refused = [](const std::function<void(const std::filesystem::path&)>& add) {
    const testing::TemporaryFolder folder;
    write(folder.path() / "a", "1");
    add(folder.path());
    return code_of([&] { static_cast<void>(digest_of_folder(folder.path())); });
  };
  using Path = std::filesystem::path;
  CHECK(refused([](const Path&) {}) == "");
  CHECK(refused([](const Path& folder) { std::filesystem::create_symlink("a", folder / "b"); }) ==
        "CND-1315");
  CHECK(refused([](const Path& folder) {
          std::filesystem::create_directory_symlink("/tmp", folder / "b");
        }) == "CND-1315");
  for (const char* name : {"a b", "a\\b", "a\nb", "a'b", "é", "a\"b", "#a"}) {
    CAPTURE(name);
    CHECK(refused([&](const Path& folder) { write(folder / name, "1"); }) == "CND-1315");
  }
  CHECK(code_of([] { static_cast<void>(digest_of_folder("no/such/folder")); }) == "CND-1002");
}

TEST_CASE("a folder with too many files is no collection") {
  const testing::TemporaryFolder folder;
  for (int i = 0; i <= 1000; ++i) write(folder.path() / ("f" + std::to_string(i)), "");
  CHECK(code_of([&] { static_cast<void>(read_folder(folder.path())); }) == "CND-1314");
  std::filesystem::remove(folder.path() / "f0");
  CHECK(read_folder(folder.path()).size() == 1000);
}

TEST_CASE(
    "a collection is found by its path or its name, and where there is none, those that there are are "
    "named") {
  CHECK(find_collection("collections/rtt-waiting-list") == "collections/rtt-waiting-list");
  CHECK(find_collection("rtt-waiting-list") == "collections/rtt-waiting-list");
  try {
    static_cast<void>(find_collection("rtt"));
    FAIL("it was found");
  } catch (const base::Error& error) {
    CHECK(error.code().view() == "CND-1301");
    CHECK(base::describe(error).find("rtt-waiting-list") != std::string::npos);
  }
  CHECK(code_of([] { static_cast<void>(find_collection("")); }) == "CND-1301");
}

}  // namespace
}  // namespace candour::collection
