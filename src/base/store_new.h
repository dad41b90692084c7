// store_new, written once over the few system calls that it is made of: PosixDisk gives it the kernel's,
// SimulatedDisk gives it calls that it can lose. What the simulator proves is thus the order that runs.
//
// The order, for "folder/name":
//   1. look whether folder/name exists         (settle, then CND-1005; link below is what decides)
//   2. claim folder/.name.tmp: remove what a crash left there, create it alone, mode 0600,
//      or 0644 for what is public
//   3. write the content, hashing it on the way
//   4. fsync the temporary file
//   5. link it to folder/name                                      (fails where the name exists: never
//   replaces)
//   6. unlink folder/.name.tmp
//   7. fsync the folder
//
// The guarantee: once store_new has returned, folder/name has exactly the content, also after a loss of
// power; before that the name is either absent or has all of the content, because it is linked only after the
// content was synced. Its limits: a disk that acknowledges a flush without doing it breaks it, so does a
// file system whose link() can succeed and report failure (NFS); a call that a crash interrupted after step 5
// may leave a whole file that nobody acknowledged. A temporary name that a crash left is harmless (no reader
// looks for names that begin with a dot and end with .tmp) and goes at the next store_new or settle of the
// same name.
#pragma once

#include <memory>

#include "candour/base/disk.h"

namespace candour::base {

/// A temporary file that one caller alone writes.
class ClaimedFile {
 public:
  virtual ~ClaimedFile() = default;
  virtual void append(ByteView bytes) = 0;
  virtual void sync() = 0;
};

/// The system calls of store_new. Each raises the errors of Disk.
class FileSystemCalls {
 public:
  virtual ~FileSystemCalls() = default;
  [[nodiscard]] virtual bool name_exists(const Disk::Path& path) const = 0;
  /// Creates the file, which this caller alone writes; a leftover of a dead caller is removed before.
  [[nodiscard]] virtual std::unique_ptr<ClaimedFile> claim(const Disk::Path& path, Access access) = 0;
  virtual void link(const Disk::Path& from, const Disk::Path& to) = 0;
  virtual void unlink(const Disk::Path& path) = 0;
  virtual void sync_folder(const Disk::Path& folder) = 0;
};

/// The folder that holds a path, "." for a bare name.
[[nodiscard]] Disk::Path folder_of(const Disk::Path& path);

/// The temporary name that store_new uses for `path`.
[[nodiscard]] Disk::Path temporary_name_of(const Disk::Path& path);

/// Disk::store_new over `calls`.
[[nodiscard]] StoredFile store_new_over(FileSystemCalls& calls, const Disk::Path& path, ByteSource& content,
                                        Access access);

/// Disk::settle over `calls`: the steps 6 and 7 for a store_new that was killed before them.
void settle_over(FileSystemCalls& calls, const Disk::Path& path);

}  // namespace candour::base
