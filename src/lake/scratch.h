// Scratch: a file without a name, and an engine that knows it alone. DuckDB writes there what is to be
// stored, and reads there what was verified. Nobody else can open the file, and a kill leaves nothing of it.
#pragma once

#include <memory>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/sha256.h"
#include "candour/sql/engine.h"

namespace candour::lake {

class Scratch {
 public:
  /// Errors: CND-1003 (no file can be made in the folder), CND-1406.
  explicit Scratch(const std::filesystem::path& folder);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// Makes this a copy of a file of the lake, hashed on the way: what is read afterwards is what was hashed,
  /// whatever happens to the file meanwhile. Errors: CND-2305 (missing, or not of this size and digest),
  /// CND-1003.
  void copy_verified(const base::Disk& disk, const std::filesystem::path& file, std::uint64_t size_bytes,
                     const base::Digest& sha256);
  [[nodiscard]] sql::ParquetFile& parquet() { return *parquet_; }
  /// What DuckDB has written.
  [[nodiscard]] std::unique_ptr<base::ReadableFile> open() const;
  /// Gives up what it holds.
  void clear();

 private:
  [[nodiscard]] std::filesystem::path path() const;

  std::filesystem::path folder_;
  int descriptor_ = -1;
  std::unique_ptr<sql::ParquetFile> parquet_;
};

/// Lends scratches, and keeps one that came back: to start an engine takes longer than to read a small file.
class ScratchShelf : public std::enable_shared_from_this<ScratchShelf> {
 public:
  explicit ScratchShelf(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// Comes back, cleared, when the last user lets it go, who may outlive the shelf's owner.
  [[nodiscard]] std::shared_ptr<Scratch> take();

 private:
  std::filesystem::path folder_;
  std::unique_ptr<Scratch> idle_;
};

}  // namespace candour::lake
