#include "candour/node/run.h"

#include <algorithm>
#include <mutex>
#include <thread>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/base/parallel.h"
#include "candour/crypto/key.h"
#include "candour/crypto/sealed_file.h"
#include "candour/net/server.h"
#include "candour/node/charter_store.h"
#include "candour/node/confinement.h"
#include "candour/node/federation.h"
#include "candour/node/hub_client.h"
#include "candour/node/hub_routes.h"
#include "candour/node/identity.h"
#include "candour/node/node_metrics.h"
#include "candour/node/refusals.h"
#include "candour/node/scratch.h"
#include "candour/node/status.h"
#include "candour/page/assets.h"
#include "candour/pseudonym/ceremony.h"
#include "candour/pseudonym/guardian.h"

namespace candour::node {
namespace {

constexpr std::size_t kLakeKeyBytes = 32;

std::vector<collection::Collection> load_collections(const NodeConfig& config) {
  std::vector<collection::Collection> collections;
  for (const std::filesystem::path& folder : config.collections) {
    collections.push_back(collection::load_collection(folder));
  }
  return collections;
}

/// z_lake: made by the hub itself, the first time.
base::SecretBytes lake_key(const NodeParts& parts) {
  const std::filesystem::path path = parts.config.keys / "z_lake.sealed";
  const base::SecretBytes operator_key = crypto::load_key_file(parts.config.key_file);
  if (!parts.disk.exists(path)) {
    base::SecretBytes key(kLakeKeyBytes);
    parts.random.fill(key.span());
    crypto::store_new_sealed(parts.disk, path, kLakePseudonymPurpose, key.view(), operator_key, parts.random);
  }
  return crypto::load_sealed(parts.disk, path, kLakePseudonymPurpose, operator_key);
}

/// The shares that the charter says this guardian has. A new version of the charter, which may name another
/// epoch, is looked for in the folder of keys: after a ceremony nobody has to start a guardian again.
class ShareStore {
 public:
  explicit ShareStore(const NodeParts& parts) : parts_(parts) {}

  std::shared_ptr<const std::vector<pseudonym::Share>> of(const instruction::Charter& charter) {
    const std::lock_guard lock(mutex_);
    if (version_ != charter.version) {
      shares_ = std::make_shared<const std::vector<pseudonym::Share>>(load(charter));
      version_ = charter.version;
    }
    return shares_;
  }

 private:
  [[nodiscard]] std::vector<pseudonym::Share> load(const instruction::Charter& charter) const {
    std::vector<pseudonym::Share> shares;
    const base::SecretBytes operator_key = crypto::load_key_file(parts_.config.key_file);
    for (const instruction::Domain& domain : charter.domains) {
      if (domain.share_key(parts_.config.guardian.index) == nullptr) continue;
      const auto path = pseudonym::share_path(parts_.config.keys, domain.name, domain.epoch);
      shares.push_back(pseudonym::load_share(parts_.disk, path, operator_key));
      pseudonym::require_share_of(shares.back(), charter);
    }
    return shares;
  }

  const NodeParts& parts_;
  std::mutex mutex_;
  std::uint32_t version_ = 0;  ///< of the charter whose shares these are
  std::shared_ptr<const std::vector<pseudonym::Share>> shares_;
};

std::string_view role_name(Role role) {
  switch (role) {
    case Role::kHub:
      return "hub";
    case Role::kGuardian:
      return "guardian";
    case Role::kProvider:
      break;
  }
  return "provider";
}

/// What a node has listening: for other nodes, and for the machine's own people.
class Servers {
 public:
  /// `refresh` sets what a role tells of its state, for /metrics.
  Servers(const NodeParts& parts, CharterStore& charters, const net::Tls& tls,
          std::function<void(NodeMetrics&)> refresh)
      : parts_(parts), charters_(charters), tls_(tls), refresh_(std::move(refresh)), metrics_(parts.clock) {}

  /// Serves both until told to stop. `knows` says whom the node speaks to.
  void run(std::vector<net::Route> routes, std::vector<net::Route> admin_routes, net::PeerCheck knows,
           const std::stop_token& stop) {
    const NodeConfig& config = parts_.config;
    for (net::Route& route : routes) route = metrics_.counting(std::move(route));
    net::Server server({.address = config.listen.host,
                        .port = config.listen.port,
                        .tls = &tls_,
                        .accepts_peer = std::move(knows),
                        .on_event = [this](const net::Event& event) { note(event); },
                        .signals = net::Signals::kStop},
                       std::move(routes), parts_.clock);
    admin_routes.push_back(health());
    admin_routes.push_back(metrics());
    for (net::Route& route : admin_routes) route = refusing(parts_.log, std::move(route));
    net::Server admin({.port = config.admin_port}, std::move(admin_routes), parts_.clock);
    confine_node(config, parts_.log);
    std::stop_source ended;
    std::jthread admin_thread([&] { admin.run(ended.get_token()); });
    parts_.log.event("node.ready")
        .with("role", base::Label(role_name(config.role)))
        .with("port", server.port())
        .with("admin_port", admin.port())
        .with("charter_version", charters_.current()->version);
    server.run(stop);
    ended.request_stop();
    parts_.log.event("node.stopped");
  }

 private:
  [[nodiscard]] net::Route health() {
    return {net::Method::kGet, "health", 0, [this](const net::Request&) {
              const auto charter = charters_.current();
              return net::text_response("application/json",
                                        base::write_json_line(base::Json::Object{
                                            {"status", "ok"},
                                            {"role", role_name(parts_.config.role)},
                                            {"charter_version", std::int64_t{charter->version}}}));
            }};
  }

  [[nodiscard]] net::Route metrics() {
    return {net::Method::kGet, "metrics", 0, [this](const net::Request&) {
              metrics_.set_charter_version(charters_.current()->version);
              refresh_(metrics_);
              return net::text_response(net::kMetricsType, metrics_.text());
            }};
  }

  void note(const net::Event& event) {
    metrics_.note(event);
    // What a handler refuses, refusing() has in the log, with its reason.
    if (event.kind == net::EventKind::kAnswered) return;
    parts_.log.event("request.refused")
        .with("route", base::Label(event.route))
        .with("status", event.status)
        .with("reason", base::Label(event.reason))
        .with("peer", base::Label(event.peer ? base::to_hex(*event.peer) : ""));
  }

  const NodeParts& parts_;
  CharterStore& charters_;
  const net::Tls& tls_;
  const std::function<void(NodeMetrics&)> refresh_;
  NodeMetrics metrics_;
};

/// A hub and a guardian speak to the charter's providers. While the charter is in doubt they speak to nobody.
net::PeerCheck providers_of(const NodeParts& parts, CharterStore& charters) {
  return [&parts, &charters](const base::Digest& spki) {
    try {
      const auto now = charters.current();
      return std::ranges::find(now->providers, spki, &instruction::Provider::tls_key) != now->providers.end();
    } catch (const base::Error& error) {
      parts.log.event("charter.in_doubt").with(error);
      return false;
    }
  };
}

using Slices = std::function<std::vector<SliceStatus>()>;

/// The hub's pages for the people who run it.
std::vector<net::Route> status_routes(const NodeParts& parts, CharterStore& charters, const Slices& slices) {
  std::vector<net::Route> routes;
  routes.push_back({net::Method::kGet, "status", 0, [&parts, &charters, slices](const net::Request&) {
                      return net::text_response(
                          "text/html; charset=utf-8",
                          status_page(slices(), charters.current()->title, parts.clock.now_unix_seconds()));
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

void run_hub(const NodeParts& parts, CharterStore& charters, const net::Tls& tls,
             const std::stop_token& stop) {
  const NodeConfig& config = parts.config;
  const std::vector<collection::Collection> collections = load_collections(config);
  const crypto::SigningKey signing_key =
      load_signing_key(parts.disk, config.keys / "signing.sealed", config.key_file);
  const base::SecretBytes key = lake_key(parts);
  const auto charter = charters.current();
  const base::SecretBytes operator_key = crypto::load_key_file(config.key_file);
  submission::SealingKeys sealing_keys({parts.disk, parts.clock, parts.random, operator_key, signing_key},
                                       config.keys / "sealing",
                                       {charter->federation, charter->log, charter->hub.signing_key});
  sealing_keys.destroy_old();
  const ScratchFolder scratch;
  Hub hub({parts.disk, parts.clock, parts.random, parts.log, charters, collections, signing_key, key,
           sealing_keys, config.hub.lake, config.hub.inbox, submissions_folder(config),
           batches_folder(config), scratch.path()});
  const Slices slices = [&parts, &charters, &hub] {
    return flow_status(hub, *charters.current(), parts.clock.now_unix_seconds(), parts.config.hub.due_days);
  };
  Servers(parts, charters, tls, [&slices](NodeMetrics& metrics) { metrics.set_slices(slices()); })
      .run(hub_routes(hub, parts.log), status_routes(parts, charters, slices), providers_of(parts, charters),
           stop);
}

void run_guardian(const NodeParts& parts, CharterStore& charters, const net::Tls& tls,
                  const std::stop_token& stop) {
  const NodeConfig& config = parts.config;
  ShareStore shares(parts);
  pseudonym::Guardian guardian({parts.disk, parts.clock, parts.random,
                                [&charters] { return charters.current(); },
                                [&shares](const instruction::Charter& charter) { return shares.of(charter); },
                                load_signing_key(parts.disk, config.keys / "signing.sealed", config.key_file),
                                config.guardian.journal});
  std::vector<net::Route> routes;
  routes.push_back({net::Method::kPost, kEvaluateRoute, pseudonym::kMessageAtMostBytes,
                    [&guardian](const net::Request& request) {
                      net::Response response{.content_type = "application/octet-stream"};
                      response.body = guardian.evaluate(request.body, request.peer.value());
                      return response;
                    }});
  for (net::Route& route : routes) route = refusing(parts.log, std::move(route));
  Servers(parts, charters, tls, [&guardian](NodeMetrics& metrics) {
    metrics.set_quotas(guardian.quota_use());
  }).run(std::move(routes), {}, providers_of(parts, charters), stop);
}

}  // namespace

void run_server_node(const NodeParts& parts, const std::stop_token& stop) {
  CharterStore charters(parts.disk, parts.config.charter, parts.config.federation);
  const std::unique_ptr<net::Tls> tls = load_tls(parts.disk, parts.config);
  require_own_place(*charters.current(), parts.config, *tls);
  if (parts.config.role == Role::kHub) return run_hub(parts, charters, *tls, stop);
  run_guardian(parts, charters, *tls, stop);
}

namespace {

/// The flows of one organisation. What is wrong with one, a vault that does not open, stops no other.
std::vector<FlowReport> flows_of(FlowSurroundings& around, const instruction::Charter& charter,
                                 const Organisation& organisation) {
  try {
    require_own_place(charter, around.config, around.tls, organisation);
    return run_flows(around, charter, organisation);
  } catch (const base::Error& error) {
    around.log.event("flow.failed").with("organisation", base::Label(organisation.code)).with(error);
    FlowReport report{.organisation = organisation.code};
    report.error.emplace(error);
    return {std::move(report)};
  }
}

}  // namespace

std::vector<FlowReport> run_provider_once(const NodeParts& parts, const std::set<std::string>& again) {
  CharterStore charters(parts.disk, parts.config.charter, parts.config.federation);
  const std::unique_ptr<net::Tls> tls = load_tls(parts.disk, parts.config);
  const auto charter = charters.current();
  const std::vector<collection::Collection> collections = load_collections(parts.config);
  const auto& organisations = parts.config.provider.organisations;
  // Of one organisation the batches are shown, of many the organisations.
  base::SilentProgress silent;
  const bool is_one = organisations.size() == 1;
  base::Progress& of_machine = is_one ? silent : parts.progress;
  FlowSurroundings around{parts.disk, parts.clock, parts.random, is_one ? parts.progress : silent,
                          parts.log,  *tls,        parts.config, collections,
                          again};
  for (const Organisation& one : organisations) {
    parts.disk.make_folder(one.outbox);
    // Confined, a process can reach what was there: a vault that is missing is said when it is opened.
    if (one.vault.has_parent_path()) parts.disk.make_folder(one.vault.parent_path());
  }
  confine_node(parts.config, parts.log);
  std::vector<FlowReport> reports;
  std::mutex mutex;
  of_machine.begin("flows", organisations.size(), "providers");
  base::for_each_on_threads(organisations.size(), parts.config.provider.threads, [&](std::size_t i) {
    std::vector<FlowReport> some = flows_of(around, *charter, organisations[i]);
    const std::lock_guard lock(mutex);
    std::ranges::move(some, std::back_inserter(reports));
    of_machine.advance(1);
  });
  of_machine.end();
  std::ranges::sort(reports, {}, [](const FlowReport& report) {
    return std::tie(report.organisation, report.collection, report.table, report.period);
  });
  return reports;
}

}  // namespace candour::node
