// Files of a scratch folder: what DuckDB writes before it is stored, and what it reads after it was verified.
#pragma once

#include "candour/base/disk.h"
#include "candour/base/sha256.h"

namespace candour::lake {

/// A file that nobody else has, with mode 0600; gone with this.
class ScratchFile {
 public:
  explicit ScratchFile(const std::filesystem::path& folder);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A copy of a file of the lake, made while it was hashed: what is read afterwards is what was hashed,
/// whatever happens to the file meanwhile. The copy has no name, so that nobody opens it and a kill leaves
/// nothing.
class VerifiedCopy {
 public:
  /// Errors: CND-2305 (missing, or not of this size and digest), CND-1003 (the scratch folder is full).
  VerifiedCopy(const base::Disk& disk, const std::filesystem::path& file, std::uint64_t size_bytes,
               const base::Digest& sha256, const std::filesystem::path& scratch);
  ~VerifiedCopy();
  VerifiedCopy(const VerifiedCopy&) = delete;
  VerifiedCopy& operator=(const VerifiedCopy&) = delete;
  /// The open copy, for this process while this lives: /proc/self/fd/N.
  [[nodiscard]] std::filesystem::path path() const;

 private:
  int descriptor_ = -1;
};

}  // namespace candour::lake
