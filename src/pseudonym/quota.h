// How much of its quota a provider has used: counted over the batches that stand in the log, not over what
// one guardian was asked, so that nobody gets more by asking other guardians, and a guardian that lost its
// journal grants nothing anew. The hub counts the same before it takes a batch into the log.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "candour/instruction/charter.h"
#include "candour/statement/batch.h"

namespace candour::pseudonym {

inline constexpr std::int64_t kDaySeconds = 24 * 3600;
inline constexpr std::int64_t kQuotaSeconds = 30 * kDaySeconds;
/// What a provider may ask of erasure orders in a week that begins on Monday, beside its quota: one batch.
inline constexpr std::uint32_t kErasurePlacesAWeek = 256;
/// How many batches of the same points count once: evaluated again they teach nothing.
inline constexpr std::uint32_t kBatchesOfPointsAtMost = 100;

/// Not for several threads at once. Times are unix seconds; a batch counts from the time that it says it was
/// made, which a guardian holds against its own clock before it evaluates.
class Quota {
 public:
  /// The next batch of the log.
  void add(const statement::Batch& batch, const base::Digest& leaf);

  /// Refuses a batch that is not in the log yet, with which its provider would have more in 24 hours or in 30
  /// days than its quota, or a second one of erasure orders in the week. Points that count already are free.
  /// Errors: CND-2123, CND-2124, CND-2162 (with what is used, asked and allowed).
  void require_room(const instruction::Provider& provider, const statement::Batch& batch,
                    std::int64_t now) const;
  /// The same of a batch that is in the log: what came after it does not count against it. Errors: as above;
  /// CND-2126 (it is not in the log).
  void require_within(const instruction::Provider& provider, const statement::Batch& batch,
                      const base::Digest& leaf, std::int64_t now) const;

  /// The places of a provider's batches that were made after `since`, but for those of erasure orders.
  [[nodiscard]] std::uint64_t used_since(std::string_view provider, std::int64_t since) const;

  /// Forgets what counts no longer at `now`.
  void forget(std::int64_t now);

 private:
  /// Points of a provider, and the batches that they stood in.
  struct Taken {
    std::int64_t made = 0;
    std::string domain;
    base::Digest points{};
    std::uint32_t size = 0;
    std::vector<base::Digest> batches;  ///< leaves
  };
  [[nodiscard]] static bool is_free(const Taken& taken, const statement::Batch& batch);
  using ByProvider = std::map<std::string, std::vector<Taken>, std::less<>>;
  [[nodiscard]] const std::vector<Taken>& taken_for(const statement::Batch& batch) const;
  /// Of what was taken the first `count` count against the batch.
  static void require(const instruction::Provider& provider, const std::vector<Taken>& taken,
                      std::size_t count, const statement::Batch& batch, std::int64_t now);
  ByProvider taken_;    ///< in the log's order
  ByProvider erasure_;  ///< the same of erasure orders, which have no collection
};

}  // namespace candour::pseudonym
