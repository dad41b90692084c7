// What a guardian asks of the log that it follows.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "candour/instruction/charter.h"
#include "candour/instruction/verdict.h"
#include "candour/statement/batch.h"

namespace candour::pseudonym {

/// Called for each request, by several threads.
class GuardianLog {
 public:
  virtual ~GuardianLog() = default;
  /// The charter in force. Errors: the log is in doubt, and then nothing is done.
  [[nodiscard]] virtual std::shared_ptr<const instruction::Charter> charter() = 0;
  /// Whether an act is in force now.
  [[nodiscard]] virtual instruction::Verdict judge(const instruction::Act& act) = 0;
  /// Brings what is known of the log up to date where a batch is not in it: it was entered a moment ago, and
  /// perhaps its instruction with it. Called for batches that their provider signed; a log that cannot be
  /// asked is no error, but what it has is not known then.
  virtual void look_for(const base::Digest& leaf) = 0;
  /// Refuses a batch whose entry is not in the log under a checkpoint that the quorum cosigned, and one that
  /// is over its provider's quota. `now` in unix seconds. Errors: CND-2123, CND-2124, CND-2126.
  virtual void require_entered(const instruction::Provider& provider, const statement::Batch& batch,
                               const base::Digest& leaf, std::int64_t now) = 0;
  /// The places of a provider's batches since then.
  [[nodiscard]] virtual std::uint64_t used_since(std::string_view provider, std::int64_t since) = 0;
  /// The newest cosigned checkpoint that this guardian has seen.
  [[nodiscard]] virtual std::string checkpoint() = 0;
};

}  // namespace candour::pseudonym
