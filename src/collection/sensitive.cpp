#include "candour/collection/sensitive.h"

#include "candour/base/toml.h"
#include "candour/collection/folder.h"

namespace candour::collection {

std::set<std::string> sensitive_tables(const std::filesystem::path& path) {
  const FolderFiles files = read_folder(path);
  Folder folder(files, path);
  const auto toml = base::TomlTable::parse(folder.text("collection.toml"), folder.path_of("collection.toml"));
  std::set<std::string> names;
  for (const base::TomlTable& table : toml.tables("table")) {
    if (table.flag_or("sensitive", false)) names.insert(table.text("name"));
  }
  return names;
}

}  // namespace candour::collection
