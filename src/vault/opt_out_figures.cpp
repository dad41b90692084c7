#include "candour/vault/opt_out_figures.h"

namespace candour::vault {
namespace {

constexpr std::uint64_t kLeastShown = 8;
constexpr std::uint64_t kRoundedTo = 5;

}  // namespace

std::optional<std::uint64_t> public_count(std::uint64_t exact) {
  if (exact < kLeastShown) return std::nullopt;
  return (exact + kRoundedTo / 2) / kRoundedTo * kRoundedTo;
}

PublicLeftOut public_figures(std::span<const KeptLeftOut> slices) {
  LeftOut sum;
  for (const KeptLeftOut& one : slices) {
    sum.national += one.left_out.national;
    sum.type1 += one.left_out.type1;
    sum.waiting += one.left_out.waiting;
    sum.without_number += one.left_out.without_number;
  }
  return {public_count(sum.national), public_count(sum.type1), public_count(sum.waiting),
          public_count(sum.without_number)};
}

}  // namespace candour::vault
