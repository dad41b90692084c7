#include "candour/base/simulated_disk.h"

#include <limits>
#include <set>

#include "candour/base/error.h"
#include "candour/base/failure_latch.h"
#include "candour/base/simulated_storage.h"
#include "candour/base/store_new.h"

namespace candour::base {
namespace {

using Path = Disk::Path;
using Entry = SimulatedFolder::Entry;

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

[[noreturn]] void throw_missing(const Path& path) {
  throw Error("CND-1002", "The file or folder is missing or cannot be read.").with("path", path);
}
[[noreturn]] void throw_exists(const Path& path) {
  throw Error("CND-1005", "The file exists already and is never replaced.").with("path", path);
}
[[noreturn]] void throw_disk_full() { throw Error("CND-1003", "The disk is full or failed."); }

}  // namespace

// The machine that loses power: the tree of folders, the count of operations, and what was asked to go wrong.
// Open files keep it alive and remember in which run of it they were opened.
class SimulatedDisk::Machine final : public FileSystemCalls, public std::enable_shared_from_this<Machine> {
 public:
  explicit Machine(Sync sync) : sync_(sync) {}

  void require_power() const {
    if (down_) throw CrashNow{};
  }
  void require_run(std::uint64_t run) const {
    if (down_ || run != run_) throw CrashNow{};
  }

  // An operation that the crash interrupts may have happened: its effect is made, unsynced, and then power
  // goes.
  template <typename Effect>
  void change(Effect effect) {
    begin_operation();
    if (must_fail()) throw_disk_full();
    effect();
    end_operation();
  }
  void write(SimulatedFile& file, std::uint64_t offset, ByteView bytes) {
    begin_operation();
    const bool fails = must_fail();
    file.write_at(offset, fails ? bytes.first(bytes.size() / 2) : bytes);
    if (fails) throw_disk_full();
    end_operation();
  }
  // A sync that the crash interrupts may have written any part: the same as not having begun.
  template <typename Synced>
  void sync(Synced& synced) {
    begin_operation();
    if (must_fail()) {
      synced.fail_sync();
      throw_disk_full();
    }
    end_operation();
    if (sync_ == Sync::kHonest) synced.sync();
  }

  [[nodiscard]] const Entry* find(const Path& path) const {
    const SimulatedFolder* folder = find_folder(folder_of(path));
    if (folder == nullptr) return nullptr;
    const auto found = folder->entries().find(path.filename().string());
    return found == folder->entries().end() ? nullptr : &found->second;
  }
  [[nodiscard]] SimulatedFolder* find_folder(const Path& path) const {
    SimulatedFolder* folder = root_.get();
    for (const Path& part : path.relative_path()) {
      if (part.empty() || part == ".") continue;
      const auto found = folder->entries().find(part.string());
      if (found == folder->entries().end() || !found->second.folder) return nullptr;
      folder = found->second.folder.get();
    }
    return folder;
  }
  [[nodiscard]] SimulatedFolder& need_folder(const Path& path) const {
    SimulatedFolder* folder = find_folder(path);
    if (folder == nullptr) throw_missing(path);
    return *folder;
  }
  [[nodiscard]] std::shared_ptr<SimulatedFile> need_file(const Path& path) const {
    const Entry* entry = find(path);
    if (entry == nullptr || !entry->file) throw_missing(path);
    return entry->file;
  }
  // As O_CREAT with O_EXCL: never takes a name that is there.
  std::shared_ptr<SimulatedFile> create(const Path& path) {
    SimulatedFolder& folder = need_folder(folder_of(path));
    if (find(path) != nullptr) throw_exists(path);
    auto file = std::make_shared<SimulatedFile>();
    change([&] { folder.put(path.filename().string(), {file, nullptr}); });
    return file;
  }
  std::shared_ptr<SimulatedFile> open_or_create(const Path& path) {
    const Entry* entry = find(path);
    if (entry != nullptr && !entry->file) throw_exists(path);
    auto file = entry == nullptr ? create(path) : entry->file;
    sync_folder(folder_of(path));
    return file;
  }

  [[nodiscard]] bool name_exists(const Path& path) const override {
    require_power();
    return find(path) != nullptr;
  }
  [[nodiscard]] std::unique_ptr<ClaimedFile> claim(const Path& path, Access access) override;
  void link(const Path& from, const Path& to) override {
    SimulatedFolder& folder = need_folder(folder_of(to));
    const auto file = need_file(from);
    if (find(to) != nullptr) throw_exists(to);
    change([&] { folder.put(to.filename().string(), {file, nullptr}); });
  }
  void unlink(const Path& path) override {
    require_power();
    if (find(path) == nullptr) return;
    SimulatedFolder& folder = need_folder(folder_of(path));
    change([&] { folder.erase(path.filename().string()); });
  }
  void sync_folder(const Path& folder) override { sync(need_folder(folder)); }

  void restart(Random& random) {
    Survival survival(random);
    std::set<const SimulatedFile*> crashed;
    crash_tree(*root_, survival, crashed);
    locks_.clear();
    crash_at_ = kNever;
    fail_at_ = kNever;
    down_ = false;
    ++run_;
  }
  std::shared_ptr<int> take_lock(const Path& path) {
    std::weak_ptr<int>& holder = locks_[path.lexically_normal().string()];
    if (!holder.expired()) {
      throw Error("CND-1006", "Another process is using this at the moment.").with("path", path);
    }
    auto held = std::make_shared<int>(0);
    holder = held;
    return held;
  }

  void crash_after(std::uint64_t count) { crash_at_ = operations_ + count + 1; }
  void fail_once_at(std::uint64_t nth) { fail_at_ = operations_ + nth; }
  [[nodiscard]] std::uint64_t operations() const { return operations_; }
  [[nodiscard]] std::uint64_t run() const { return run_; }
  [[nodiscard]] bool is_down() const { return down_; }

 private:
  void begin_operation() {
    require_power();
    ++operations_;
  }
  [[nodiscard]] bool must_fail() const { return operations_ == fail_at_; }
  void end_operation() {
    if (operations_ < crash_at_) return;
    down_ = true;
    throw CrashNow{};
  }
  // Two names may lead to one file, which loses its changes once.
  static void crash_tree(SimulatedFolder& folder, Survival& survival,
                         std::set<const SimulatedFile*>& crashed) {
    folder.crash(survival);
    for (const auto& [name, entry] : folder.entries()) {
      if (entry.folder) crash_tree(*entry.folder, survival, crashed);
      if (entry.file && crashed.insert(entry.file.get()).second) entry.file->crash(survival);
    }
  }

  Sync sync_;
  std::shared_ptr<SimulatedFolder> root_ = std::make_shared<SimulatedFolder>();
  std::map<std::string, std::weak_ptr<int>> locks_;
  std::uint64_t operations_ = 0;
  std::uint64_t crash_at_ = kNever;
  std::uint64_t fail_at_ = kNever;
  std::uint64_t run_ = 0;
  bool down_ = false;
};

namespace {

// An open file of one run of the machine. `M` is SimulatedDisk::Machine, which cannot be named out here.
template <typename M>
class OpenFile {
 public:
  OpenFile(std::shared_ptr<M> machine, std::shared_ptr<SimulatedFile> file, Path path)
      : machine_(std::move(machine)), file_(std::move(file)), path_(std::move(path)), run_(machine_->run()) {}

  [[nodiscard]] const SimulatedFile& content() const {
    machine_->require_run(run_);
    return *file_;
  }
  void append(ByteView bytes) { write_at(file_->size_bytes(), bytes); }
  void write_at(std::uint64_t offset, ByteView bytes) {
    change([&] { machine_->write(*file_, offset, bytes); });
  }
  void truncate(std::uint64_t size_bytes) {
    change([&] { machine_->change([&] { file_->truncate(size_bytes); }); });
  }
  void sync() {
    change([&] { machine_->sync(*file_); });
  }

 private:
  template <typename Change>
  void change(Change change) {
    machine_->require_run(run_);
    latch_.run(path_, change);
  }

  std::shared_ptr<M> machine_;
  std::shared_ptr<SimulatedFile> file_;
  Path path_;
  std::uint64_t run_;
  FailureLatch latch_;
};

template <typename M>
class SimulatedReadable final : public ReadableFile {
 public:
  explicit SimulatedReadable(OpenFile<M> file) : file_(std::move(file)) {}
  [[nodiscard]] std::uint64_t size_bytes() const override { return file_.content().size_bytes(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    return file_.content().read_at(offset, out);
  }

 private:
  OpenFile<M> file_;
};

template <typename M>
class SimulatedRandomAccess final : public RandomAccessFile {
 public:
  explicit SimulatedRandomAccess(OpenFile<M> file) : file_(std::move(file)) {}
  [[nodiscard]] std::uint64_t size_bytes() const override { return file_.content().size_bytes(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    return file_.content().read_at(offset, out);
  }
  void write_at(std::uint64_t offset, ByteView bytes) override { file_.write_at(offset, bytes); }
  void truncate(std::uint64_t size_bytes) override { file_.truncate(size_bytes); }
  void sync() override { file_.sync(); }

 private:
  OpenFile<M> file_;
};

// A journal and a claimed file are both written at their end and synced.
template <typename M, typename Interface>
class SimulatedAppend final : public Interface {
 public:
  explicit SimulatedAppend(OpenFile<M> file) : file_(std::move(file)) {}
  void append(ByteView bytes) override { file_.append(bytes); }
  void sync() override { file_.sync(); }

 private:
  OpenFile<M> file_;
};

class SimulatedLock final : public DiskLock {
 public:
  explicit SimulatedLock(std::shared_ptr<int> held) : held_(std::move(held)) {}

 private:
  std::shared_ptr<int> held_;
};

}  // namespace

std::unique_ptr<ClaimedFile> SimulatedDisk::Machine::claim(const Path& path, Access) {
  unlink(path);
  OpenFile<Machine> file(shared_from_this(), create(path), path);
  return std::make_unique<SimulatedAppend<Machine, ClaimedFile>>(std::move(file));
}

SimulatedDisk::SimulatedDisk(Sync sync) : machine_(std::make_shared<Machine>(sync)) {}
SimulatedDisk::~SimulatedDisk() = default;

StoredFile SimulatedDisk::store_new(const Path& path, ByteSource& content, Access access) {
  return store_new_over(*machine_, path, content, access);
}

void SimulatedDisk::settle(const Path& path) { settle_over(*machine_, path); }

std::unique_ptr<ReadableFile> SimulatedDisk::open(const Path& path) const {
  machine_->require_power();
  OpenFile<Machine> file(machine_, machine_->need_file(path), path);
  return std::make_unique<SimulatedReadable<Machine>>(std::move(file));
}

std::unique_ptr<RandomAccessFile> SimulatedDisk::open_random(const Path& path, OpenMode mode) {
  machine_->require_power();
  auto found = mode == OpenMode::kCreate ? machine_->open_or_create(path) : machine_->need_file(path);
  OpenFile<Machine> file(machine_, std::move(found), path);
  return std::make_unique<SimulatedRandomAccess<Machine>>(std::move(file));
}

std::unique_ptr<Journal> SimulatedDisk::open_journal(const Path& path) {
  machine_->require_power();
  OpenFile<Machine> file(machine_, machine_->open_or_create(path), path);
  return std::make_unique<SimulatedAppend<Machine, Journal>>(std::move(file));
}

bool SimulatedDisk::exists(const Path& path) const {
  machine_->require_power();
  return machine_->find(path) != nullptr || machine_->find_folder(path) != nullptr;
}

std::vector<std::string> SimulatedDisk::list(const Path& folder) const {
  machine_->require_power();
  std::vector<std::string> names;
  for (const auto& [name, entry] : machine_->need_folder(folder).entries()) names.push_back(name);
  return names;
}

void SimulatedDisk::remove(const Path& path) {
  if (!machine_->name_exists(path)) return;
  machine_->unlink(path);
  machine_->sync_folder(folder_of(path));
}

void SimulatedDisk::make_folder(const Path& folder, Access access) {
  machine_->require_power();
  if (machine_->find_folder(folder) != nullptr) return;
  const Path name = folder.has_filename() ? folder : folder.parent_path();
  if (machine_->find(name) != nullptr) throw_exists(name);
  const Path parent = folder_of(name);
  make_folder(parent, access);
  SimulatedFolder& inside = machine_->need_folder(parent);
  machine_->change(
      [&] { inside.put(name.filename().string(), {nullptr, std::make_shared<SimulatedFolder>()}); });
  try {
    machine_->sync_folder(parent);
  } catch (const Error&) {
    machine_->change([&] { inside.erase(name.filename().string()); });  // as PosixDisk does
    throw;
  }
}

std::unique_ptr<DiskLock> SimulatedDisk::lock(const Path& path) {
  machine_->require_power();
  auto held = machine_->take_lock(path);
  if (machine_->find(path) == nullptr) machine_->create(path);
  return std::make_unique<SimulatedLock>(std::move(held));
}

std::uint64_t SimulatedDisk::operations() const { return machine_->operations(); }
void SimulatedDisk::crash_after(std::uint64_t count) { machine_->crash_after(count); }
void SimulatedDisk::fail_once_at(std::uint64_t nth) { machine_->fail_once_at(nth); }
void SimulatedDisk::restart(Random& random) { machine_->restart(random); }
bool SimulatedDisk::is_down() const { return machine_->is_down(); }

}  // namespace candour::base
