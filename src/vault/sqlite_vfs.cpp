#include "candour/vault/sqlite_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <utility>

#include "candour/base/clock.h"
#include "candour/base/error.h"
#include "candour/base/random.h"
#include "candour/vault/sqlite_memory.h"

namespace candour::vault {

struct SqliteVfs::State {
  explicit State(base::Disk& its_disk) : disk(its_disk) {}
  base::Disk& disk;
  std::string name;
  sqlite3_vfs vfs{};
  std::exception_ptr failure;
};

namespace {

// SQLite gives the memory for it (szOsFile bytes) and calls xClose.
struct OpenFile {
  sqlite3_file base;
  SqliteVfs::State* state;
  base::RandomAccessFile* file;
};

constexpr int kLongestPathBytes = 4096 + 64;
constexpr int kSectorBytes = 4096;

SqliteVfs::State& state_of(sqlite3_vfs* vfs) { return *static_cast<SqliteVfs::State*>(vfs->pAppData); }
OpenFile& open_file(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }

// Runs `body` so that no exception leaves it: `code` is what SQLite gets instead.
template <typename Body>
int guarded(SqliteVfs::State& state, int code, Body&& body) noexcept {
  if (state.failure) return code;
  try {
    return body();
  } catch (...) {
    // The first one is the cause; what SQLite tries after it fails because of it.
    state.failure = std::current_exception();
    return code;
  }
}

int close_file(sqlite3_file* file) {
  delete std::exchange(open_file(file).file, nullptr);
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  OpenFile& open = open_file(file);
  return guarded(*open.state, SQLITE_IOERR_READ, [&] {
    const std::span<std::uint8_t> wanted(static_cast<std::uint8_t*>(out), static_cast<std::size_t>(size));
    std::size_t done = 0;
    while (done < wanted.size()) {
      const std::size_t got =
          open.file->read_at(static_cast<std::uint64_t>(offset) + done, wanted.subspan(done));
      if (got == 0) break;
      done += got;
    }
    if (done == wanted.size()) return SQLITE_OK;
    // SQLite relies on zeroes past the end.
    std::memset(wanted.data() + done, 0, wanted.size() - done);
    return SQLITE_IOERR_SHORT_READ;
  });
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  OpenFile& open = open_file(file);
  return guarded(*open.state, SQLITE_IOERR_WRITE, [&] {
    open.file->write_at(static_cast<std::uint64_t>(offset),
                        {static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)});
    return SQLITE_OK;
  });
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  OpenFile& open = open_file(file);
  return guarded(*open.state, SQLITE_IOERR_TRUNCATE, [&] {
    open.file->truncate(static_cast<std::uint64_t>(size));
    return SQLITE_OK;
  });
}

int sync_file(sqlite3_file* file, int) {
  OpenFile& open = open_file(file);
  return guarded(*open.state, SQLITE_IOERR_FSYNC, [&] {
    open.file->sync();
    return SQLITE_OK;
  });
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  OpenFile& open = open_file(file);
  return guarded(*open.state, SQLITE_IOERR_FSTAT, [&] {
    *size = static_cast<sqlite3_int64>(open.file->size_bytes());
    return SQLITE_OK;
  });
}

// The lock of the whole vault is Disk::lock, taken before SQLite sees a file.
int lock_nothing(sqlite3_file*, int) { return SQLITE_OK; }
int check_no_lock(sqlite3_file*, int* is_reserved) {
  *is_reserved = 0;
  return SQLITE_OK;
}
int control_nothing(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return kSectorBytes; }
// Nothing is promised, not even that a torn write leaves the neighbours in its sector alone
// (SQLITE_IOCAP_POWERSAFE_OVERWRITE): SQLite then fills the sector up after each commit.
int device_promises(sqlite3_file*) { return 0; }

constexpr sqlite3_io_methods kMethods = {
    1,  // iVersion: without shared memory and memory maps
    close_file,  read_file,       write_file,   truncate_file, sync_file,
    file_size,   lock_nothing,    lock_nothing, check_no_lock, control_nothing,
    sector_size, device_promises, nullptr,      nullptr,       nullptr,
    nullptr,     nullptr,         nullptr,
};

int open_named(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  SqliteVfs::State& state = state_of(vfs);
  OpenFile& open = open_file(file);
  open.base.pMethods = nullptr;
  // A file without a name would be a spill of temporary rows to disk: SQLite is built with TEMP_STORE=3.
  if (name == nullptr) return SQLITE_CANTOPEN;
  return guarded(state, SQLITE_CANTOPEN, [&] {
    const bool may_create = (flags & SQLITE_OPEN_CREATE) != 0;
    open.file = state.disk.open_random(name, may_create ? base::OpenMode::kCreate : base::OpenMode::kExisting)
                    .release();
    open.state = &state;
    open.base.pMethods = &kMethods;
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
  });
}

int remove_named(sqlite3_vfs* vfs, const char* name, int) {
  SqliteVfs::State& state = state_of(vfs);
  return guarded(state, SQLITE_IOERR_DELETE, [&] {
    state.disk.remove(name);
    return SQLITE_OK;
  });
}

int access_named(sqlite3_vfs* vfs, const char* name, int, int* is_there) {
  SqliteVfs::State& state = state_of(vfs);
  return guarded(state, SQLITE_IOERR_ACCESS, [&] {
    *is_there = state.disk.exists(name) ? 1 : 0;
    return SQLITE_OK;
  });
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  const std::size_t length = std::strlen(name);
  if (length >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::memcpy(out, name, length + 1);
  return SQLITE_OK;
}

int fill_random(sqlite3_vfs* vfs, int size, char* out) {
  const int code = guarded(state_of(vfs), SQLITE_ERROR, [&] {
    base::SystemRandom().fill({reinterpret_cast<std::uint8_t*>(out), static_cast<std::size_t>(size)});
    return SQLITE_OK;
  });
  return code == SQLITE_OK ? size : 0;
}

int sleep_not(sqlite3_vfs*, int) { return 0; }  // nobody else can hold a lock that would go away

int current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* milliseconds) {
  // Milliseconds of the Julian day, as SQLite counts.
  constexpr std::int64_t kJulianDayOf1970Ms = 210'866'760'000'000;
  return guarded(state_of(vfs), SQLITE_ERROR, [&] {
    *milliseconds = kJulianDayOf1970Ms + base::SystemClock().now_unix_seconds() * 1000;
    return SQLITE_OK;
  });
}

int current_time_days(sqlite3_vfs* vfs, double* days) {
  sqlite3_int64 milliseconds = 0;
  const int code = current_time_ms(vfs, &milliseconds);
  *days = static_cast<double>(milliseconds) / 86'400'000.0;
  return code;
}

int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

SqliteVfs::SqliteVfs(base::Disk& disk) : state_(std::make_unique<State>(disk)) {
  wipe_what_sqlite_frees();
  static std::atomic<std::uint64_t> made{0};
  state_->name = "candour-" + std::to_string(++made);
  sqlite3_vfs& vfs = state_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(OpenFile);
  vfs.mxPathname = kLongestPathBytes;
  vfs.zName = state_->name.c_str();
  vfs.pAppData = state_.get();
  vfs.xOpen = open_named;
  vfs.xDelete = remove_named;
  vfs.xAccess = access_named;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = fill_random;
  vfs.xSleep = sleep_not;
  vfs.xCurrentTime = current_time_days;
  vfs.xGetLastError = last_error;
  vfs.xCurrentTimeInt64 = current_time_ms;
  if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) throw std::bad_alloc();
}

SqliteVfs::~SqliteVfs() { sqlite3_vfs_unregister(&state_->vfs); }

const char* SqliteVfs::name() const { return state_->name.c_str(); }
bool SqliteVfs::has_failed() const { return state_->failure != nullptr; }
std::exception_ptr SqliteVfs::failure() const { return state_->failure; }

}  // namespace candour::vault
