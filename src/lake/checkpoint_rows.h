// The rows of a checkpoint: a state to Parquet and back. Parquet nests an action's fields; our chunks are
// flat, so the engine shapes the one into the other.
#pragma once

#include "candour/lake/history.h"
#include "candour/sql/engine.h"

namespace candour::lake {

void write_checkpoint(const State& state, const Creation& created, sql::ParquetFile& file);
/// Nothing where the rows are no state of a table. The caller has verified the file.
[[nodiscard]] std::optional<State> read_checkpoint(sql::ParquetFile& file, std::uint64_t version);

}  // namespace candour::lake
