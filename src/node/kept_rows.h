// Rows but for those of some pseudonyms: what goes into the lake and comes out of it where an erasure order
// stands between.
#pragma once

#include <set>
#include <string>

#include "candour/table/chunk.h"

namespace candour::node {

/// Passes the rows on whose first column, a pseudonym, is not in `left_out`. Both outlive it; the set may
/// grow while rows come: what is in it when a chunk was pulled counts for that chunk.
class KeptRows final : public table::ChunkSource {
 public:
  KeptRows(table::ChunkSource& rows, const std::set<std::string>& left_out)
      : rows_(rows), left_out_(left_out), pulled_(rows.schema()) {}
  [[nodiscard]] const table::Schema& schema() const override { return rows_.schema(); }
  bool next(table::Chunk& chunk) override {
    chunk.clear();
    while (chunk.rows() == 0) {
      if (!rows_.next(pulled_)) return false;
      const table::Column& pseudonyms = pulled_.column(0);
      for (std::size_t row = 0; row < pulled_.rows(); ++row) {
        const bool is_left_out =
            !pseudonyms.is_null(row) && left_out_.contains(std::string(pseudonyms.text(row)));
        if (!is_left_out) chunk.append_row(pulled_, row);
      }
    }
    return true;
  }

 private:
  table::ChunkSource& rows_;
  const std::set<std::string>& left_out_;
  table::Chunk pulled_;
};

}  // namespace candour::node
