// A Disk that hands every call to another: for tests that change one of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "candour/base/disk.h"

namespace candour::testing {

/// Hands every call to another disk. What it opens it opens there.
class ForwardingDisk : public base::Disk {
 public:
  explicit ForwardingDisk(base::Disk& disk) : disk_(disk) {}
  using Disk::make_folder;
  using Disk::store_new;
  base::StoredFile store_new(const Path& path, base::ByteSource& content, base::Access access) override {
    return disk_.store_new(path, content, access);
  }
  void settle(const Path& path) override { disk_.settle(path); }
  [[nodiscard]] std::unique_ptr<base::ReadableFile> open(const Path& path) const override {
    return disk_.open(path);
  }
  [[nodiscard]] std::unique_ptr<base::RandomAccessFile> open_random(const Path& path,
                                                                    base::OpenMode mode) override {
    return disk_.open_random(path, mode);
  }
  [[nodiscard]] std::unique_ptr<base::Journal> open_journal(const Path& path) override {
    return disk_.open_journal(path);
  }
  [[nodiscard]] bool exists(const Path& path) const override { return disk_.exists(path); }
  [[nodiscard]] std::vector<std::string> list(const Path& folder) const override {
    return disk_.list(folder);
  }
  void remove(const Path& path) override { disk_.remove(path); }
  void make_folder(const Path& folder, base::Access access) override { disk_.make_folder(folder, access); }
  [[nodiscard]] std::unique_ptr<base::DiskLock> lock(const Path& path) override { return disk_.lock(path); }

 private:
  base::Disk& disk_;
};

}  // namespace candour::testing
