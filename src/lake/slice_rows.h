// The rows of a slice's file, verified and read from a private copy.
#pragma once

#include <memory>
#include <vector>

#include "candour/lake/lake.h"
#include "candour/lake/scratch.h"

namespace candour::lake {

/// Where the files of a table are, and its columns.
struct DataFolder {
  const base::Disk& disk;
  std::filesystem::path table_folder;
  std::shared_ptr<ScratchShelf> scratches;
  table::Schema schema;
};

/// Errors: CND-2307 (the file was erased), CND-2305, CND-2309; while it is read, CND-2305 where the rows are
/// more or fewer than the log says.
[[nodiscard]] std::unique_ptr<table::ChunkSource> open_rows(const DataFolder& data, const SliceFile& file);
/// The rows of one file after another, each opened when the one before has ended.
[[nodiscard]] std::unique_ptr<table::ChunkSource> open_rows(const DataFolder& data,
                                                            std::vector<SliceFile> files);

/// Whether an erasure took the file, or was taking it when its process was killed.
[[nodiscard]] bool is_erased(const base::Disk& disk, const std::filesystem::path& table_folder,
                             const SliceFile& file);
/// The file that says so.
[[nodiscard]] std::filesystem::path erased_mark(const std::filesystem::path& table_folder,
                                                const SliceFile& file);

}  // namespace candour::lake
