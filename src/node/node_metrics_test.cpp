#include "candour/node/node_metrics.h"

#include <doctest/doctest.h>

#include "candour/node/hub_client.h"

namespace candour::node {
namespace {

bool says(const NodeMetrics& metrics, std::string_view line) {
  return ("\n" + metrics.text()).find("\n" + std::string(line) + "\n") != std::string::npos;
}

void note(NodeMetrics& metrics, std::string_view route, int status) {
  net::Event event;
  event.route = route;
  event.status = status;
  metrics.note(event);
}

TEST_CASE("a batch or a submission counts as taken, refused or failed by its route and status") {
  const base::SystemClock clock;
  NodeMetrics metrics(clock);
  for (const int status : {200, 200, 403, 429, 503, 0}) {
    note(metrics, kEvaluateRoute, status);
  }
  note(metrics, kCommitRoute, 422);
  note(metrics, kSealingKeyRoute, 200);
  CHECK(says(metrics, "candour_batches_total{outcome=\"taken\"} 2"));
  CHECK(says(metrics, "candour_batches_total{outcome=\"refused\"} 1"));
  CHECK(says(metrics, "candour_batches_total{outcome=\"failed\"} 3"));
  CHECK(says(metrics, "candour_submissions_total{outcome=\"refused\"} 1"));
  CHECK(says(metrics, "candour_requests_total{route=\"v1/evaluate\",status=\"200\"} 2"));
  CHECK(says(metrics, "candour_requests_total{route=\"v1/sealing-key\",status=\"200\"} 1"));
}

TEST_CASE("a route's bodies are counted both ways") {
  const base::SystemClock clock;
  NodeMetrics metrics(clock);
  const net::Route route = metrics.counting({net::Method::kPost, "v1/echo", 10, [](const net::Request&) {
                                               return net::text_response("a/b", "abc");
                                             }});
  net::Request request;
  request.body = base::Bytes(5, 'x');
  CHECK(route.handle(request).status == 200);
  CHECK(says(metrics, "candour_body_bytes_total{route=\"v1/echo\",direction=\"in\"} 5"));
  CHECK(says(metrics, "candour_body_bytes_total{route=\"v1/echo\",direction=\"out\"} 3"));
}

SliceStatus slice(const char* collection, SliceState state) {
  return {.provider = "R1H",
          .provider_name = "hospital",
          .collection = collection,
          .table = "visits",
          .period = "2025-09",
          .state = state};
}

TEST_CASE("slices are counted by collection and state, and one that is no longer expected is late no more") {
  const base::SystemClock clock;
  NodeMetrics metrics(clock);
  metrics.set_slices(
      {slice("a", SliceState::kLate), slice("a", SliceState::kLate), slice("b", SliceState::kReceived)});
  CHECK(says(metrics, "candour_slices{collection=\"a\",state=\"late\"} 2"));
  CHECK(says(metrics, "candour_slices{collection=\"a\",state=\"due\"} 0"));
  CHECK(says(metrics, "candour_slices{collection=\"b\",state=\"received\"} 1"));
  metrics.set_slices({slice("b", SliceState::kDue)});
  CHECK(says(metrics, "candour_slices{collection=\"a\",state=\"late\"} 0"));
  CHECK(says(metrics, "candour_slices{collection=\"b\",state=\"received\"} 0"));
  CHECK(says(metrics, "candour_slices{collection=\"b\",state=\"due\"} 1"));
}

TEST_CASE("a provider that the charter has no more has used and may use nothing") {
  const base::SystemClock clock;
  NodeMetrics metrics(clock);
  const pseudonym::QuotaUse quota{
      .provider = "R1H", .used_day = 256, .allowed_day = 1000, .used_30_days = 512, .allowed_30_days = 9000};
  metrics.set_quotas({quota});
  CHECK(says(metrics, "candour_quota_used{provider=\"R1H\",window=\"24h\"} 256"));
  CHECK(says(metrics, "candour_quota_allowed{provider=\"R1H\",window=\"30d\"} 9000"));
  metrics.set_quotas({});
  CHECK(says(metrics, "candour_quota_used{provider=\"R1H\",window=\"24h\"} 0"));
  CHECK(says(metrics, "candour_quota_allowed{provider=\"R1H\",window=\"30d\"} 0"));
}

}  // namespace
}  // namespace candour::node
