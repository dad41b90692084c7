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

namespace candour::pseudonym {

inline constexpr std::int64_t kDaySeconds = 24 * 3600;
inline constexpr std::int64_t kQuotaSeconds = 30 * kDaySeconds;

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

  /// Refuses `size` more of a provider in the last 24 hours or 30 days than its quota. Errors: CND-2123,
  /// CND-2124 (with what is used, asked and allowed).
  void require_quota(const instruction::Provider& provider, std::uint32_t size, std::int64_t now) const;

  /// The places that were taken of a provider after `since`.
  [[nodiscard]] std::uint64_t used_since(std::string_view provider, std::int64_t since) const;

  /// Forgets what no request can depend on any more at `now`.
  void forget(std::int64_t now);

 private:
  struct Taken {
    std::int64_t time = 0;
    std::uint32_t size = 0;
  };
  std::map<std::string, std::vector<Taken>, std::less<>> taken_;  ///< by provider
  std::map<base::Digest, std::int64_t> accepted_;                 ///< by batch
  std::map<std::pair<base::Digest, AskedSet>, AnsweredRecord> answers_;
};

}  // namespace candour::pseudonym
