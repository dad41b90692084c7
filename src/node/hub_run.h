// Something that is computed over what a hub was sent, by who works at the hub: judged, in the log before it
// happens, and answered there before anybody sees what came of it. One at a time.
//
//   HUB/runs/ID.sql, ID.inputs   what the run's commitments open to (kept_commitment.h); first
//   HUB/runs/ID.run              the `run` statement, as it was entered
//   HUB/runs/ID.output           the SHA-256 of what came of it, in hexadecimal, behind its salt
//   HUB/runs/ID.result           the `result` statement; then it is entered
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/collection/collection.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/register.h"
#include "candour/instruction/verdict.h"
#include "candour/node/config.h"
#include "candour/node/log_reader.h"
#include "candour/node/log_wire.h"
#include "candour/statement/run.h"

namespace candour::node {

/// What is to run.
struct RunPlan {
  statement::Id instruction{};
  instruction::Mode mode = instruction::Mode::kRecords;
  statement::RunPurpose purpose = statement::RunPurpose::kMeasure;
  const collection::Collection* collection = nullptr;
  collection::Period period;
  std::vector<std::string> measures;
  std::string inputs;  ///< what is read, a line each: committed to, and shown to auditors
};

class HubRun {
 public:
  struct Parts {
    base::Disk& disk;
    const base::Clock& clock;
    base::Random& random;
  };
  /// Judges the plan and enters it in the log of the hub that runs with this configuration, over its public
  /// port. A refusal is entered too. What was begun before and has no result, since it was killed, gets one
  /// that says so. Errors: the refusals of instruction::in_force; CND-2576 (the configuration is no hub's, or
  /// names no public port), CND-1006 (something else runs), CND-2469, CND-2016; those of load_signing_key and
  /// LogClient.
  HubRun(Parts parts, const NodeConfig& hub, const RunPlan& plan);

  /// Enters the result: what came of it by its SHA-256, or that nothing did. Returns when the log has it.
  /// Errors: those of LogClient.
  void end(const std::optional<base::Digest>& output, statement::Disclosure disclosure);
  /// Whether the log has its result, or will have it: another cannot be given.
  [[nodiscard]] bool is_ended() const;

 private:
  void refuse(const RunPlan& plan, const base::Error& error);
  void begin(const RunPlan& plan);
  void end_open_runs(const std::set<base::Digest>& answered);
  /// Whether the log has it now; false where it refuses it.
  [[nodiscard]] bool enter_again(const std::string& run);
  void end(const std::string& stem, const std::optional<base::Digest>& output,
           statement::Disclosure disclosure);
  [[nodiscard]] std::string load(const std::string& name) const;
  [[nodiscard]] instruction::Moment moment();

  const Parts parts_;
  const std::filesystem::path folder_;
  std::unique_ptr<base::DiskLock> lock_;
  const crypto::SigningKey key_;
  LogClient log_;
  const std::filesystem::path refusals_;  ///< where the hub's node has its own wait, and sends them from
  instruction::Register register_;
  std::string stem_{};  ///< the run's id
};

}  // namespace candour::node
