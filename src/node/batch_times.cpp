#include "candour/node/batch_times.h"

#include <cstdlib>

#include "candour/base/date.h"

namespace candour::node {
namespace {

constexpr const char* kMade = ".made";
constexpr const char* kAnswered = ".answered";

}  // namespace

std::int64_t BatchTimes::made(std::size_t batch) {
  const std::filesystem::path path = path_of(batch, kMade);
  const std::int64_t now = clock_.now_unix_seconds();
  if (disk_.exists(path)) {
    const auto before = base::parse_utc(base::load_text(disk_, path));
    if (before &&
        (disk_.exists(path_of(batch, kAnswered)) || std::abs(now - *before) <= kBatchFreshSeconds)) {
      disk_.settle(path);
      return *before;
    }
    disk_.remove(path);
  }
  disk_.store_new(path, base::utc_text(now));
  return now;
}

void BatchTimes::answered(std::size_t batch) {
  const std::filesystem::path path = path_of(batch, kAnswered);
  if (!disk_.exists(path)) disk_.store_new(path, "");
}

std::filesystem::path BatchTimes::path_of(std::size_t batch, const char* ending) const {
  return folder_ / ("batch-" + std::to_string(batch) + ending);
}

}  // namespace candour::node
