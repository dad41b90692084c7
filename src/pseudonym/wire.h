// What goes over the wire between a provider and a guardian. docs/reference/formats/evaluation.md.
//
//   request  I2OSP(size, 4) ‖ `batch` envelope ‖ I2OSP(t, 2) ‖ S, each I2OSP(·, 2) ‖ A_0 ‖ … ‖ A_{m−1}
//   answer   I2OSP(size, 4) ‖ `attestation` envelope ‖ E_0 ‖ … ‖ E_{m−1}
//
// Reading splits the bytes and decodes no point: what costs little is checked before what costs much.
#pragma once

#include <string_view>

#include "candour/base/bytes.h"
#include "candour/crypto/ristretto.h"
#include "candour/pseudonym/asked.h"
#include "candour/pseudonym/plan.h"
#include "candour/statement/envelope.h"

namespace candour::pseudonym {

inline constexpr std::size_t kAskedAtMost = 255;
/// No request and no answer is larger.
inline constexpr std::size_t kMessageAtMostBytes = 4 + statement::kEnvelopeAtMostBytes + 2 +
                                                   2 * kAskedAtMost +
                                                   std::size_t{kFullBatch} * crypto::kPointBytes;

struct RequestParts {
  std::string_view envelope;
  AskedSet asked;
  base::ByteView points;  ///< encodings of 1 to kFullBatch points
};
[[nodiscard]] base::Bytes write_request(std::string_view envelope, const AskedSet& asked,
                                        std::span<const crypto::Point> blinded);
/// The views live as long as `request`. Errors: CND-2104.
[[nodiscard]] RequestParts parse_request(base::ByteView request);

struct AnswerParts {
  std::string_view envelope;
  base::ByteView points;
};
[[nodiscard]] base::Bytes write_answer(std::string_view envelope, std::span<const crypto::Point> evaluated);
/// The views live as long as `answer`. Errors: CND-2105.
[[nodiscard]] AnswerParts parse_answer(base::ByteView answer);

}  // namespace candour::pseudonym
