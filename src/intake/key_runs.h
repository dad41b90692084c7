// Finds repeated keys among any number of rows in fixed memory: digests of keys with their lines, sorted in
// memory, written as sorted runs to an unnamed scratch file, merged at the end.
//
// The file is made with O_TMPFILE: it never has a name, and is gone when the process is, however it ends. A
// file system that has no such files gets a name for the moment between mkstemp and unlink.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "candour/crypto/mac.h"
#include "candour/intake/row_sink.h"

namespace candour::intake {

struct KeyLine {
  crypto::ShortDigest digest{};
  std::uint64_t line = 0;
  friend auto operator<=>(const KeyLine&, const KeyLine&) = default;
};

class KeyRuns {
 public:
  KeyRuns(std::filesystem::path folder, std::size_t buffer_rows);
  ~KeyRuns();
  KeyRuns(const KeyRuns&) = delete;
  KeyRuns& operator=(const KeyRuns&) = delete;

  /// Errors: CND-1003 (the scratch disk is full or fails), CND-1004 (the folder may not be written).
  void add(const KeyLine& entry);
  /// Tells each entry whose digest an earlier line has, with the first such line. Call once. Errors:
  /// CND-1003.
  void find_duplicates(const DuplicateFound& found);

 private:
  struct Run {
    std::uint64_t begin = 0;  ///< in entries of the file
    std::uint64_t end = 0;
  };
  class RunReader;

  void write_run();
  void open_file();

  std::filesystem::path folder_;
  std::size_t buffer_rows_;
  std::vector<KeyLine> buffer_;
  std::vector<Run> runs_;
  std::uint64_t written_ = 0;
  int file_ = -1;
};

}  // namespace candour::intake
