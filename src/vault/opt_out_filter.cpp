#include "candour/vault/opt_out_filter.h"

#include <utility>

#include "candour/base/error.h"

namespace candour::vault {

OptOutFilter::OptOutFilter(NumberDigests asked, base::Bytes may_go, std::optional<NumberDigests> type1,
                           std::int64_t valid_until)
    : asked_(std::move(asked)),
      may_go_(std::move(may_go)),
      type1_(std::move(type1)),
      valid_until_(valid_until) {
  CANDOUR_CHECK(may_go_.size() == (asked_.size() + 7) / 8);
}

MayGo OptOutFilter::judge(std::string_view digits) const {
  if (digits.empty()) return MayGo::kNoNumber;
  const std::optional<std::size_t> place = asked_.find(digits);
  if (place && ((may_go_[*place / 8] >> (*place % 8)) & 1U) == 0) return MayGo::kOptedOut;
  if (type1_ && type1_->find(digits)) return MayGo::kType1;
  return place ? MayGo::kYes : MayGo::kWaits;
}

}  // namespace candour::vault
