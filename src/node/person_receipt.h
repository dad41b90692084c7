// A person's receipt, NAME.candour-receipt.json: that one row was in one submission, and that the submission
// is in the log, for whoever holds the file and trusts nobody's server. It has no NHS number, no token and no
// pseudonym. Not the hub's `receipt` statement. docs/reference/formats/receipt.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/instruction/register.h"
#include "candour/log/merkle.h"
#include "candour/submission/commitment.h"

namespace candour::node {

inline constexpr std::size_t kPersonReceiptAtMostBytes = std::size_t{4} << 20;

struct PersonReceipt {
  std::string submission{};  ///< the envelope
  std::string proof{};       ///< its .tlog-proof
  std::string policy{};      ///< a C2SP tlog-policy: whom its maker believes
  std::uint64_t index = 0, count = 0;
  std::string row{};
  submission::RowSalt salt{};
  log::Path path{};
  friend bool operator==(const PersonReceipt&, const PersonReceipt&) = default;
};

[[nodiscard]] std::string write_person_receipt(const PersonReceipt& receipt);
/// Nothing of it is verified. Errors: CND-2491 (it is none).
[[nodiscard]] PersonReceipt parse_person_receipt(std::string_view text);

/// kOpen: nobody can say from what was given.
enum class Finding { kHolds, kFails, kOpen };

/// One question about a receipt and its answer: "form", "row", "federation", "provider", "log", "witnesses",
/// "policy".
struct ReceiptCheck {
  std::string_view check;
  Finding finding = Finding::kOpen;
  std::string words;
};

/// What a reader knows from elsewhere.
struct Believed {
  std::optional<base::Digest> federation{};
  /// That federation's log, as the reader has folded it; null where there is none.
  const instruction::Register* log = nullptr;
};

/// Every question on its own, in that order; where the form fails, that alone. A receipt stays good when the
/// charter changes: its provider's key is that of the charter in force at the submission's entry, and its
/// witnesses those of any version that was ever in force.
[[nodiscard]] std::vector<ReceiptCheck> check_receipt(const PersonReceipt& receipt, const Believed& believed);

/// What no receipt shows, in words: for below every answer.
[[nodiscard]] std::vector<std::string> beyond_receipts();

}  // namespace candour::node
