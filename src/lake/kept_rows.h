// Rows but for those of some people: what an erasure writes anew, and what goes into the lake and comes out
// of it where an erasure order stands between.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "candour/table/chunk.h"

namespace candour::lake {

/// Passes the rows on that do not have one of `left_out` in a text column. All outlive it; the set may grow
/// while rows come: what is in it when a chunk was pulled counts for that chunk.
class KeptRows final : public table::ChunkSource {
 public:
  KeptRows(table::ChunkSource& rows, std::size_t column, const std::set<std::string>& left_out)
      : rows_(rows), read_(rows.schema()), column_(column), left_out_(left_out) {}
  [[nodiscard]] const table::Schema& schema() const override { return rows_.schema(); }

  bool next(table::Chunk& chunk) override {
    chunk.clear();
    while (chunk.rows() == 0) {
      if (!rows_.next(read_)) return false;
      const table::Column& column = read_.column(column_);
      for (std::size_t row = 0; row < read_.rows(); ++row) {
        if (!column.is_null(row) && left_out_.contains(std::string(column.text(row)))) {
          ++dropped_;
        } else {
          chunk.append_row(read_, row);
        }
      }
    }
    return true;
  }
  /// How many rows were left out so far.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  table::ChunkSource& rows_;
  table::Chunk read_;
  std::size_t column_;
  const std::set<std::string>& left_out_;
  std::uint64_t dropped_ = 0;
};

}  // namespace candour::lake
