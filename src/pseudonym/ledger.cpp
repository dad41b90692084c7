#include "candour/pseudonym/ledger.h"

#include "candour/pseudonym/batch.h"

namespace candour::pseudonym {

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

void Ledger::forget(std::int64_t now) {
  const std::int64_t before = now - kBatchLifeSeconds - 2 * kClockToleranceSeconds;
  std::erase_if(accepted_, [&](const auto& one) { return one.second <= before; });
  std::erase_if(answers_, [&](const auto& one) { return one.second.time <= before; });
}

}  // namespace candour::pseudonym
