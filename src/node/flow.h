// A provider's daily flow: every slice of its vaults that an instruction in force covers, and that changed
// since it was last received, goes out as a submission. Nothing here decides what may go: the instruction
// does, the collection does, and both are asked again before each step that leaves.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/progress.h"
#include "candour/base/random.h"
#include "candour/collection/collection.h"
#include "candour/net/tls.h"
#include "candour/node/config.h"
#include "candour/node/followed_log.h"
#include "candour/node/log.h"
#include "candour/node/refusal_log.h"
#include "candour/pseudonym/evaluate.h"
#include "candour/submission/ports.h"
#include "candour/vault/opt_outs.h"

namespace candour::node {

enum class FlowState {
  kUpToDate,    ///< what the vault holds was received before
  kReceived,    ///< now
  kFailed,      ///< it stays in the outbox and is tried again
  kFigures,     ///< of a month that is over: the log has them now
  kNotOrdered,  ///< the vault has rows of the collection, and no instruction of the log is for them
};

/// What became of one slice.
struct FlowReport {
  std::string organisation, collection{}, table{}, period{};
  FlowState state = FlowState::kFailed;
  std::uint64_t rows = 0;
  std::uint32_t revision = 0;
  std::optional<base::Error> error{};        ///< why it failed
  std::optional<vault::LeftOut> left_out{};  ///< where the opt-out applies
  /// By when the vault's numbers must be checked for opt-outs again, where the opt-out applies; seconds since
  /// 1970.
  std::optional<std::int64_t> check_due{};
};

/// How a flow reaches others: network_peers(), or their objects in a test.
struct FlowPeers {
  std::function<std::unique_ptr<submission::HubPort>(const instruction::Charter& charter,
                                                     const std::string& organisation)>
      hub;
  /// Sends the hub a week's batch of erasure orders, and gives the receipt.
  std::function<std::string(const instruction::Charter& charter, const std::string& organisation,
                            base::ByteView request)>
      withdraw;
  std::function<std::unique_ptr<pseudonym::GuardianPort>(const instruction::Guardian& guardian)> guardian;
  std::function<void(std::string_view envelope)> enter;  ///< in the log
};
/// All outlive what is made of it.
[[nodiscard]] FlowPeers network_peers(const net::Tls& tls, const base::Clock& clock, FollowedLog& followed);

/// What a flow works with; all outlive it.
struct FlowSurroundings {
  base::Disk& disk;
  const base::Clock& clock;
  base::Random& random;
  base::Progress& progress;
  Log& log;
  const FlowPeers& peers;
  const NodeConfig& config;
  const std::vector<collection::Collection>& collections;
  /// Periods of which every slice is sent again though nothing changed: for a hub that lost something.
  const std::set<std::string>& again;
  LogView& view;
  RefusalLog& refusals;
  std::optional<base::Error> log_error{};  ///< why the log could not be brought up to date
};

/// Runs the flows of one organisation: opens its vault, sends what is due, closes it. A slice that fails does
/// not stop the others. Errors: those of load_signing_key and vault::Vault::open.
[[nodiscard]] std::vector<FlowReport> run_flows(FlowSurroundings& around, const Organisation& organisation);

}  // namespace candour::node
