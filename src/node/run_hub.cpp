#include <memory>

#include "candour/crypto/key.h"
#include "candour/crypto/sealed_file.h"
#include "candour/node/confinement.h"
#include "candour/node/federation.h"
#include "candour/node/hub_log.h"
#include "candour/node/hub_routes.h"
#include "candour/node/identity.h"
#include "candour/node/log_routes.h"
#include "candour/node/noting.h"
#include "candour/node/refusal_log.h"
#include "candour/node/scratch.h"
#include "candour/node/servers.h"
#include "candour/node/status.h"
#include "candour/page/assets.h"
#include "candour/pseudonym/hub.h"

namespace candour::node {
namespace {

constexpr std::int64_t kSendSeconds = 20;
/// How often it is looked whether rows have to be deleted.
constexpr std::int64_t kEraseSeconds = 60;

/// z_lake or z_tomb, which its purpose is called by: made by the hub itself, the first time.
base::SecretBytes own_key(const NodeParts& parts, std::string_view purpose) {
  const std::filesystem::path path = parts.config.keys / (std::string(purpose) + ".sealed");
  const base::SecretBytes operator_key = crypto::load_key_file(parts.config.key_file);
  if (!parts.disk.exists(path)) {
    base::SecretBytes key(pseudonym::kPseudonymKeyBytes);
    parts.random.fill(key.span());
    crypto::store_new_sealed(parts.disk, path, purpose, key.view(), operator_key, parts.random);
  }
  return crypto::load_sealed(parts.disk, path, purpose, operator_key);
}

using Slices = std::function<std::vector<SliceStatus>()>;

/// The hub's pages for the people who run it.
std::vector<net::Route> status_routes(const NodeParts& parts, LogView& view, const Slices& slices) {
  std::vector<net::Route> routes;
  routes.push_back({net::Method::kGet, "status", 0, [&parts, &view, slices](const net::Request&) {
                      return net::text_response(
                          "text/html; charset=utf-8",
                          status_page(slices(), view.charter()->title, parts.clock.now_unix_seconds()));
                    }});
  routes.push_back({net::Method::kGet, "status.json", 0, [&parts, slices](const net::Request&) {
                      return net::text_response(
                          "application/json",
                          base::write_json(status_json(slices(), parts.clock.now_unix_seconds())));
                    }});
  routes.push_back({net::Method::kGet, "candour.css", 0, [](const net::Request&) {
                      return net::text_response("text/css; charset=utf-8", page::style_sheet());
                    }});
  return routes;
}

/// Erasure orders, the log for whoever reads it, and what they hand in. All outlive the routes.
void add_noted_routes(ServedRoutes& routes, HubLog& log, Withdrawals& withdrawals,
                      const RefusingNode& refusing_node) {
  routes.nodes.push_back(
      noting(refusing_node, statement::RefusedAct::kStore, claim_of_withdraw, withdraw_route(withdrawals)));
  const auto enter = [&log](const Entry& entry) { return log.enter(entry); };
  for (std::vector<net::Route>* to : {&routes.nodes, &routes.strangers}) {
    for (net::Route& route : log_routes(log.store())) to->push_back(std::move(route));
    to->push_back(
        noting(refusing_node, statement::RefusedAct::kAppend, claim_of_entry, statements_route(enter)));
  }
}

HubLog::WitnessAt witnesses_over(const NodeParts& parts, const net::Tls& tls) {
  return [&](const std::string& address, const base::Digest& tls_key) {
    return std::make_unique<WitnessClient>(options_of(address, tls_key, &tls), parts.clock);
  };
}

}  // namespace

void run_hub(const NodeParts& parts, const net::Tls& tls, const std::stop_token& stop) {
  const NodeConfig& config = parts.config;
  const std::vector<collection::Collection> collections = load_collections(config);
  const auto first = pinned_charter(parts.disk, config.charter, config.federation);
  const crypto::SigningKey signing_key =
      load_signing_key(parts.disk, config.keys / "signing.sealed", config.key_file);
  const crypto::SigningKey log_key =
      load_signing_key(parts.disk, config.keys / "log.sealed", config.key_file, kLogPurpose);
  const base::SecretBytes key = own_key(parts, kLakePseudonymPurpose);
  const base::SecretBytes tombstone_key = own_key(parts, kTombstonePurpose);
  HubLog log({parts.disk, parts.clock, parts.log, witnesses_over(parts, tls), config.log,
              load_first_charter(parts.disk, config.charter), first, log_key, signing_key});
  require_own_place(*log.view().charter(), config, tls);
  RefusalLog refusals({parts.disk, parts.clock, parts.random, parts.log, config.log / "waiting" / "refusals",
                       first->federation(), first->log(), statement::NodeRole::kHub});
  const base::SecretBytes operator_key = crypto::load_key_file(config.key_file);
  submission::SealingKeys sealing_keys({parts.disk, parts.clock, parts.random, operator_key, signing_key},
                                       config.keys / "sealing",
                                       {first->federation(), first->log(), first->hub.signing_key});
  sealing_keys.destroy_old();  // makes the folder too, before the process confines itself to it
  const auto enter_own = [&log](std::string_view envelope) { (void)log.enter(envelope); };
  Erasures erasures(
      {parts.disk, parts.clock, parts.random, log.view(), enter_own, signing_key, erasures_folder(config)});
  const ScratchFolder scratch;
  Withdrawals withdrawals({parts.disk, parts.clock, parts.log, log.view(),
                           [&log] { return log.view().now(); }, [&log] { return log.view().moment(); },
                           enter_own, erasures, signing_key, key, tombstone_key, sealing_keys,
                           config.hub.lake, batches_folder(config)});
  withdrawals.require_tombstones([&log](const log::EachEntry& each) { log.view().each_entry(each); });
  Hub hub({parts.disk, parts.clock, parts.random, parts.log, log.view(), enter_own, refusals, erasures,
           collections, signing_key, key, sealing_keys, withdrawals, config.hub.lake, config.hub.inbox,
           submissions_folder(config), batches_folder(config), scratch.path()});
  const Slices slices = [&parts, &log, &hub] {
    return flow_status(hub, *log.view().now(), parts.clock.now_unix_seconds(), parts.config.hub.due_days);
  };
  const RefusingNode refusing_node{refusals, log.view(), signing_key,
                                   [&log] { return log.view().charter()->hub.name; }};
  ServedRoutes routes{.nodes = hub_routes(hub),
                      .people = status_routes(parts, log.view(), slices),
                      .is_well = [&log] { return !log.has_failed(); }};
  add_noted_routes(routes, log, withdrawals, refusing_node);
  std::optional<Repeating> sending, erasing;
  Servers(
      parts, [&log] { return log.view().charter(); }, tls,
      [&slices](NodeMetrics& metrics) { metrics.set_slices(slices()); })
      .run(
          std::move(routes),
          [&] {
            log.start();
            sending.emplace(parts.log, kSendSeconds, [&] {
              refusals.write_due(refusing_node.name(), signing_key);
              refusals.send(enter_own);
            });
            erasing.emplace(parts.log, kEraseSeconds, [&] {
              hub.erase_expired();
              withdrawals.erase_due(
                  {parts.disk, parts.random, scratch.path()},
                  tables_of_lake(parts.disk, config.hub.lake, collections, *log.view().now()));
            });
          },
          [&] {
            refusals.note({.act = statement::RefusedAct::kStore, .code = "CND-2463"}, refusing_node.name(),
                          signing_key);
          },
          stop);
  erasing.reset();
  sending.reset();
  refusals.write_counted(refusing_node.name(), signing_key);
  log.stop();
}

}  // namespace candour::node
