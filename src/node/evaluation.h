// Has identifiers evaluated by the guardians of a domain over the network, for one organisation.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "candour/crypto/signature.h"
#include "candour/instruction/charter.h"
#include "candour/node/flow.h"
#include "candour/pseudonym/evaluate.h"

namespace candour::node {

/// What an organisation has seen of the guardians in one run, so that one which is down costs its deadline
/// once and not for each slice.
struct GuardiansSeen {
  std::set<crypto::ShareIndex> failed;      ///< asked after the others
  std::optional<base::Error> out_of_reach;  ///< too few of them could be reached: this run asks no more
  int over_quota = 0;                       ///< slices for which the quota had no room: after three this run
                                            ///< asks no more
};

/// Who asks; all outlive the call.
struct Asking {
  FlowSurroundings& around;
  const instruction::Charter& charter;
  const std::string& provider;
  const crypto::SigningKey& key;
  GuardiansSeen& seen;
};

/// What is asked for.
struct EvaluationOf {
  statement::Id instruction{};
  std::string domain, collection;
  base::ByteView seed;             ///< of pseudonym::kPlanSeedBytes
  std::filesystem::path evidence;  ///< a folder for what a guardian signed that is wrong
  /// Told of each batch before it is entered in the log, by one thread at a time.
  std::function<void(const pseudonym::BatchPlan& plan, const pseudonym::BlindedBatch& batch)> keep = {};
};

/// Errors: those of pseudonym::evaluate_batches; the one before, where too few guardians could be reached.
[[nodiscard]] pseudonym::Evaluation evaluate(const Asking& asking, const EvaluationOf& of,
                                             std::span<const pseudonym::Identifier> identifiers);

}  // namespace candour::node
