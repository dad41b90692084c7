// A provider's weekly batch of erasure orders: always 256 tokens, random ones where nobody stands, whether
// anybody ordered anything or not, so that neither guardians nor hub nor log learn how many there are, or
// that there are any. Guardians and hub are ports. docs/reference/formats/withdraw.md.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "candour/base/clock.h"
#include "candour/base/random.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/instruction.h"
#include "candour/pseudonym/evaluate.h"
#include "candour/submission/manifest.h"
#include "candour/vault/vault.h"

namespace candour::node {

/// What a week's batch is made with; what is referred to outlives it.
struct WithdrawJob {
  const base::Clock& clock;
  base::Random& random;
  vault::Vault& vault;
  const submission::Federation& federation;
  const std::string& provider;
  const crypto::SigningKey& key;
  const instruction::Instruction& instruction;  ///< of the mode erasure
  /// Throws where an order of erasure is not in force; asked once more before anything is sent.
  std::function<void(const statement::Id& instruction)> require_in_force;
  std::function<pseudonym::Evaluation(base::ByteView seed, std::span<const pseudonym::Identifier>)> evaluate;
  std::function<std::string()> sealing_key;                 ///< the hub's, an envelope
  std::function<std::string(base::ByteView request)> send;  ///< to the hub, which gives its receipt
};

enum class WithdrawState { kUpToDate, kReceived };

/// Sends this week's batch, unless the hub has it, and goes on with what an earlier run left. Errors: those
/// of the ports; CND-2207 (the receipt answers something else), those of submission::verified_sealing_key.
WithdrawState send_withdraw(const WithdrawJob& job);

}  // namespace candour::node
