// Which submission has used a batch: LAKE/batches/LEAF holds its identity, made once by whatever process, so
// that a batch is used once, also by two hubs on one lake.
#pragma once

#include <filesystem>

#include "candour/base/disk.h"
#include "candour/submission/package_format.h"

namespace candour::node {

class BatchClaims {
 public:
  /// Makes the folder. The disk outlives it.
  BatchClaims(base::Disk& disk, std::filesystem::path folder);

  [[nodiscard]] bool is_used_by_another(const base::Digest& batch,
                                        const submission::Identity& identity) const;
  /// Makes a batch this submission's for ever. Errors: CND-2134 (it is another's).
  void claim(const base::Digest& batch, const submission::Identity& identity);

 private:
  base::Disk& disk_;
  std::filesystem::path folder_;
};

}  // namespace candour::node
