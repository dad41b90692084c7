// A provider's weekly batch of erasure orders on its way to the hub: the signed `withdraw` statement, the
// guardians' attestations, and 256 tokens sealed to the hub. Its size says nothing: each is as long as any
// other of the same federation, but for digits of the guardians' checkpoints.
// docs/reference/formats/withdraw.md.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/random.h"
#include "candour/crypto/seal.h"
#include "candour/pseudonym/input.h"
#include "candour/statement/withdraw.h"

namespace candour::node {

/// POST: answers with the receipt.
inline constexpr const char* kWithdrawRoute = "v1/withdraw";

inline constexpr std::size_t kWithdrawTokens = 256;
inline constexpr std::size_t kSealedTokensBytes =
    32 + kWithdrawTokens * pseudonym::Token::kBytes + crypto::kSealTagBytes;
/// A statement, a batch with the attestations of a few guardians, and the sealed tokens.
inline constexpr std::size_t kWithdrawRequestAtMostBytes = std::size_t{1} << 20;

struct WithdrawRequest {
  std::string envelope;      ///< of the `withdraw` statement
  std::string attestations;  ///< docs/reference/formats/attestations.md
  base::Bytes sealed;        ///< the tokens
};
/// I2OSP(size, 4) ‖ envelope ‖ I2OSP(size, 4) ‖ attestations ‖ sealed.
[[nodiscard]] base::Bytes write_withdraw_request(const WithdrawRequest& request);
/// Errors: CND-2561.
[[nodiscard]] WithdrawRequest parse_withdraw_request(base::ByteView bytes);

/// The tokens and as many random ones as are missing of kWithdrawTokens, in ascending order.
[[nodiscard]] std::vector<pseudonym::Token> filled_up(std::span<const pseudonym::Token> tokens,
                                                      base::Random& random);

/// Seals kWithdrawTokens tokens. Of the statement, its header, provider and sealing key are set already: the
/// tokens open as part of it and of no other. Errors: CND-1021.
[[nodiscard]] base::Bytes seal_tokens(std::span<const pseudonym::Token> tokens,
                                      const statement::Withdraw& withdraw,
                                      const crypto::SealPublicKey& receiver, base::Random& random);
/// Errors: CND-2562 (they are not what the statement names, or not 256 different ones that ascend), CND-1021,
/// CND-1022.
[[nodiscard]] std::vector<pseudonym::Token> open_tokens(base::ByteView sealed,
                                                        const crypto::SealKey& receiver,
                                                        const statement::Withdraw& withdraw);

}  // namespace candour::node
