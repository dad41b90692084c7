// The vault's files under SQLite: an SQLite VFS over base::Disk.
//
// SQLite writes, syncs and truncates its database and its write-ahead log through these calls
// (https://sqlite.org/vfs.html), so that the simulated disk carries the vault too. A Disk reports what fails
// by an exception, which must not pass through SQLite's C frames: it is kept here, SQLite gets an I/O error,
// and the wrapper (sqlite.h) throws the kept exception again as it was.
//
// There is no shared-memory file: one process has the vault (Disk::lock, locking_mode=EXCLUSIVE), and SQLite
// then keeps the log's index in its own memory.
#pragma once

#include <exception>
#include <memory>
#include <string>

#include "candour/base/disk.h"

namespace candour::vault {

class SqliteVfs {
 public:
  /// Registers itself under a name of its own. `disk` outlives it.
  explicit SqliteVfs(base::Disk& disk);
  ~SqliteVfs();
  SqliteVfs(const SqliteVfs&) = delete;
  SqliteVfs& operator=(const SqliteVfs&) = delete;

  [[nodiscard]] const char* name() const;

  /// What the Disk threw first, or nullptr. From then on nothing is read or written any more: after a failed
  /// write or sync the kernel may have dropped pages, and trying again would report success.
  [[nodiscard]] std::exception_ptr failure() const;
  [[nodiscard]] bool has_failed() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace candour::vault
