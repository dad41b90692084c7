// Finds repeated keys among any number of rows in fixed memory: digests of keys with their places, sorted in
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

struct KeyAt {
  crypto::ShortDigest digest{};
  RowPlace place;
};

class KeyRuns {
 public:
  KeyRuns(std::filesystem::path folder, std::size_t buffer_rows);
  ~KeyRuns();
  KeyRuns(const KeyRuns&) = delete;
  KeyRuns& operator=(const KeyRuns&) = delete;

  /// Errors: CND-1003 (the scratch disk is full or fails), CND-1004 (the folder may not be written).
  void add(const KeyAt& key);
  /// Tells each key whose digest an earlier place has, with the first such place. Call once. Errors:
  /// CND-1003.
  void find_duplicates(const DuplicateFound& found);

 private:
  /// As it lies on disk: a file of 10^9 rows needs 24 GB of it.
  struct Entry {
    crypto::ShortDigest digest{};
    std::uint64_t place = 0;  ///< the file's number above kLineBits bits of line
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };
  struct Run {
    std::uint64_t begin = 0;  ///< in entries of the file
    std::uint64_t end = 0;
  };
  class RunReader;
  class DuplicateScan;

  void write_run();
  void open_file();

  std::filesystem::path folder_;
  std::size_t buffer_rows_;
  std::vector<Entry> buffer_;
  std::vector<Run> runs_;
  std::uint64_t written_ = 0;
  int file_ = -1;
};

}  // namespace candour::intake
