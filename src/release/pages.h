// The pages of a release: index.html in the order that users of statistics know, and quality.html.
#pragma once

#include <string>
#include <vector>

#include "candour/release/charts.h"
#include "candour/release/release.h"

namespace candour::release {

/// A release table with its framed rows and charts.
struct ReleasedTable {
  const collection::ReleaseTable* declared = nullptr;
  table::Relation framed;
  std::vector<DrawnChart> charts;
  std::uint64_t csv_bytes = 0;
  std::uint64_t parquet_bytes = 0;
};

[[nodiscard]] std::string render_index(const ReleaseInputs& inputs, const std::vector<ReleasedTable>& tables);
[[nodiscard]] std::string render_quality(const ReleaseInputs& inputs,
                                         const std::vector<ReleasedTable>& tables);

}  // namespace candour::release
