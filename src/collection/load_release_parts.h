// The parts of release.toml that choose from a table's columns and rows: charts and the headline.
#pragma once

#include "candour/collection/declaration.h"

namespace candour::collection {

/// { dimension = "value" }: each a dimension of the frame, each value in its list. Errors: CND-1305.
[[nodiscard]] std::map<std::string, std::string> load_where(const base::TomlTable& where,
                                                            const ReleaseTable& table,
                                                            const CodeLists& codes);
/// Errors: CND-1303, CND-1304, CND-1305, CND-1313.
[[nodiscard]] ReleaseChart load_chart(const base::TomlTable& toml, const ReleaseTable& table,
                                      const CodeLists& codes);
/// Fills the headline of a release whose tables are loaded. Errors: CND-1303, CND-1305, CND-1313.
void load_headline(const base::TomlTable& toml, ReleaseSpec& release, const CodeLists& codes);

}  // namespace candour::collection
