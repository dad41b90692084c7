#include <algorithm>
#include <set>

#include "candour/collection/collection.h"

namespace candour::collection {
namespace {

using Path = std::filesystem::path;

bool is_collection(const Path& folder) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(folder / "collection.toml", ignored);
}

// Where collections may be: under the current folder, beside the program (a build), where it was installed.
std::vector<Path> shelves() {
  std::vector<Path> found = {"collections"};
  std::error_code error;
  const Path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return found;
  const Path folder = program.parent_path();
  found.push_back(folder / "collections");
  found.push_back(folder.parent_path() / "share" / "candour" / "collections");
  found.push_back(folder.parent_path().parent_path() /
                  "collections");  // build/release/candour in the sources
  return found;
}

std::string names_on(const std::vector<Path>& found) {
  std::set<std::string> names;
  for (const Path& shelf : found) {
    std::error_code error;
    for (std::filesystem::directory_iterator entry(shelf, error), end; !error && entry != end;
         entry.increment(error)) {
      if (is_collection(entry->path())) names.insert(entry->path().filename().string());
    }
  }
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined.empty() ? "none" : joined;
}

}  // namespace

Path find_collection(std::string_view name_or_path) {
  Path given(name_or_path);
  if (is_collection(given)) return given;
  const std::vector<Path> found = shelves();
  for (const Path& shelf : found) {
    if (!name_or_path.empty() && is_collection(shelf / given)) return shelf / given;
  }
  throw base::Error("CND-1301", "There is no such collection.")
      .with("collection", base::Label(name_or_path))
      .with("there_are", base::Label(names_on(found)));
}

}  // namespace candour::collection
