// The portable subset: SQL that DuckDB and Spark read alike, and that can do nothing but compute. Measures,
// shapes and row checks of a collection are written in it; what is outside is refused when the collection is
// loaded. An allow-list over the tree of DuckDB's json_serialize_sql; docs/reference/sql-subset.md lists it.
//
// Relations that a statement may name are given with their schemas; the binder itself is the policy: a column
// that is not in a schema does not exist. Result types are checked: no type outside table::Type, SUM cast to
// BIGINT.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/error.h"
#include "candour/table/chunk.h"

namespace candour::sql {

struct NamedSchema {
  std::string name;
  table::Schema schema;
};

/// Whether a statement may have reals in its result: a local step may not, a combining step may.
enum class Reals { kRefused, kAllowed };

/// A single SELECT that was checked against the subset and bound to relations; only check_select makes one.
class CheckedSelect {
 public:
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const table::Schema& result() const { return result_; }
  /// The relations that it reads, sorted.
  [[nodiscard]] const std::vector<std::string>& reads() const { return reads_; }

 private:
  friend CheckedSelect check_select(std::string_view, const std::vector<NamedSchema>&, Reals,
                                    const base::Label&);
  std::string text_;
  table::Schema result_;
  std::vector<std::string> reads_;
};

/// Row expressions that were checked; only check_expressions makes one.
class CheckedExpressions {
 public:
  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }
  [[nodiscard]] const table::Schema& columns() const { return columns_; }

 private:
  friend CheckedExpressions check_expressions(const std::vector<std::string>&, const table::Schema&,
                                              const std::vector<base::Label>&);
  std::vector<std::string> texts_;
  table::Schema columns_;
};

/// Checks one SELECT. `place` names it in errors ("measures/waits.local.sql").
/// Errors: CND-1401 (not one SELECT, or not SQL), CND-1402 (outside the subset: names the construct),
/// CND-1403 (names a relation or column that it may not read), CND-1404 (a result type outside the subset).
[[nodiscard]] CheckedSelect check_select(std::string_view text, const std::vector<NamedSchema>& relations,
                                         Reals reals, const base::Label& place);

/// Checks boolean expressions over one row of `columns`: no subquery, window or aggregate, nothing but the
/// row. `places` names each. The same errors.
[[nodiscard]] CheckedExpressions check_expressions(const std::vector<std::string>& texts,
                                                   const table::Schema& columns,
                                                   const std::vector<base::Label>& places);

}  // namespace candour::sql
