// What a Table does its work with; shared by the sources of lake.h's class, and seen by nobody else.
#pragma once

#include <functional>

#include "candour/lake/checkpoint.h"
#include "candour/lake/history.h"
#include "candour/lake/lake.h"
#include "candour/lake/lake_format.h"
#include "candour/lake/slice_rows.h"

namespace candour::lake {

class TableWork {
 public:
  TableWork(Table::Surroundings surroundings, std::filesystem::path table_folder);

  /// Goes on to the newest version.
  void refresh() { log.replay(state); }
  /// The state at a version that there is, from the nearest checkpoint before it that is good.
  [[nodiscard]] State state_at(std::uint64_t version);
  /// The commit that an entry of the log is.
  [[nodiscard]] Commit load_commit(std::uint64_t version) const;

  /// Stores rows as a new data file that no commit names yet; fills in path, size, digest and number of rows.
  void store_rows(table::ChunkSource& rows, SliceFile& file);
  /// Makes the version after the state's, in which the file is its slice's, and gives its number; nothing
  /// where another process has made that version. After each 100th writes a checkpoint, whose failure is no
  /// failure of the commit.
  [[nodiscard]] std::optional<std::uint64_t> commit(const SliceFile& file, Reason reason);
  /// The same of a version in which the slice of the file is not. False where another made that version.
  [[nodiscard]] bool commit_taken_out(const SliceFile& file, std::int64_t at_unix);
  [[nodiscard]] DataFolder data() const { return {disk, folder, scratches, created.schema}; }

  base::Disk& disk;
  base::Random& random;
  std::shared_ptr<ScratchShelf> scratches;
  std::filesystem::path folder;
  Log log;
  Checkpoints checkpoints;
  Creation created;  ///< of version 0
  State state;
  std::optional<base::Error> checkpoint_problem;
  std::string writer;  ///< 16 hexadecimal digits once this has written

 private:
  [[nodiscard]] bool store_next(const Entry& entry);
  /// A name for a data file. The lock that its writer holds tells sweep() that the file may yet be committed.
  [[nodiscard]] std::string new_data_path();

  std::unique_ptr<base::DiskLock> writer_lock_;
  std::uint64_t files_made_ = 0;
};

/// 16 hexadecimal digits that no other has.
[[nodiscard]] std::string random_name(base::Random& random);

}  // namespace candour::lake
