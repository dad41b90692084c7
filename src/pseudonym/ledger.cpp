#include "candour/pseudonym/ledger.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/pseudonym/batch.h"

namespace candour::pseudonym {

void Ledger::apply(const AcceptedRecord& record) {
  // A batch counts once, also where a failing disk made its record twice.
  if (!accepted_.emplace(record.batch, record.time).second) return;
  std::vector<Taken>& taken = taken_[record.provider];
  const auto again = std::ranges::find_if(
      taken, [&](const Taken& one) { return is_free(one, record.domain, record.points); });
  if (again != taken.end()) {
    ++again->batches;
  } else {
    taken.push_back({record.time, record.domain, record.points, record.size});
  }
}

bool Ledger::is_free(const Taken& taken, std::string_view domain, const base::Digest& points) {
  return taken.points == points && taken.domain == domain && taken.batches < kBatchesOfPointsAtMost;
}

// The last is the one that was given out: an earlier one was written by an append that reported failure.
void Ledger::apply(const AnsweredRecord& record) { answers_[{record.batch, record.asked}] = record; }

std::optional<std::int64_t> Ledger::accepted_at(const base::Digest& batch) const {
  const auto found = accepted_.find(batch);
  if (found == accepted_.end()) return std::nullopt;
  return found->second;
}

const std::string* Ledger::attestation(const base::Digest& batch, const AskedSet& asked) const {
  const auto found = answers_.find({batch, asked});
  return found == answers_.end() ? nullptr : &found->second.attestation;
}

std::size_t Ledger::sets_of(const base::Digest& batch) const {
  std::size_t sets = 0;
  for (auto at = answers_.lower_bound({batch, {}}); at != answers_.end() && at->first.first == batch; ++at) {
    ++sets;
  }
  return sets;
}

// What a clock that was put back makes lie in the future counts too.
std::uint64_t Ledger::used_since(std::string_view provider, std::int64_t since) const {
  const auto found = taken_.find(provider);
  std::uint64_t used = 0;
  if (found == taken_.end()) return used;
  for (const Taken& one : found->second) used += one.time > since ? one.size : 0;
  return used;
}

void Ledger::require_quota(const instruction::Provider& provider, const statement::Batch& batch,
                           std::int64_t now) const {
  const auto found = taken_.find(provider.code);
  if (found != taken_.end() && std::ranges::any_of(found->second, [&](const Taken& one) {
        return one.time > now - kQuotaSeconds && is_free(one, batch.domain, batch.points_sha256);
      })) {
    return;
  }
  const std::uint32_t size = batch.size;
  const std::uint64_t day = used_since(provider.code, now - kDaySeconds);
  if (day + size > provider.quota_day) {
    throw base::Error("CND-2123", "The provider's quota of a day is used up.")
        .with("provider", base::Label(provider.code))
        .with("used", day)
        .with("asked", size)
        .with("quota", provider.quota_day);
  }
  const std::uint64_t month = used_since(provider.code, now - kQuotaSeconds);
  if (month + size > provider.quota_30_days) {
    throw base::Error("CND-2124", "The provider's quota of 30 days is used up.")
        .with("provider", base::Label(provider.code))
        .with("used", month)
        .with("asked", size)
        .with("quota", provider.quota_30_days);
  }
}

void Ledger::forget(std::int64_t now) {
  std::erase_if(accepted_, [&](const auto& one) { return one.second <= now - kQuotaSeconds; });
  for (auto& [provider, taken] : taken_) {
    std::erase_if(taken, [&](const Taken& one) { return one.time <= now - kQuotaSeconds; });
  }
  std::erase_if(answers_, [&](const auto& one) {
    return one.second.time <= now - kBatchLifeSeconds - 2 * kClockToleranceSeconds;
  });
}

}  // namespace candour::pseudonym
