// Reading a framed release table: rows by dimension values, and sums of figures, for headlines, charts and
// pages.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "candour/collection/release_spec.h"
#include "candour/table/chunk.h"

namespace candour::release {

using Where = std::map<std::string, std::string>;  ///< dimension → value

/// Calls `visit(chunk, row)` for each row that has every value of `where`, in order.
void for_each_row(const table::Relation& relation, const Where& where,
                  const std::function<void(const table::Chunk&, std::size_t)>& visit);

/// The sum of integer columns over the rows of `where`; absent cells add nothing.
/// Errors: CND-1708 (a column that the table does not have, or that is no integer: it must not be added).
[[nodiscard]] std::int64_t sum_of(const table::Relation& relation, const std::vector<std::string>& columns,
                                  const Where& where);

/// A cell as people read it: grouped integers, reals at the decimals that are declared, and where it is
/// absent why ("too few", "not sent"). Errors: CND-1708 (the table has no such column).
[[nodiscard]] std::string cell_text(const collection::ReleaseTable& table, const table::Relation& relation,
                                    const table::Chunk& chunk, std::size_t row, const std::string& column);

}  // namespace candour::release
