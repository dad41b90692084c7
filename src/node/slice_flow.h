// One slice on its way out: whether it changed since the hub has it, who is left out of it, what is given up
// and planned anew, and that it never goes under two opt-out regimes. Hub and slice are ports, and whether an
// instruction is in force the caller says: nothing here knows the network or the charter.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/node/slice_opt_outs.h"
#include "candour/node/source.h"
#include "candour/submission/outbox.h"
#include "candour/vault/vault.h"

namespace candour::node {

/// How a slice is asked for.
struct SliceOrder {
  const SliceJob& job;
  statement::Agreement acceptance = statement::Agreement::kAccepted;
  std::string legal_notice{};
  bool even_unchanged = false;
  /// Throws where the instruction is not in force; asked once more before anything is sent.
  std::function<void()> require_in_force;
  /// The slice's rows and tokens, for a submission in a folder of the outbox. The filter outlives the port.
  std::function<std::unique_ptr<submission::SlicePort>(const std::filesystem::path& folder,
                                                       const vault::OptOutFilter* filter)>
      make_port;
};

struct SliceOutcome {
  std::uint32_t revision = 0;
  std::optional<statement::Receipt> receipt{};  ///< nothing where the hub had the slice as it is
  std::uint64_t rows = 0;                       ///< that were sent now
  std::optional<vault::LeftOut> left_out{};     ///< where the opt-out applies
};

/// Sends the slices of one organisation, one at a time.
class SliceFlow {
 public:
  /// What is referred to outlives it.
  struct Surroundings {
    base::Disk& disk;
    const base::Clock& clock;
    vault::Vault& vault;
    submission::Outbox& outbox;
    submission::HubPort& hub;
  };
  explicit SliceFlow(Surroundings around) : around_(around), opt_outs_(around.vault, around.clock) {}

  /// Sends the slice if it changed, and goes on with what an earlier run left. A submission that can never be
  /// received is given up; why, the error says. Errors: CND-2614 (the other regime), CND-2610 and CND-2611
  /// (no check for opt-outs), those of Outbox and of the ports.
  SliceOutcome send(const SliceOrder& order);

  /// The revision that the hub has of the slice if the vault holds what was sent, whoever has opted out
  /// since: for an instruction that is over, under which nothing can be replaced. Nothing otherwise.
  [[nodiscard]] std::optional<std::uint32_t> received_as_it_is(const SliceJob& job) const;

  [[nodiscard]] const OptOutsOfRun& opt_outs() const { return opt_outs_; }

 private:
  void require_regime(const SliceJob& job, const std::optional<LatestSubmission>& latest);
  [[nodiscard]] bool is_stale(const SliceJob& job, const std::filesystem::path& folder) const;
  [[nodiscard]] vault::Slice slice_in_vault(const SliceJob& job) const;

  Surroundings around_;
  OptOutsOfRun opt_outs_;
};

}  // namespace candour::node
