#include "candour/node/servers.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <thread>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/node/confinement.h"
#include "candour/node/refusals.h"

namespace candour::node {
namespace {

std::string_view role_name(Role role) {
  switch (role) {
    case Role::kHub:
      return "hub";
    case Role::kGuardian:
      return "guardian";
    case Role::kWitness:
      return "witness";
    case Role::kProvider:
      break;
  }
  return "provider";
}

}  // namespace

net::PeerCheck peers_of(const CharterNow& charter) {
  return [charter](const base::Digest& spki) {
    const auto now = charter();
    const auto has = [&](const auto& all, auto member) {
      return std::ranges::find(all, spki, member) != all.end();
    };
    return now->hub.tls_key == spki || has(now->providers, &instruction::Provider::tls_key) ||
           has(now->guardians, &instruction::Guardian::tls_key) ||
           has(now->witnesses, &instruction::Witness::tls_key);
  };
}

Servers::Servers(const NodeParts& parts, CharterNow charter, const net::Tls& tls,
                 std::function<void(NodeMetrics&)> refresh)
    : parts_(parts),
      charter_(std::move(charter)),
      tls_(tls),
      refresh_(std::move(refresh)),
      metrics_(parts.clock) {}

void Servers::run(ServedRoutes routes, const std::function<void()>& begin, std::function<void()> on_stranger,
                  const std::stop_token& stop) {
  const NodeConfig& config = parts_.config;
  on_stranger_ = std::move(on_stranger);
  is_well_ = std::move(routes.is_well);
  for (net::Route& route : routes.nodes) route = metrics_.counting(refusing(parts_.log, std::move(route)));
  net::Server server({.address = config.listen.host,
                      .port = config.listen.port,
                      .tls = &tls_,
                      .accepts_peer = peers_of(charter_),
                      .on_event = [this](const net::Event& event) { note(event); },
                      .signals = net::Signals::kStop},
                     std::move(routes.nodes), parts_.clock);
  routes.people.push_back(health());
  routes.people.push_back(metrics());
  for (net::Route& route : routes.people) route = refusing(parts_.log, std::move(route));
  net::Server admin({.port = config.admin_port}, std::move(routes.people), parts_.clock);
  std::optional<net::Server> strangers;
  for (net::Route& route : routes.strangers) route = refusing(parts_.log, std::move(route));
  if (config.public_port) {
    strangers.emplace(net::ServerOptions{.port = *config.public_port}, std::move(routes.strangers),
                      parts_.clock);
  }
  confine_node(config, parts_.log);
  std::stop_source ended;
  std::jthread admin_thread([&] { admin.run(ended.get_token()); });
  std::jthread strangers_thread([&] {
    if (strangers) strangers->run(ended.get_token());
  });
  // An error must end the other listeners too, or this would wait for them.
  struct EndOthers {
    std::stop_source& others;
    ~EndOthers() { others.request_stop(); }
  } end_others{ended};
  begin();
  parts_.log.event("node.ready")
      .with("role", base::Label(role_name(config.role)))
      .with("port", server.port())
      .with("admin_port", admin.port())
      .with("public_port", strangers ? strangers->port() : 0)
      .with("charter_version", charter_()->version);
  server.run(stop);
}

net::Route Servers::health() const {
  return {net::Method::kGet, "health", 0, [this](const net::Request&) {
            const bool is_well = !is_well_ || is_well_();
            net::Response response = net::text_response(
                "application/json", base::write_json_line(base::Json::Object{
                                        {"status", is_well ? "ok" : "failed"},
                                        {"role", role_name(parts_.config.role)},
                                        {"charter_version", std::int64_t{charter_()->version}}}));
            if (!is_well) response.status = 503;
            return response;
          }};
}

net::Route Servers::metrics() {
  return {net::Method::kGet, "metrics", 0, [this](const net::Request&) {
            metrics_.set_charter_version(charter_()->version);
            refresh_(metrics_);
            return net::text_response(net::kMetricsType, metrics_.text());
          }};
}

void Servers::note(const net::Event& event) {
  metrics_.note(event);
  // What a handler refuses, refusing() has in the log, with its reason.
  if (event.kind == net::EventKind::kAnswered) return;
  if (event.kind == net::EventKind::kHandshakeRefused && on_stranger_) on_stranger_();
  parts_.log.event("request.refused")
      .with("route", base::Label(event.route))
      .with("status", event.status)
      .with("reason", base::Label(event.reason))
      .with("peer", base::Label(event.peer ? base::to_hex(*event.peer) : ""));
}

Repeating::Repeating(Log& log, std::int64_t seconds, std::function<void()> work)
    : thread_([&log, seconds, work = std::move(work)](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any woken;
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
          try {
            work();
          } catch (const base::Error& error) {
            log.event("log.behind").with(error);
          }
          woken.wait_for(lock, stop, std::chrono::seconds(seconds), [] { return false; });
        }
      }) {}

Repeating::~Repeating() = default;

}  // namespace candour::node
