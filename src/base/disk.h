// Disk: the only way to files that must last. Three kinds of file and no other:
//   - finished files, made once by store_new and never changed;
//   - append-only journals;
//   - random-access files (the vault's SQLite VFS).
// PosixDisk is the real one; SimulatedDisk (simulated_disk.h) loses, tears and reorders what was not synced.
// The system calls, in order:
//   - store_new: those of store_new.h, which also states the guarantee and its limits;
//   - what is public (Access::kPublic) has mode 0644, a folder 0755, whatever the umask: set before the
//   fsync;
//   - open_journal, open_random(kCreate): open (O_CREAT, mode 0600), fsync of the folder;
//   - append, write_at, truncate: write, pwrite, ftruncate, acknowledged only by a later sync(), an fsync;
//   - remove: unlink, fsync of the folder;  make_folder: for each missing level mkdir (0700), fsync of its
//   parent.
// Between sync() and sync() a crash may keep any part of the changes, in any order, torn at sector borders: a
// journal's reader must know a torn or missing record by its own means (length and digest).
// Scratch files of engines (DuckDB, sorted runs) are not state and do not pass through here.
//
// An acknowledged write is on disk: each call that says "durable" returns only after fsync of the file and of
// its folder. A failed fsync is an Error and the file may not be used again: the kernel may have dropped the
// pages, and a second fsync would report success.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "candour/base/sha256.h"
#include "candour/base/stream.h"

namespace candour::base {

struct StoredFile {
  Digest digest;
  std::uint64_t size_bytes = 0;
};

/// A finished file that is read.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  [[nodiscard]] virtual std::uint64_t size_bytes() const = 0;
  /// Puts up to out.size() bytes from `offset` there and says how many; 0 only at or past the end.
  virtual std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
};

/// A source that reads a whole ReadableFile once, from its beginning.
class FileSource final : public ByteSource {
 public:
  explicit FileSource(const ReadableFile& file) : file_(file) {}
  std::size_t read(std::span<std::uint8_t> out) override;
  [[nodiscard]] std::uint64_t position() const { return offset_; }

 private:
  const ReadableFile& file_;
  std::uint64_t offset_ = 0;
};

class RandomAccessFile {
 public:
  virtual ~RandomAccessFile() = default;
  [[nodiscard]] virtual std::uint64_t size_bytes() const = 0;
  virtual std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
  virtual void write_at(std::uint64_t offset, ByteView bytes) = 0;
  virtual void truncate(std::uint64_t size_bytes) = 0;
  virtual void sync() = 0;  ///< durable
};

class Journal {
 public:
  virtual ~Journal() = default;
  virtual void append(ByteView bytes) = 0;
  virtual void sync() = 0;  ///< durable
};

/// Held while a process uses something alone; let go when destroyed or when the process dies.
class DiskLock {
 public:
  virtual ~DiskLock() = default;
};

enum class OpenMode { kExisting, kCreate };

/// Who may read what is made: its owner alone, or, for what is published, everybody on the machine.
enum class Access { kPrivate, kPublic };

class Disk {
 public:
  using Path = std::filesystem::path;
  virtual ~Disk() = default;

  /// Makes a finished file: copies `content` to a temporary name beside `path` while hashing, syncs it,
  /// link()s it to `path`, removes the temporary name, syncs the folder. Durable. Never replaces. Errors:
  /// CND-1005 if `path` exists, CND-1003 if the disk is full or fails, CND-1004 if the folder may not be
  /// written. After an error `path` does not exist.
  virtual StoredFile store_new(const Path& path, ByteSource& content, Access access) = 0;
  StoredFile store_new(const Path& path, ByteSource& content) {
    return store_new(path, content, Access::kPrivate);
  }
  StoredFile store_new(const Path& path, std::string_view content, Access access = Access::kPrivate);

  /// For who finds the finished file `path` of an earlier run, which may have been killed in store_new's last
  /// steps, and goes on from it: removes the temporary name if it was left, and makes `path` durable.
  virtual void settle(const Path& path) = 0;

  /// Errors: CND-1002 if it is missing or unreadable.
  [[nodiscard]] virtual std::unique_ptr<ReadableFile> open(const Path& path) const = 0;
  [[nodiscard]] virtual std::unique_ptr<RandomAccessFile> open_random(const Path& path, OpenMode mode) = 0;
  [[nodiscard]] virtual std::unique_ptr<Journal> open_journal(const Path& path) = 0;

  [[nodiscard]] virtual bool exists(const Path& path) const = 0;
  /// Names in a folder (files and folders, not "." or ".."), sorted bytewise. Errors: CND-1002.
  [[nodiscard]] virtual std::vector<std::string> list(const Path& folder) const = 0;
  /// Removes a file; no error if it is not there. Durable.
  virtual void remove(const Path& path) = 0;
  /// Makes a folder and its parents; no error if it is there, and then its mode stays as it is. Durable.
  virtual void make_folder(const Path& folder, Access access) = 0;
  void make_folder(const Path& folder) { make_folder(folder, Access::kPrivate); }
  /// Errors: CND-1006 if another process (or another holder in this one) has it.
  [[nodiscard]] virtual std::unique_ptr<DiskLock> lock(const Path& path) = 0;
};

/// The whole of a small finished file. Errors: CND-1002; CND-1007 if it is over `limit_bytes`.
[[nodiscard]] std::string load_text(const Disk& disk, const Disk::Path& path,
                                    std::uint64_t limit_bytes = std::uint64_t{64} << 20);

class PosixDisk final : public Disk {
 public:
  using Disk::make_folder;
  using Disk::store_new;
  StoredFile store_new(const Path& path, ByteSource& content, Access access) override;
  void settle(const Path& path) override;
  [[nodiscard]] std::unique_ptr<ReadableFile> open(const Path& path) const override;
  [[nodiscard]] std::unique_ptr<RandomAccessFile> open_random(const Path& path, OpenMode mode) override;
  [[nodiscard]] std::unique_ptr<Journal> open_journal(const Path& path) override;
  [[nodiscard]] bool exists(const Path& path) const override;
  [[nodiscard]] std::vector<std::string> list(const Path& folder) const override;
  void remove(const Path& path) override;
  void make_folder(const Path& folder, Access access) override;
  [[nodiscard]] std::unique_ptr<DiskLock> lock(const Path& path) override;
};

}  // namespace candour::base
