// How rows of a release are found: by the values of the frame's dimensions.
#pragma once

#include <string>
#include <vector>

#include "candour/table/chunk.h"

namespace candour::release {

using RowKey = std::vector<std::string>;

/// The values of `columns` (text) in one row; an absent one is empty.
inline RowKey key_of(const table::Chunk& chunk, const std::vector<std::size_t>& columns, std::size_t row) {
  RowKey key;
  for (const std::size_t column : columns) {
    key.emplace_back(chunk.column(column).is_null(row) ? "" : chunk.column(column).text(row));
  }
  return key;
}

/// Where a row stands in a relation.
struct RowPlace {
  std::size_t chunk = 0;
  std::size_t row = 0;
};

}  // namespace candour::release
