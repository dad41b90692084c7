// SimulatedDisk: a Disk in memory that loses power on request. What was not synced is then lost, torn at
// sectors of 512 bytes, or reordered, as the Random given decides: the same seed gives the same loss. Tests
// of everything that keeps state run on it; tests/support/candour/testing/crash.h runs a workload against
// every place where power can go.
//
// An operation is one system call that changes something: create, write, truncate, fsync, link, unlink,
// mkdir, fsync of a folder. store_new is the code that PosixDisk runs (store_new.h), over simulated calls.
// It has no users, so that what is public and what is private is one to it. Not for several threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/random.h"

namespace candour::base {

/// Thrown where the simulated machine loses power, and by every call until restart(). On purpose no Error:
/// code under test that handles failures of a disk must not be able to handle this.
struct CrashNow {};

class SimulatedDisk final : public Disk {
 public:
  /// kIgnored makes every sync do nothing and report success: a control that must make a crash test fail.
  enum class Sync { kHonest, kIgnored };

  explicit SimulatedDisk(Sync sync = Sync::kHonest);
  ~SimulatedDisk() override;

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

  /// Operations begun so far.
  [[nodiscard]] std::uint64_t operations() const;
  /// Lets `count` more operations finish. The one after them throws CrashNow; it may have done its work, a
  /// part of it, or nothing.
  void crash_after(std::uint64_t count);
  /// The `nth` operation from now (1: the next) fails once with CND-1003, as on a full disk: a write leaves a
  /// part behind, a sync drops what it should have written, any other does nothing.
  void fail_once_at(std::uint64_t nth);
  /// Power comes back: the disk holds what survived. Files and locks of before are gone; using one throws
  /// CrashNow. May also be called without a crash before: the power goes and comes back at once.
  void restart(Random& random);
  /// restart() of a machine that runs, by the name that a test reads best.
  void crash(Random& random) { restart(random); }
  /// Whether power is gone.
  [[nodiscard]] bool is_down() const;

 private:
  class Machine;
  std::shared_ptr<Machine> machine_;
};

}  // namespace candour::base
