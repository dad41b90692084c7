#include <algorithm>

#include "candour/collection/declaration.h"

namespace candour::collection {
namespace {

using base::TomlTable;

CodeLists load_codes(Folder& folder) {
  CodeLists codes;
  for (const std::string& name : folder.stems("codes/", ".csv")) {
    const std::string file = "codes/" + name + ".csv";
    codes.emplace(name, parse_code_list(folder.text(file), folder.path_of(file)));
  }
  return codes;
}

References load_references(const TomlTable& toml) {
  References references;
  const auto declared = toml.table_if("reference");
  if (!declared) return references;
  for (const std::string& name : declared->keys()) {
    const TomlTable one = declared->table(name);
    Reference reference;
    reference.name = name;
    const auto digest = base::from_hex_exactly<32>(one.text("sha256"));
    if (!digest) refuse("CND-1303", "sha256 is 64 hexadecimal digits.", one, "sha256");
    reference.sha256 = *digest;
    reference.key_column = words(one, "key");
    reference.value_column = words(one, "value");
    references.emplace(name, std::move(reference));
  }
  return references;
}

void load_tables(const TomlTable& toml, Collection& collection) {
  const bool of_people = collection.rows == "people";
  for (const TomlTable& one : toml.tables("table")) {
    Table table = load_table(one, of_people, collection.codes, collection.references);
    for (const Table& other : collection.tables) {
      if (other.name == table.name) {
        refuse("CND-1304", "Two tables have one name.", one, "name", table.name);
      }
    }
    collection.tables.push_back(std::move(table));
  }
  if (collection.tables.empty()) refuse("CND-1317", "A collection has at least one table.", toml, "table");
}

void load_sources(const TomlTable& toml, Collection& collection) {
  const TomlTable csv = toml.table("source").table("csv");
  for (const std::string& name : csv.keys()) {
    const auto table = std::find_if(collection.tables.begin(), collection.tables.end(),
                                    [&](const Table& one) { return one.name == name; });
    if (table == collection.tables.end()) {
      refuse("CND-1305", "A source mapping is for a table that the collection does not have.", csv, name,
             name);
    }
    collection.sources.push_back(load_source(csv.table(name), *table));
  }
  for (const Table& table : collection.tables) {
    const bool mapped = std::any_of(collection.sources.begin(), collection.sources.end(),
                                    [&](const SourceMapping& source) { return source.table == table.name; });
    if (!mapped) refuse("CND-1310", "A table has no [source.csv.TABLE].", toml, "source", table.name);
  }
}

}  // namespace

Collection parse_collection(const FolderFiles& files, const std::filesystem::path& path) {
  Folder folder(files, path);
  Collection collection;
  collection.folder = path;
  collection.digest = digest_of_files(files);
  const TomlTable toml = TomlTable::parse(folder.text("collection.toml"), folder.path_of("collection.toml"));
  collection.name = kebab_name(toml, "name");
  collection.title = words(toml, "title");
  collection.rows = one_of<std::string>(toml, "rows", {{"people", "people"}, {"aggregates", "aggregates"}});
  collection.about = folder.text("about.md");
  collection.codes = load_codes(folder);
  collection.references = load_references(toml);
  load_tables(toml, collection);
  load_sources(toml, collection);
  toml.finish();
  for (const std::string& name : folder.stems("measures/", ".toml")) {
    collection.measures.push_back(load_measure(folder, name, collection));
  }
  collection.release = load_release(folder, collection);
  load_published(folder, collection);
  if (folder.has("examples/examples.toml")) {
    const std::string name = "examples/examples.toml";
    collection.examples =
        load_examples(TomlTable::parse(folder.text(name), folder.path_of(name)), collection);
  }
  folder.refuse_strays();
  return collection;
}

Collection load_collection(const std::filesystem::path& folder) {
  return parse_collection(read_folder(folder), folder);
}

}  // namespace candour::collection
