// Which identifier of a submission stands at which place of which batch. Real and padding rows are shuffled
// together, so that neither a batch nor a place in it says anything; everything follows from one seed of 32
// bytes, which the caller draws once and keeps in its plan.
#pragma once

#include <cstdint>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/statement/payload.h"

namespace candour::pseudonym {

inline constexpr std::uint32_t kFullBatch = 16'384;
inline constexpr std::uint32_t kLeastBatch = 256;
inline constexpr std::size_t kPlanSeedBytes = 32;

/// Whether a batch may have this size: 256·2^p, at most kFullBatch.
[[nodiscard]] bool is_batch_size(std::uint64_t size);
/// The least size of a batch that holds `identifiers`, which are at most kFullBatch.
[[nodiscard]] std::uint32_t padded_size(std::uint64_t identifiers);
/// The sizes of the batches of so many distinct identifiers, added up: what they take of a quota.
[[nodiscard]] std::uint64_t padded_total(std::uint64_t identifiers);

struct BatchPlan {
  static constexpr std::uint32_t kPadding = 0xffffffff;
  statement::Id id{};          ///< of the `batch` statement
  base::SecretBytes seed{32};  ///< batch_seed: its blinds follow from it
  /// For each place the index of the identifier that stands there, or kPadding.
  std::vector<std::uint32_t> places;
};

/// Plans the batches of `identifiers` distinct identifiers, at most 2^31: full ones, and a last one that is
/// padded. The same seed gives the same plan. No identifier gives one batch of padding alone: batches stand
/// in a public log, which does not say that nobody is in a slice.
[[nodiscard]] std::vector<BatchPlan> plan_batches(std::size_t identifiers, base::ByteView seed);

}  // namespace candour::pseudonym
