// Checkpoints: the state at a version in one Parquet file, as Delta's classic checkpoints have it, so that
// who opens the table need not read the log from its beginning.
//
//   _delta_log/VERSION.checkpoint.parquet   one row an action: protocol, metaData, each txn, each live add
//   checkpoints/VERSION.json                its size and SHA-256: without it no checkpoint of ours is read
//   _delta_log/_last_checkpoint             for other readers; a hint that may be absent or behind
#pragma once

#include <vector>

#include "candour/lake/history.h"
#include "candour/lake/scratch.h"

namespace candour::lake {

class Checkpoints {
 public:
  Checkpoints(base::Disk& disk, std::filesystem::path table_folder, std::shared_ptr<ScratchShelf> scratches)
      : disk_(disk), folder_(std::move(table_folder)), scratches_(std::move(scratches)) {}

  /// The versions that have one, in order.
  [[nodiscard]] std::vector<std::uint64_t> versions() const;
  /// Writes one; no error where another process has it already. The same state gives the same bytes.
  void store(const State& state, const Creation& created);
  /// Errors: CND-2305 (not the file that was written), CND-2309, CND-2310 (its rows are no state of the
  /// table).
  [[nodiscard]] State load(std::uint64_t version) const;

 private:
  void store_hint(std::uint64_t version, std::uint64_t actions, std::uint64_t size_bytes);
  [[nodiscard]] std::filesystem::path parquet_path(std::uint64_t version) const;
  [[nodiscard]] std::filesystem::path note_path(std::uint64_t version) const;

  base::Disk& disk_;
  std::filesystem::path folder_;
  std::shared_ptr<ScratchShelf> scratches_;
};

}  // namespace candour::lake
