// A table's columns as Delta's `schemaString` has them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "candour/table/chunk.h"

namespace candour::lake {

/// Errors: CND-2303 where there is no column, or a name is not of letters, digits and `_` with a letter in
/// front (Delta allows few other marks, and one program's case is another's), or two differ in case alone.
void check_schema(const table::Schema& schema);
/// JSON on one line: {"type":"struct","fields":[{"name":…,"type":…,"nullable":true,"metadata":{}}]}.
[[nodiscard]] std::string write_schema(const table::Schema& schema);
/// Nothing where the text is no such JSON, or a column has a type that no table of ours has.
[[nodiscard]] std::optional<table::Schema> parse_schema(std::string_view text);

}  // namespace candour::lake
