#include <doctest/doctest.h>

#include "candour/collection/collection_testing.h"

namespace candour::collection {

FolderFiles small_collection() {
  static const FolderFiles kFiles = read_folder("tests/data/small-collection");
  return kFiles;
}

std::string code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return std::string(error.code().view());
  }
  return "";
}

std::string code_when(const std::string& file, std::string_view old_text, std::string_view new_text) {
  FolderFiles files = small_collection();
  std::string& text = files.at(file);
  const std::size_t at = text.find(old_text);
  REQUIRE(at != std::string::npos);
  REQUIRE(text.find(old_text, at + 1) == std::string::npos);
  text.replace(at, old_text.size(), new_text);
  return code_of([&] { static_cast<void>(parse_collection(files, "small")); });
}

TEST_CASE("the small collection of the tests is accepted as it stands") {
  CHECK(code_of([] { static_cast<void>(parse_collection(small_collection(), "small")); }) == "");
}

}  // namespace candour::collection
