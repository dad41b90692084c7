// Whose rows may go where the opt-out applies: what a check against the national opt-outs and a practice's
// list of Type 1 opt-outs say, in memory, for one run. It fails closed: who was not asked about does not go.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "candour/base/bytes.h"
#include "candour/vault/number_digests.h"

namespace candour::vault {

enum class MayGo {
  kYes,
  kOptedOut,  ///< the service left the number out of its answer
  kType1,     ///< the number is on the practice's list
  kWaits,     ///< the number came after the request: nobody knows yet
  kNoNumber,  ///< without a number it cannot be checked
};

class OptOutFilter {
 public:
  /// `may_go` has a bit for each of `asked`, in the order of the digests, from the lowest bit of each byte.
  OptOutFilter(NumberDigests asked, base::Bytes may_go, std::optional<NumberDigests> type1,
               std::int64_t valid_until);

  /// `digits` is ten ASCII digits, or empty where the row has no number.
  [[nodiscard]] MayGo judge(std::string_view digits) const;
  /// Seconds since 1970. From this moment on it may not be used, and the vault forgets it.
  [[nodiscard]] std::int64_t valid_until() const { return valid_until_; }

 private:
  NumberDigests asked_;
  base::Bytes may_go_;
  std::optional<NumberDigests> type1_;
  std::int64_t valid_until_ = 0;
};

}  // namespace candour::vault
