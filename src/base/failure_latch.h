// FailureLatch: a file whose write or sync failed is in a state that nobody knows. It refuses every later
// change, or a record would land behind a torn one, or a later fsync would acknowledge what the kernel
// dropped.
#pragma once

#include "candour/base/disk.h"
#include "candour/base/error.h"

namespace candour::base {

class FailureLatch {
 public:
  /// Runs `change`; once one has thrown, refuses all others. Errors: those of `change`; CND-1003 after one.
  template <typename Change>
  void run(const Disk::Path& path, Change change) {
    if (failed_) {
      throw Error("CND-1003", "An earlier write to this file failed, and it may not be used again.")
          .with("path", path);
    }
    failed_ = true;
    change();
    failed_ = false;
  }

 private:
  bool failed_ = false;
};

}  // namespace candour::base
