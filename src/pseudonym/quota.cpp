#include "candour/pseudonym/quota.h"

#include <algorithm>
#include <span>

#include "candour/base/error.h"
#include "candour/statement/withdraw.h"

namespace candour::pseudonym {

bool Quota::is_free(const Taken& taken, const statement::Batch& batch) {
  return taken.points == batch.points_sha256 && taken.domain == batch.domain &&
         taken.batches.size() < kBatchesOfPointsAtMost;
}

const std::vector<Quota::Taken>& Quota::taken_for(const statement::Batch& batch) const {
  static const std::vector<Taken> kNone;
  const ByProvider& all = batch.collection.empty() ? erasure_ : taken_;
  const auto found = all.find(batch.provider);
  return found == all.end() ? kNone : found->second;
}

void Quota::add(const statement::Batch& batch, const base::Digest& leaf) {
  std::vector<Taken>& taken = (batch.collection.empty() ? erasure_ : taken_)[batch.provider];
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

template <typename Range>
std::uint64_t places_in_week(const Range& taken, const statement::Batch& batch) {
  const base::Date week = statement::week_of(batch.header.made);
  std::uint64_t used = 0;
  for (const auto& one : taken) {
    used += one.domain == batch.domain && statement::week_of(one.made) == week ? one.size : 0;
  }
  return used;
}

}  // namespace

std::uint64_t Quota::used_since(std::string_view provider, std::int64_t since) const {
  const auto found = taken_.find(provider);
  return found == taken_.end() ? 0 : places_since(found->second, since);
}

void Quota::require(const instruction::Provider& provider, const std::vector<Taken>& taken, std::size_t count,
                    const statement::Batch& batch, std::int64_t now) {
  const auto counted = std::span(taken).first(count);
  const auto require_at_most = [&](base::ErrorCode code, base::Literal message, std::uint64_t used,
                                   std::uint64_t quota) {
    if (used + batch.size <= quota) return;
    throw base::Error(code, message)
        .with("provider", base::Label(provider.code))
        .with("used", used)
        .with("asked", batch.size)
        .with("quota", quota);
  };
  if (batch.collection.empty()) {
    return require_at_most("CND-2162",
                           "The provider's batch of erasure orders of this week was made already.",
                           places_in_week(counted, batch), kErasurePlacesAWeek);
  }
  require_at_most("CND-2123", "The provider's quota of a day is used up.",
                  places_since(counted, now - kDaySeconds), provider.quota_day);
  require_at_most("CND-2124", "The provider's quota of 30 days is used up.",
                  places_since(counted, now - kQuotaSeconds), provider.quota_30_days);
}

void Quota::require_room(const instruction::Provider& provider, const statement::Batch& batch,
                         std::int64_t now) const {
  const std::vector<Taken>& taken = taken_for(batch);
  const bool free = std::ranges::any_of(
      taken, [&](const Taken& one) { return one.made > now - kQuotaSeconds && is_free(one, batch); });
  if (!free) require(provider, taken, taken.size(), batch, now);
}

void Quota::require_within(const instruction::Provider& provider, const statement::Batch& batch,
                           const base::Digest& leaf, std::int64_t now) const {
  const std::vector<Taken>& taken = taken_for(batch);
  for (std::size_t place = 0; place < taken.size(); ++place) {
    if (std::ranges::find(taken[place].batches, leaf) == taken[place].batches.end()) continue;
    return require(provider, taken, place, batch, now);
  }
  throw base::Error("CND-2126", "The batch is not in the log.");
}

void Quota::forget(std::int64_t now) {
  for (ByProvider* all : {&taken_, &erasure_}) {
    for (auto& [provider, taken] : *all) {
      std::erase_if(taken, [&](const Taken& one) { return one.made <= now - kQuotaSeconds; });
    }
  }
}

}  // namespace candour::pseudonym
