#include "candour/node/batch_times.h"

#include <doctest/doctest.h>

#include "candour/base/random.h"
#include "candour/base/simulated_disk.h"

namespace candour::node {
namespace {

constexpr std::int64_t kNow = 1'790'000'000;

struct Times {
  base::SimulatedDisk disk;
  std::int64_t answered_at(std::int64_t seconds, bool answered) {
    disk.make_folder("/outbox");
    const base::FixedClock first(kNow);
    BatchTimes before(disk, first, "/outbox");
    CHECK(before.made(0) == kNow);
    if (answered) before.answered(0);
    base::SeededRandom random(1, "crash");
    disk.crash(random);
    const base::FixedClock second(kNow + seconds);
    BatchTimes after(disk, second, "/outbox");
    const std::int64_t made = after.made(0);
    CHECK(BatchTimes(disk, second, "/outbox").made(0) == made);
    CHECK(after.made(1) == kNow + seconds);  // another batch has a time of its own
    return made - kNow;
  }
};

TEST_CASE("a batch that its guardians answered keeps its time, however late its submission goes on") {
  CHECK(Times().answered_at(kBatchFreshSeconds + 1, true) == 0);
  CHECK(Times().answered_at(20 * 3600, true) == 0);
}

TEST_CASE(
    "a batch that no guardian may have seen keeps its time while they would take it, and then has a new "
    "one") {
  CHECK(Times().answered_at(kBatchFreshSeconds, false) == 0);
  CHECK(Times().answered_at(kBatchFreshSeconds + 1, false) == kBatchFreshSeconds + 1);
  CHECK(Times().answered_at(-kBatchFreshSeconds - 1, false) == -kBatchFreshSeconds - 1);
}

}  // namespace
}  // namespace candour::node
