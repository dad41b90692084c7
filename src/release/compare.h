// `candour release compare`: a release against what was published, as a full outer join: a row or a cell that
// is missing on either side differs. "-" equals only an absent value whose status is "too-few".
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/collection/collection.h"
#include "candour/table/chunk.h"

namespace candour::release {

struct Difference {
  std::vector<std::string> row;  ///< the frame's dimensions: "R1H", "C_100"
  std::string column;            ///< empty where the whole row is missing on one side
  std::string released;          ///< as text; "missing" where it is not there
  std::string published;
};

struct Comparison {
  std::uint64_t rows = 0;    ///< rows on either side
  std::uint64_t cells = 0;   ///< cells compared
  std::uint64_t differ = 0;  ///< cells that differ; a missing row counts all its cells
  std::vector<Difference> differences;
  /// Whether something was compared and nothing differs: a comparison of nothing shows nothing.
  [[nodiscard]] bool holds() const { return rows > 0 && differ == 0; }
};

/// Brings a published file into the shape of the release table: through published/shape.sql, or as it stands
/// where its header already has the table's dimension and figure columns. All text; no dimension is absent.
/// Errors: CND-1703 (neither shape, or a row without a value in a dimension), CND-14xx, CND-1110.
[[nodiscard]] table::Relation shape_published(const collection::Collection& collection,
                                              const collection::ReleaseTable& table,
                                              base::ByteSource& published);

/// Compares. `submitters` restricts the published rows to those that the release expected, where it is not
/// empty. Both relations have the table's columns. Errors: CND-1707 (a row stands twice on one side).
[[nodiscard]] Comparison compare(const collection::ReleaseTable& table, const table::Relation& released,
                                 const table::Relation& published,
                                 const std::vector<std::string>& submitters);

/// "rows compared: 11472, cells compared: 1296336, differ: 0"
[[nodiscard]] std::string summary_line(const Comparison& comparison);

/// Reads a release folder's table back. Errors: CND-1704 (not a release of this collection), CND-1110.
[[nodiscard]] table::Relation load_released(const base::Disk& disk, const std::filesystem::path& folder,
                                            const collection::Collection& collection,
                                            const collection::ReleaseTable& table);

}  // namespace candour::release
