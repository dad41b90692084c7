#include "candour/pseudonym/quota.h"

#include <algorithm>
#include <span>

#include "candour/base/error.h"

namespace candour::pseudonym {

bool Quota::is_free(const Taken& taken, const statement::Batch& batch) {
  return taken.points == batch.points_sha256 && taken.domain == batch.domain &&
         taken.batches.size() < kBatchesOfPointsAtMost;
}

void Quota::add(const statement::Batch& batch, const base::Digest& leaf) {
  std::vector<Taken>& taken = taken_[batch.provider];
  const auto again = std::ranges::find_if(taken, [&](const Taken& one) { return is_free(one, batch); });
  if (again != taken.end()) {
    again->batches.push_back(leaf);
  } else {
    taken.push_back({batch.header.made, batch.domain, batch.points_sha256, batch.size, {leaf}});
  }
}

namespace {

// What a clock that was put back makes lie in the future counts too.
template <typename Range>
std::uint64_t places_since(const Range& taken, std::int64_t since) {
  std::uint64_t used = 0;
  for (const auto& one : taken) used += one.made > since ? one.size : 0;
  return used;
}

}  // namespace

std::uint64_t Quota::used_since(std::string_view provider, std::int64_t since) const {
  const auto found = taken_.find(provider);
  return found == taken_.end() ? 0 : places_since(found->second, since);
}

void Quota::require(const instruction::Provider& provider, const std::vector<Taken>& taken, std::size_t count,
                    std::uint32_t asked, std::int64_t now) const {
  const auto counted = std::span(taken).first(count);
  const auto require_at_most = [&](base::ErrorCode code, base::Literal message, std::int64_t seconds,
                                   std::uint64_t quota) {
    const std::uint64_t used = places_since(counted, now - seconds);
    if (used + asked <= quota) return;
    throw base::Error(code, message)
        .with("provider", base::Label(provider.code))
        .with("used", used)
        .with("asked", asked)
        .with("quota", quota);
  };
  require_at_most("CND-2123", "The provider's quota of a day is used up.", kDaySeconds, provider.quota_day);
  require_at_most("CND-2124", "The provider's quota of 30 days is used up.", kQuotaSeconds,
                  provider.quota_30_days);
}

void Quota::require_room(const instruction::Provider& provider, const statement::Batch& batch,
                         std::int64_t now) const {
  static const std::vector<Taken> kNone;
  const auto found = taken_.find(provider.code);
  const std::vector<Taken>& taken = found == taken_.end() ? kNone : found->second;
  const bool free = std::ranges::any_of(
      taken, [&](const Taken& one) { return one.made > now - kQuotaSeconds && is_free(one, batch); });
  if (!free) require(provider, taken, taken.size(), batch.size, now);
}

void Quota::require_within(const instruction::Provider& provider, const statement::Batch& batch,
                           const base::Digest& leaf, std::int64_t now) const {
  const auto found = taken_.find(provider.code);
  if (found != taken_.end()) {
    for (std::size_t place = 0; place < found->second.size(); ++place) {
      const Taken& one = found->second[place];
      if (std::ranges::find(one.batches, leaf) == one.batches.end()) continue;
      return require(provider, found->second, place, batch.size, now);
    }
  }
  throw base::Error("CND-2126", "The batch is not in the log.");
}

void Quota::forget(std::int64_t now) {
  for (auto& [provider, taken] : taken_) {
    std::erase_if(taken, [&](const Taken& one) { return one.made <= now - kQuotaSeconds; });
  }
}

}  // namespace candour::pseudonym
