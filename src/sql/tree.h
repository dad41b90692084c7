// The allow-list over the tree that DuckDB's json_serialize_sql gives for a statement. It fails closed: a
// node, class, function, type or property that is not named here is refused, unless the property is empty.
// Names are resolved here too, by the scopes that both engines share (the columns of FROM, and nothing else):
// left to itself DuckDB would read an unknown `current_date` or `rowid` as one of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/sql/subset.h"

namespace candour::sql {

struct TreeRules {
  Reals reals = Reals::kRefused;
  /// One expression over a row: no FROM, aggregate, window or cast of anything but a literal.
  bool row_expression = false;
};

/// What is asked of a statement: its text, for lines, and its place, for errors.
struct TreeSource {
  std::string_view text;
  const base::Label& place;
};

/// What a statement gives and takes, by name.
struct TreeSummary {
  std::vector<std::string> result;  ///< the names of its columns, as written
  std::vector<std::string> reads;   ///< the relations, sorted
};

/// Checks the `node` of one statement. For a row expression, `relations` is one relation: the row.
/// Errors: CND-1402, CND-1403.
[[nodiscard]] TreeSummary check_tree(const base::Json& node, const std::vector<NamedSchema>& relations,
                                     TreeRules rules, const TreeSource& source);

/// A name as SQL compares it: ASCII letters in lower case.
[[nodiscard]] std::string fold_name(std::string_view name);

}  // namespace candour::sql
