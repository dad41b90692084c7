// A Disk for tests: does what another does, tells of each file before it is stored, and can be the control
// that replaces what is there, as rename() does where link() fails.
#pragma once

#include <functional>

#include "candour/testing/forwarding_disk.h"

namespace candour::lake::testing {

class HookedDisk final : public candour::testing::ForwardingDisk {
 public:
  enum class Naming { kLinks, kRenames };
  explicit HookedDisk(base::Disk& disk, Naming naming = Naming::kLinks)
      : ForwardingDisk(disk), naming_(naming) {}

  std::function<void(const Path&)> before_store = [](const Path&) {};

  using Disk::store_new;
  base::StoredFile store_new(const Path& path, base::ByteSource& content, base::Access access) override {
    before_store(path);
    if (naming_ == Naming::kRenames) remove(path);
    return ForwardingDisk::store_new(path, content, access);
  }

 private:
  Naming naming_;
};

}  // namespace candour::lake::testing
