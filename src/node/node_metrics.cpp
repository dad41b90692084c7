#include "candour/node/node_metrics.h"

#include <array>
#include <map>
#include <utility>

#include "candour/node/hub_client.h"

namespace candour::node {
namespace {

/// What of a batch or a submission a route decides, and under which name that is counted.
struct Decision {
  std::string_view route;
  base::Literal name, help;
  std::string_view well;
};
constexpr std::array<Decision, 2> kDecisions{
    {{kEvaluateRoute, "candour_batches_total", "Requests for a batch, by outcome.", "taken"},
     {kCommitRoute, "candour_submissions_total", "Commits of a submission, by outcome.", "stored"}}};

/// 429 and what is this node's fault count as failed: neither taken nor refused.
std::string_view outcome_of(const Decision& decision, int status) {
  if (status >= 200 && status < 300) return decision.well;
  return status == 429 || status >= 500 || status == 0 ? "failed" : "refused";
}

std::uint64_t size_of(const net::Response& response) {
  const auto* bytes = std::get_if<base::Bytes>(&response.body);
  return bytes != nullptr ? bytes->size() : std::get<net::BodySource>(response.body).size_bytes;
}

}  // namespace

NodeMetrics::NodeMetrics(const base::Clock& clock) {
  metrics_.gauge("process_start_time_seconds", "When the process started, in seconds since 1970.")
      .set(clock.now_unix_seconds());
}

void NodeMetrics::note(const net::Event& event) {
  metrics_
      .counter("candour_requests_total", "Requests by route and HTTP status; 0 where no answer was sent.",
               {{"route", base::Label(event.route)}, {"status", base::Label(std::to_string(event.status))}})
      .add();
  for (const Decision& decision : kDecisions) {
    if (event.route != decision.route) continue;
    metrics_
        .counter(decision.name, decision.help, {{"outcome", base::Label(outcome_of(decision, event.status))}})
        .add();
  }
}

net::Route NodeMetrics::counting(net::Route route) {
  const auto bytes = [&](base::Literal direction) -> net::Counter& {
    return metrics_.counter(
        "candour_body_bytes_total", "Bytes of bodies, by route and direction.",
        {{"route", base::Label(route.pattern)}, {"direction", base::Label(direction.view())}});
  };
  net::Counter& in = bytes("in");
  net::Counter& out = bytes("out");
  route.handle = [&in, &out, handle = std::move(route.handle)](const net::Request& request) {
    in.add(request.body.size());
    net::Response response = handle(request);
    out.add(size_of(response));
    return response;
  };
  return route;
}

void NodeMetrics::set_charter_version(std::uint32_t version) {
  metrics_.gauge("candour_charter_version", "The version of the charter that the node goes by.").set(version);
}

void NodeMetrics::set_slices(const std::vector<SliceStatus>& slices) {
  std::map<std::string, std::array<std::int64_t, 3>> counts;
  metrics_.zero("candour_slices");  // what is no longer expected must not be late for ever
  for (const SliceStatus& slice : slices) ++counts[slice.collection][static_cast<std::size_t>(slice.state)];
  for (const auto& [collection, by_state] : counts) {
    for (const SliceState state : {SliceState::kReceived, SliceState::kDue, SliceState::kLate}) {
      metrics_
          .gauge("candour_slices", "Slices of the status page, by collection and state.",
                 {{"collection", base::Label(collection)}, {"state", base::Label(state_name(state))}})
          .set(by_state[static_cast<std::size_t>(state)]);
    }
  }
}

void NodeMetrics::set_quotas(const std::vector<pseudonym::QuotaUse>& quotas) {
  const auto set = [&](const std::string& provider, base::Literal window, std::uint64_t used,
                       std::uint64_t allowed) {
    metrics_
        .gauge("candour_quota_used", "Places in batches that were taken of a provider.",
               {{"provider", base::Label(provider)}, {"window", base::Label(window.view())}})
        .set(static_cast<std::int64_t>(used));
    metrics_
        .gauge("candour_quota_allowed", "Places in batches that the charter allows a provider.",
               {{"provider", base::Label(provider)}, {"window", base::Label(window.view())}})
        .set(static_cast<std::int64_t>(allowed));
  };
  metrics_.zero("candour_quota_used");
  metrics_.zero("candour_quota_allowed");
  for (const pseudonym::QuotaUse& quota : quotas) {
    set(quota.provider, "24h", quota.used_day, quota.allowed_day);
    set(quota.provider, "30d", quota.used_30_days, quota.allowed_30_days);
  }
}

}  // namespace candour::node
