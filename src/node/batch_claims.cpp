#include "candour/node/batch_claims.h"

#include "candour/base/error.h"

namespace candour::node {

BatchClaims::BatchClaims(base::Disk& disk, std::filesystem::path folder)
    : disk_(disk), folder_(std::move(folder)) {
  disk_.make_folder(folder_);
}

bool BatchClaims::is_used_by_another(const base::Digest& batch, const submission::Identity& identity) const {
  const std::filesystem::path path = folder_ / base::to_hex(batch);
  const std::string mine = base::to_hex(identity);
  return disk_.exists(path) && base::load_text(disk_, path, mine.size()) != mine;
}

void BatchClaims::claim(const base::Digest& batch, const submission::Identity& identity) {
  const std::filesystem::path path = folder_ / base::to_hex(batch);
  try {
    // The name can be made once, by whatever process: whoever has it has used the batch.
    if (!disk_.exists(path)) disk_.store_new(path, base::to_hex(identity));
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode("CND-1005")) throw;
  }
  disk_.settle(path);
  if (is_used_by_another(batch, identity)) {
    throw base::Error("CND-2134", "A batch was used already.");
  }
}

}  // namespace candour::node
