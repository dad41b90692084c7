// PosixDisk: Disk over the kernel. Every descriptor is closed on exec, so that no child keeps a lock or a
// file.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "candour/base/disk.h"
#include "candour/base/error.h"
#include "candour/base/failure_latch.h"
#include "candour/base/store_new.h"

namespace candour::base {
namespace {

using Path = Disk::Path;

constexpr mode_t kPublicFile = 0644;
constexpr mode_t kPublicFolder = 0755;

[[noreturn]] void throw_unreadable(const Path& path, int error) {
  throw Error("CND-1002", "The file or folder is missing or cannot be read.")
      .with("path", path)
      .with("errno", error);
}

[[noreturn]] void throw_write_error(const Path& path, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      throw_unreadable(path, error);
    case EEXIST:
      throw Error("CND-1005", "The file exists already and is never replaced.").with("path", path);
    case EROFS:
    case EACCES:
    case EPERM:
      throw Error("CND-1004", "The folder or file may not be written.")
          .with("path", path)
          .with("errno", error);
    default:
      throw Error("CND-1003", "The disk is full or failed.").with("path", path).with("errno", error);
  }
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

Descriptor open_descriptor(const Path& path, int flags) {
  int number = -1;
  do {
    number = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  } while (number < 0 && errno == EINTR);
  return Descriptor(number);
}

std::uint64_t size_of(const Descriptor& file, const Path& path) {
  struct stat status;
  if (::fstat(file.number(), &status) != 0) throw_unreadable(path, errno);
  return static_cast<std::uint64_t>(status.st_size);
}

std::size_t read_some(const Descriptor& file, const Path& path, std::uint64_t offset,
                      std::span<std::uint8_t> out) {
  ssize_t got = -1;
  do {
    got = ::pread(file.number(), out.data(), out.size(), static_cast<off_t>(offset));
  } while (got < 0 && errno == EINTR);
  if (got < 0) throw_unreadable(path, errno);
  return static_cast<std::size_t>(got);
}

// write() may take a part only, most of all just before the disk is full: the rest is asked for again, so
// that the error has its real cause.
void append_all(const Descriptor& file, const Path& path, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file.number(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw_write_error(path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
}

// Not asked again on any error, EINTR included: the kernel may have dropped the pages, and a second fsync
// would then report success.
void sync_descriptor(const Descriptor& file, const Path& path) {
  if (::fsync(file.number()) != 0) throw_write_error(path, errno);
}

void sync_folder_at(const Path& folder) {
  const Descriptor opened = open_descriptor(folder, O_RDONLY | O_DIRECTORY);
  if (!opened.is_open()) throw_write_error(folder, errno);
  sync_descriptor(opened, folder);
}

bool is_same_file(const Descriptor& file, const Path& path) {
  struct stat opened;
  struct stat named;
  return ::fstat(file.number(), &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

void lock_waiting(const Descriptor& file, const Path& path) {
  while (::flock(file.number(), LOCK_EX) != 0) {
    if (errno != EINTR) throw_write_error(path, errno);
  }
}

class PosixClaimedFile final : public ClaimedFile {
 public:
  PosixClaimedFile(Descriptor file, Path path) : file_(std::move(file)), path_(std::move(path)) {}
  void append(ByteView bytes) override { append_all(file_, path_, bytes); }
  void sync() override { sync_descriptor(file_, path_); }

 private:
  Descriptor file_;
  Path path_;
};

class PosixCalls final : public FileSystemCalls {
 public:
  [[nodiscard]] bool name_exists(const Path& path) const override {
    struct stat status;
    return ::lstat(path.c_str(), &status) == 0;
  }

  // Whoever writes the temporary file holds a lock on it. One that is there without a holder is a leftover;
  // one with a holder belongs to another store_new to the same name, which this one lets finish first. Were
  // it removed instead, the other would link a file that is being written here.
  [[nodiscard]] std::unique_ptr<ClaimedFile> claim(const Path& path, Access access) override {
    for (;;) {
      Descriptor made = open_descriptor(path, O_CREAT | O_EXCL | O_WRONLY);
      if (made.is_open()) {
        lock_waiting(made, path);
        // Between creation and lock another caller may have taken it for a leftover.
        if (!is_same_file(made, path)) continue;
        // Asked for by itself: what open() is asked for, the umask takes away again.
        if (access == Access::kPublic && ::fchmod(made.number(), kPublicFile) != 0) {
          throw_write_error(path, errno);
        }
        return std::make_unique<PosixClaimedFile>(std::move(made), path);
      }
      if (errno != EEXIST) throw_write_error(path, errno);
      const Descriptor leftover = open_descriptor(path, O_RDONLY | O_NOFOLLOW);
      if (!leftover.is_open()) {
        if (errno == ENOENT) continue;
        throw_write_error(path, errno);
      }
      lock_waiting(leftover, path);
      if (is_same_file(leftover, path)) unlink(path);
    }
  }

  void link(const Path& from, const Path& to) override {
    if (::link(from.c_str(), to.c_str()) != 0) throw_write_error(to, errno);
  }
  void unlink(const Path& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw_write_error(path, errno);
  }
  void sync_folder(const Path& folder) override { sync_folder_at(folder); }
};

class PosixReadableFile final : public ReadableFile {
 public:
  PosixReadableFile(Descriptor file, Path path)
      : file_(std::move(file)), path_(std::move(path)), size_bytes_(size_of(file_, path_)) {}
  [[nodiscard]] std::uint64_t size_bytes() const override { return size_bytes_; }
  std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    return read_some(file_, path_, offset, out);
  }

 private:
  Descriptor file_;
  Path path_;
  std::uint64_t size_bytes_;
};

class PosixRandomAccessFile final : public RandomAccessFile {
 public:
  PosixRandomAccessFile(Descriptor file, Path path) : file_(std::move(file)), path_(std::move(path)) {}
  [[nodiscard]] std::uint64_t size_bytes() const override { return size_of(file_, path_); }
  std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    return read_some(file_, path_, offset, out);
  }
  void write_at(std::uint64_t offset, ByteView bytes) override {
    latch_.run(path_, [&] {
      while (!bytes.empty()) {
        const ssize_t put = ::pwrite(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) throw_write_error(path_, errno);
        offset += static_cast<std::uint64_t>(put);
        bytes = bytes.subspan(static_cast<std::size_t>(put));
      }
    });
  }
  void truncate(std::uint64_t size_bytes) override {
    latch_.run(path_, [&] {
      if (::ftruncate(file_.number(), static_cast<off_t>(size_bytes)) != 0) throw_write_error(path_, errno);
    });
  }
  void sync() override {
    latch_.run(path_, [&] { sync_descriptor(file_, path_); });
  }

 private:
  Descriptor file_;
  Path path_;
  FailureLatch latch_;
};

class PosixJournal final : public Journal {
 public:
  PosixJournal(Descriptor file, Path path) : file_(std::move(file)), path_(std::move(path)) {}
  void append(ByteView bytes) override {
    latch_.run(path_, [&] { append_all(file_, path_, bytes); });
  }
  void sync() override {
    latch_.run(path_, [&] { sync_descriptor(file_, path_); });
  }

 private:
  Descriptor file_;
  Path path_;
  FailureLatch latch_;
};

class PosixLock final : public DiskLock {
 public:
  explicit PosixLock(Descriptor file) : file_(std::move(file)) {}

 private:
  Descriptor file_;
};

// Opens a file that is written in place. Its name is made durable even where the file was there already: a
// crash may have come between its creation and the folder's sync.
Descriptor open_or_create(const Path& path, int flags) {
  Descriptor file = open_descriptor(path, flags | O_CREAT);
  if (!file.is_open()) throw_write_error(path, errno);
  sync_folder_at(folder_of(path));
  return file;
}

}  // namespace

StoredFile PosixDisk::store_new(const Path& path, ByteSource& content, Access access) {
  PosixCalls calls;
  return store_new_over(calls, path, content, access);
}

void PosixDisk::settle(const Path& path) {
  PosixCalls calls;
  settle_over(calls, path);
}

std::unique_ptr<ReadableFile> PosixDisk::open(const Path& path) const {
  // Of a pipe that nobody writes to, the opening alone would wait for ever. On a file the flag does nothing.
  Descriptor file = open_descriptor(path, O_RDONLY | O_NONBLOCK);
  if (!file.is_open()) throw_unreadable(path, errno);
  struct stat status;
  if (::fstat(file.number(), &status) != 0) throw_unreadable(path, errno);
  // A folder opens for reading and fails at the first read only; a pipe has no size and no offsets.
  if (!S_ISREG(status.st_mode)) throw_unreadable(path, S_ISDIR(status.st_mode) ? EISDIR : ESPIPE);
  return std::make_unique<PosixReadableFile>(std::move(file), path);
}

std::unique_ptr<RandomAccessFile> PosixDisk::open_random(const Path& path, OpenMode mode) {
  if (mode == OpenMode::kCreate) {
    return std::make_unique<PosixRandomAccessFile>(open_or_create(path, O_RDWR), path);
  }
  Descriptor file = open_descriptor(path, O_RDWR);
  if (!file.is_open()) throw_write_error(path, errno);
  return std::make_unique<PosixRandomAccessFile>(std::move(file), path);
}

std::unique_ptr<Journal> PosixDisk::open_journal(const Path& path) {
  return std::make_unique<PosixJournal>(open_or_create(path, O_WRONLY | O_APPEND), path);
}

bool PosixDisk::exists(const Path& path) const {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0;
}

std::vector<std::string> PosixDisk::list(const Path& folder) const {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  const std::filesystem::directory_iterator end;
  while (!error && entry != end) {
    names.push_back(entry->path().filename().string());
    entry.increment(error);
  }
  if (error) throw_unreadable(folder, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

void PosixDisk::remove(const Path& path) {
  PosixCalls calls;
  if (!calls.name_exists(path)) return;
  calls.unlink(path);
  calls.sync_folder(folder_of(path));
}

void PosixDisk::make_folder(const Path& folder, Access access) {
  struct stat status;
  if (::stat(folder.c_str(), &status) == 0) {
    if (!S_ISDIR(status.st_mode)) {
      throw Error("CND-1005", "A file has the name that a folder should have.").with("path", folder);
    }
    return;
  }
  const Path parent = folder_of(folder.has_filename() ? folder : folder.parent_path());
  make_folder(parent, access);
  const bool made = ::mkdir(folder.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) throw_write_error(folder, errno);
  try {
    if (made && access == Access::kPublic && ::chmod(folder.c_str(), kPublicFolder) != 0) {
      throw_write_error(folder, errno);
    }
    sync_folder_at(parent);
  } catch (...) {
    // A later call would find it there and take it for durable.
    if (made) ::rmdir(folder.c_str());
    throw;
  }
}

std::unique_ptr<DiskLock> PosixDisk::lock(const Path& path) {
  // The file stays when the lock goes: were it removed, a second process could hold a lock on the removed
  // file while a third holds one on its successor.
  Descriptor file = open_descriptor(path, O_CREAT | O_RDWR);
  if (!file.is_open()) throw_write_error(path, errno);
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) throw_write_error(path, errno);
    throw Error("CND-1006", "Another process is using this at the moment.").with("path", path);
  }
  return std::make_unique<PosixLock>(std::move(file));
}

}  // namespace candour::base
