// Has all batches of a submission evaluated: asks t guardians each, verifies, asks others where one fails,
// and combines what they gave to tokens. It knows no network: guardians are ports.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/error.h"
#include "candour/base/progress.h"
#include "candour/pseudonym/attestations.h"
#include "candour/pseudonym/batch.h"

namespace candour::pseudonym {

/// A guardian as a provider reaches it.
class GuardianPort {
 public:
  virtual ~GuardianPort() = default;
  /// Sends a request and gives the answer; blocks, within a deadline of its own. A guardian that refuses, is
  /// down or is slow is a base::Error. Called by several threads at once.
  [[nodiscard]] virtual base::Bytes evaluate(base::ByteView request) = 0;
};

struct GuardianAccess {
  crypto::ShareIndex index = 0;
  GuardianPort* port = nullptr;
};

/// What a guardian did instead of answering well.
struct GuardianFailure {
  crypto::ShareIndex guardian = 0;
  std::string name;      ///< the charter's
  base::Digest batch{};  ///< leaf
  base::Error error;     ///< the port's, or what verify_answer says
  /// Where it signed a bad answer, the request and the answer: with the charter they convince anybody. They
  /// say nothing of who is in the batch. Empty where it gave no answer, or not under its signature.
  base::Bytes request, answer;
};

/// How the batches of one submission are to be evaluated. What it refers to outlives the call.
struct EvaluationJob {
  const instruction::Charter& charter;
  BatchPurpose purpose;
  const crypto::SigningKey& signing_key;  ///< the provider's
  base::ByteView seed;                    ///< of kPlanSeedBytes, drawn once for this submission
  /// Those that may be asked, the first before the others.
  std::vector<GuardianAccess> guardians;
  const base::Clock& clock;  ///< by which each batch is made (make_batch) when its turn comes
  int threads = 1;           ///< batches at work at once
  /// Told of each batch before a guardian is asked for it, by several threads at once: what an audit will
  /// need is kept here. What it raises ends the evaluation.
  std::function<void(const BatchPlan& plan, const BlindedBatch& batch)> on_batch = {};
  /// Told of each failure, by one thread at a time; keep what is evidence.
  std::function<void(const GuardianFailure&)> on_failure = {};
};

struct Evaluation {
  std::vector<Token> tokens;           ///< of each identifier, in their order
  std::vector<AttestedBatch> batches;  ///< in the order of the plan
};

/// Evaluates the batches of `identifiers`, which are distinct; of none, one batch of padding. A guardian that
/// fails once is not asked again in this call. Errors: CND-2106; CND-2103; CND-2110 (fewer than t guardians
/// are left); what the functions of the job raise.
[[nodiscard]] Evaluation evaluate_batches(const EvaluationJob& job, std::span<const Identifier> identifiers,
                                          base::Progress& progress);

}  // namespace candour::pseudonym
