#include "candour/node/run.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <thread>

#include "candour/base/error.h"
#include "candour/base/parallel.h"
#include "candour/node/confinement.h"
#include "candour/node/followed_log.h"
#include "candour/node/identity.h"
#include "candour/node/log_wire.h"
#include "candour/node/refusal_log.h"
#include "candour/node/servers.h"

namespace candour::node {

std::vector<collection::Collection> load_collections(const NodeConfig& config) {
  std::vector<collection::Collection> collections;
  for (const std::filesystem::path& folder : config.collections) {
    collections.push_back(collection::load_collection(folder));
  }
  return collections;
}

void run_server_node(const NodeParts& parts, const std::stop_token& stop) {
  const std::unique_ptr<net::Tls> tls = load_tls(parts.disk, parts.config);
  parts.disk.make_folder(parts.config.log);
  switch (parts.config.role) {
    case Role::kHub:
      run_hub(parts, *tls, stop);
      break;
    case Role::kGuardian:
      run_guardian(parts, *tls, stop);
      break;
    case Role::kWitness:
      run_witness(parts, *tls, stop);
      break;
    case Role::kProvider:
      CANDOUR_CHECK(false);  // a provider serves nobody
  }
  parts.log.event("node.stopped");
}

namespace {

/// The flows of one organisation. What is wrong with one, a vault that does not open, stops no other.
std::vector<FlowReport> flows_of(FlowSurroundings& around, const net::Tls& tls,
                                 const Organisation& organisation) {
  try {
    require_own_place(*around.view.charter(), around.config, tls, organisation);
    return run_flows(around, organisation);
  } catch (const base::Error& error) {
    around.log.event("flow.failed").with("organisation", base::Label(organisation.code)).with(error);
    FlowReport report{.organisation = organisation.code};
    report.error.emplace(error);
    return {std::move(report)};
  }
}

/// Hands a statement to all guardians: those who do their duty see to it that the log has it. Fewer than half
/// of them may be dishonest, so more than half must have it. Errors: the last one's.
void hand_to_guardians(const NodeParts& parts, const net::Tls& tls, const instruction::Charter& charter,
                       std::string_view envelope) {
  std::size_t have_it = 0;
  std::optional<base::Error> last;
  for (const instruction::Guardian& one : charter.guardians) {
    try {
      LogClient(options_of(one.address, one.tls_key, &tls), parts.clock).hand_in(envelope);
      ++have_it;
    } catch (const base::Error& error) {
      last = error;
    }
  }
  if (2 * have_it <= charter.guardians.size() && last) throw base::Error(*last);
}

/// A hub that cannot be reached keeps nothing out: then it waits. One that answers, and does not take it, is
/// passed by.
void enter_refusal(const NodeParts& parts, const net::Tls& tls, FollowedLog& followed,
                   std::string_view envelope) {
  try {
    followed.enter(envelope);
  } catch (const base::Error& error) {
    constexpr std::array<std::string_view, 3> kKeptOut{"CND-2460", "CND-2413", "CND-2557"};
    if (std::ranges::find(kKeptOut, error.code().view()) == kKeptOut.end()) throw;
    hand_to_guardians(parts, tls, *followed.view().charter(), envelope);
  }
}

}  // namespace

std::vector<FlowReport> run_provider_once(const NodeParts& parts, const std::set<std::string>& again) {
  const NodeConfig& config = parts.config;
  const std::unique_ptr<net::Tls> tls = load_tls(parts.disk, config);
  const auto first = pinned_charter(parts.disk, config.charter, config.federation);
  FollowedLog followed({parts.disk, parts.clock, *tls, config.log, first});
  RefusalLog refusals({parts.disk, parts.clock, parts.random, parts.log, config.log / "waiting" / "refusals",
                       first->federation(), first->log(), statement::NodeRole::kProvider});
  const std::vector<collection::Collection> collections = load_collections(parts.config);
  const auto& organisations = parts.config.provider.organisations;
  // Of one organisation the batches are shown, of many the organisations.
  base::SilentProgress silent;
  const bool is_one = organisations.size() == 1;
  base::Progress& of_machine = is_one ? silent : parts.progress;
  const FlowPeers peers = network_peers(*tls, parts.clock, followed);
  FlowSurroundings around{parts.disk, parts.clock,     parts.random, is_one ? parts.progress : silent,
                          parts.log,  peers,           parts.config, collections,
                          again,      followed.view(), refusals};
  for (const Organisation& one : organisations) {
    parts.disk.make_folder(one.outbox);
    // Confined, a process can reach what was there: a vault that is missing is said when it is opened.
    if (one.vault.has_parent_path()) parts.disk.make_folder(one.vault.parent_path());
  }
  confine_node(config, parts.log);
  try {
    followed.view().refresh();
  } catch (const base::Error& error) {
    // Nothing is in force under a checkpoint that is not fresh; each slice says why.
    parts.log.event("log.behind").with(error);
    around.log_error = error;
  }
  std::vector<FlowReport> reports;
  std::mutex mutex;
  of_machine.begin("flows", organisations.size(), "providers");
  base::for_each_on_threads(organisations.size(), parts.config.provider.threads, [&](std::size_t i) {
    std::vector<FlowReport> some = flows_of(around, *tls, organisations[i]);
    const std::lock_guard lock(mutex);
    std::ranges::move(some, std::back_inserter(reports));
    of_machine.advance(1);
  });
  of_machine.end();
  try {
    // So that this node's own copy has what it sent: receipts of people are made from it.
    followed.view().refresh();
  } catch (const base::Error& error) {
    parts.log.event("log.behind").with(error);
  }
  refusals.send([&](std::string_view envelope) { enter_refusal(parts, *tls, followed, envelope); });
  std::ranges::sort(reports, {}, [](const FlowReport& report) {
    return std::tie(report.organisation, report.collection, report.table, report.period);
  });
  return reports;
}

}  // namespace candour::node
