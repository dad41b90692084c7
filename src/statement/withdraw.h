// "withdraw": a provider's weekly batch of erasure orders, as the log has it. It goes out every week, whether
// anybody ordered anything or not, and every one looks the same: it says nothing of how many orders there
// are. What is sealed beside it are 256 tokens, random ones where nobody stands.
// docs/reference/formats/withdraw.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "candour/statement/payload.h"

namespace candour::statement {

/// "withdraw", signed by the provider. Its identity is SHA-256 of its envelope's bytes; the hub answers with
/// a receipt whose collection and table are empty and whose period is the week.
struct Withdraw {
  Header header{};
  Id instruction{};
  std::string provider{};  ///< its ODS code
  base::Date week{};       ///< the Monday with which it begins
  base::Digest batch{};    ///< the batch's leaf hash
  base::Digest attestations_sha256{};
  Id sealing_key{};               ///< of the statement of the key that the tokens are sealed to
  base::Digest package_sha256{};  ///< of the sealed tokens, which always have the same size
  friend bool operator==(const Withdraw&, const Withdraw&) = default;
};

/// The Monday of the week of a time, in UTC.
[[nodiscard]] base::Date week_of(std::int64_t unix_seconds);

[[nodiscard]] std::string write_payload(const Withdraw& withdraw);
/// Errors: CND-2004, CND-1008.
[[nodiscard]] Withdraw parse_withdraw(std::string_view payload);

}  // namespace candour::statement
