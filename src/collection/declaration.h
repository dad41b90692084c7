// What the parts of the loader share: refusing a declaration with its place, and the forms of names.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "candour/base/error.h"
#include "candour/base/toml.h"
#include "candour/collection/collection.h"
#include "candour/collection/folder.h"

namespace candour::collection {

/// Throws with the file, the line of `key` in `table`, the key, and what was written there.
[[noreturn]] void refuse(base::ErrorCode code, base::Literal message, const base::TomlTable& table,
                         std::string_view key, std::string_view value = {});

/// The value of `key` as a name for SQL: a lower-case letter, then letters, digits and _, at most 63. Errors:
/// CND-1304.
[[nodiscard]] std::string snake_name(const base::TomlTable& table, std::string_view key);
/// The value of `key` as a name for people and files: the same with - in the place of _. Errors: CND-1304.
[[nodiscard]] std::string kebab_name(const base::TomlTable& table, std::string_view key);
/// The value of `key` as a text with something in it. Errors: CND-1303.
[[nodiscard]] std::string words(const base::TomlTable& table, std::string_view key);

/// One of the words that a key may hold. Errors: CND-1303.
template <typename T>
[[nodiscard]] T one_of(const base::TomlTable& table, std::string_view key,
                       std::initializer_list<std::pair<std::string_view, T>> known) {
  const std::string text = table.text(key);
  for (const auto& [word, value] : known) {
    if (word == text) return value;
  }
  refuse("CND-1303", "A key holds a word that is none of those it may hold.", table, key, text);
}

/// The same as text → text, for keys such as where = { treatment_function = "C_999" }.
[[nodiscard]] std::map<std::string, std::string> text_map(const base::TomlTable& table);

using CodeLists = std::map<std::string, CodeList>;
using References = std::map<std::string, Reference>;

// The parts, in the order in which load_collection calls them. Errors: those of load_collection.

/// The fields of a table: types, when they must be there, what is left of them.
[[nodiscard]] std::vector<Field> load_fields(const base::TomlTable& table, const CodeLists& codes,
                                             const References& references);
/// A table with its fields and row checks.
[[nodiscard]] Table load_table(const base::TomlTable& table, bool of_people, const CodeLists& codes,
                               const References& references);
/// [source.csv.TABLE]
[[nodiscard]] SourceMapping load_source(const base::TomlTable& source, const Table& table);
/// measures/NAME.toml and its two steps.
[[nodiscard]] Measure load_measure(Folder& folder, const std::string& name, const Collection& collection);
/// release.toml, against the measures.
[[nodiscard]] ReleaseSpec load_release(Folder& folder, const Collection& collection);
/// published/: shape.sql, expand.sql, synth.toml.
void load_published(Folder& folder, Collection& collection);
/// published/synth.toml, against expand.sql.
[[nodiscard]] SynthSpec load_synth(const base::TomlTable& synth, const Collection& collection);
/// examples/examples.toml
[[nodiscard]] Examples load_examples(const base::TomlTable& examples, const Collection& collection);

/// load_collection over files in memory.
[[nodiscard]] Collection parse_collection(const FolderFiles& files, const std::filesystem::path& folder);

}  // namespace candour::collection
