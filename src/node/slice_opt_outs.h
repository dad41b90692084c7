// Opt-outs of one organisation in a run of its flows: whose rows are left out of a slice where the opt-out
// applies, asked before anything is minimised.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "candour/base/clock.h"
#include "candour/node/source.h"
#include "candour/vault/opt_outs.h"

namespace candour::node {

/// What the regime of an instruction makes of a slice. Under "does-not-apply" it is empty.
struct SliceOptOuts {
  const vault::OptOutFilter* filter = nullptr;  ///< which rows go; nullptr: all
  std::optional<vault::SliceLeftOut> left_out{};
  /// Of which rows go, in hexadecimal; for Source.
  [[nodiscard]] std::string fingerprint() const {
    return left_out ? base::to_hex(left_out->fingerprint) : "";
  }
  [[nodiscard]] std::optional<vault::LeftOut> rows_left_out() const {
    return left_out ? std::optional(left_out->rows) : std::nullopt;
  }
};

class OptOutsOfRun {
 public:
  /// Both outlive it.
  OptOutsOfRun(vault::Vault& vault, const base::Clock& clock)
      : opt_outs_(vault), vault_(vault), clock_(clock) {}

  /// What it gives points into this object until the next call. Errors: CND-2610 (nobody has asked yet),
  /// CND-2611 (the last check is over).
  [[nodiscard]] SliceOptOuts of(const SliceJob& job);
  /// Keeps how many were left out of a slice that the hub has now.
  void keep(const SliceJob& job, const SliceOptOuts& slice);
  /// By when the numbers must be checked again, where this run needed a check; seconds since 1970.
  [[nodiscard]] std::optional<std::int64_t> check_due() const;

 private:
  vault::OptOuts opt_outs_;
  vault::Vault& vault_;
  const base::Clock& clock_;
  std::optional<vault::OptOutFilter> filter_;
};

}  // namespace candour::node
