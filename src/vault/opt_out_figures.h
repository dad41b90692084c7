// How many rows were left out for opt-outs, as the public may see it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "candour/vault/opt_outs.h"

namespace candour::vault {

/// A count rounded to the nearest 5; nothing where it is under 8. A nought is not shown either: it would say
/// of everybody in the slice that they have not opted out.
[[nodiscard]] std::optional<std::uint64_t> public_count(std::uint64_t exact);

struct PublicLeftOut {
  std::optional<std::uint64_t> national{}, type1{}, waiting{}, without_number{};
  friend bool operator==(const PublicLeftOut&, const PublicLeftOut&) = default;
};
/// The figures of a month: of each kind the exact sum over the slices, rounded once. There is no total: with
/// it a part that is not shown could be worked out of the others.
[[nodiscard]] PublicLeftOut public_figures(std::span<const KeptLeftOut> slices);

}  // namespace candour::vault
