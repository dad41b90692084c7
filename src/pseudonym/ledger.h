// What a guardian's journal comes to, in memory: which batches it has taken, and the attestations that a
// retry gets again. Both are forgotten when their batch can no longer be submitted.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "candour/pseudonym/journal.h"

namespace candour::pseudonym {

/// Not for several threads at once. Times are seconds since 1970-01-01T00:00:00Z.
class Ledger {
 public:
  void apply(const AcceptedRecord& record) { accepted_.emplace(record.batch, record.time); }
  void apply(const AnsweredRecord& record);
  void apply(const RefusedRecord&) {}

  /// When a batch was taken; nothing where it was not, or is forgotten.
  [[nodiscard]] std::optional<std::int64_t> accepted_at(const base::Digest& batch) const;
  /// The attestation for a batch and set; nullptr where there is none.
  [[nodiscard]] const std::string* attestation(const base::Digest& batch, const AskedSet& asked) const;
  /// For how many sets a batch was attested.
  [[nodiscard]] std::size_t sets_of(const base::Digest& batch) const;

  /// Forgets what no request can depend on any more at `now`.
  void forget(std::int64_t now);

 private:
  std::map<base::Digest, std::int64_t> accepted_;  ///< by batch
  std::map<std::pair<base::Digest, AskedSet>, AnsweredRecord> answers_;
};

}  // namespace candour::pseudonym
