// What a guardian's journal comes to, in memory: how much of its quota each provider has used, and the
// attestations that a retry gets again. Bounded by the quotas: a batch is forgotten 30 days after it was
// taken, an attestation when its batch can no longer be submitted.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "candour/instruction/charter.h"
#include "candour/pseudonym/journal.h"
#include "candour/statement/batch.h"

namespace candour::pseudonym {

inline constexpr std::int64_t kDaySeconds = 24 * 3600;
inline constexpr std::int64_t kQuotaSeconds = 30 * kDaySeconds;
/// How many batches of the same points count once: each is another line of the journal.
inline constexpr std::uint32_t kBatchesOfPointsAtMost = 100;

/// Not for several threads at once. Times are seconds since 1970-01-01T00:00:00Z.
class Ledger {
 public:
  void apply(const AcceptedRecord& record);
  void apply(const AnsweredRecord& record);
  void apply(const RefusedRecord&) {}

  /// When a batch was taken; nothing where it was not, or is forgotten.
  [[nodiscard]] std::optional<std::int64_t> accepted_at(const base::Digest& batch) const;
  /// The attestation for a batch and set; nullptr where there is none.
  [[nodiscard]] const std::string* attestation(const base::Digest& batch, const AskedSet& asked) const;
  /// For how many sets a batch was attested.
  [[nodiscard]] std::size_t sets_of(const base::Digest& batch) const;

  /// Refuses a batch (its domain, points_sha256 and size) with which a provider would have more in the last
  /// 24 hours or 30 days than its quota. Points that were taken of it are free: evaluated again they teach
  /// nothing. Errors: CND-2123, CND-2124 (with what is used, asked and allowed).
  void require_quota(const instruction::Provider& provider, const statement::Batch& batch,
                     std::int64_t now) const;

  /// The places that were taken of a provider after `since`.
  [[nodiscard]] std::uint64_t used_since(std::string_view provider, std::int64_t since) const;

  /// Forgets what no request can depend on any more at `now`.
  void forget(std::int64_t now);

 private:
  /// Points of a provider that count against its quota.
  struct Taken {
    std::int64_t time = 0;
    std::string domain;
    base::Digest points{};
    std::uint32_t size = 0;
    std::uint32_t batches = 1;  ///< of these points
  };
  [[nodiscard]] static bool is_free(const Taken& taken, std::string_view domain, const base::Digest& points);
  std::map<std::string, std::vector<Taken>, std::less<>> taken_;  ///< by provider
  std::map<base::Digest, std::int64_t> accepted_;                 ///< by batch
  std::map<std::pair<base::Digest, AskedSet>, AnsweredRecord> answers_;
};

}  // namespace candour::pseudonym
