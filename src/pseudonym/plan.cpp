#include "candour/pseudonym/plan.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "candour/base/error.h"
#include "candour/crypto/derived_random.h"

namespace candour::pseudonym {

bool is_batch_size(std::uint64_t size) {
  return size >= kLeastBatch && size <= kFullBatch && std::has_single_bit(size);
}

std::uint32_t padded_size(std::uint64_t identifiers) {
  CANDOUR_CHECK(identifiers <= kFullBatch);
  return std::max(kLeastBatch, std::bit_ceil(static_cast<std::uint32_t>(identifiers)));
}

std::uint64_t padded_total(std::uint64_t identifiers) {
  const std::uint64_t rest = identifiers % kFullBatch;
  const bool is_full = rest == 0 && identifiers > 0;
  return identifiers - rest + (is_full ? 0 : padded_size(rest));
}

std::vector<BatchPlan> plan_batches(std::size_t identifiers, base::ByteView seed) {
  CANDOUR_CHECK(seed.size() == kPlanSeedBytes && identifiers <= (std::size_t{1} << 31U));
  std::vector<std::uint32_t> places(padded_total(identifiers), BatchPlan::kPadding);
  std::iota(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(identifiers), 0U);
  crypto::DerivedRandom order(seed, "candour/v1/batch-order");
  for (std::size_t last = places.size(); last > 1; --last) {
    std::swap(places[last - 1], places[order.below(last)]);
  }
  crypto::DerivedRandom ids(seed, "candour/v1/batch-id"), seeds(seed, "candour/v1/batch-seed");
  std::vector<BatchPlan> plans;
  for (std::size_t begin = 0; begin < places.size();) {
    const std::size_t size = std::min<std::size_t>(kFullBatch, places.size() - begin);
    BatchPlan& plan = plans.emplace_back();
    ids.fill(plan.id);
    seeds.fill(plan.seed.span());
    plan.places.assign(places.begin() + static_cast<std::ptrdiff_t>(begin),
                       places.begin() + static_cast<std::ptrdiff_t>(begin + size));
    begin += size;
  }
  return plans;
}

}  // namespace candour::pseudonym
