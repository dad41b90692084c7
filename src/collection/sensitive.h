// Tables whose rows a person is shown only where they ask in person: a letter about a sexual health clinic
// may lie in a hallway. `sensitive = true` in a table of collection.toml; only who answers a person asks.
#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace candour::collection {

/// The names of a folder's sensitive tables. The collection was loaded from it, and is right. Errors:
/// CND-1002, CND-1009, CND-1010.
[[nodiscard]] std::set<std::string> sensitive_tables(const std::filesystem::path& folder);

}  // namespace candour::collection
