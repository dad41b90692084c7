#include "candour/node/refusals.h"

#include <doctest/doctest.h>

#include "candour/node/hub_client.h"

namespace candour::node {
namespace {

TEST_CASE("a refusal's status tells a machine whether to come again") {
  CHECK(status_of(base::Error("CND-1003", "The disk is full.")) == 503);
  CHECK(status_of(base::Error("CND-2211", "The inbox is full.")) == 503);
  CHECK(status_of(base::Error("CND-2212", "Too much waits.")) == 429);
  CHECK(status_of(base::Error("CND-2224", "Overtaken.")) == 409);
  CHECK(status_of(base::Error("CND-2022", "Expired.")) == 403);
  CHECK(status_of(base::Error("CND-2222", "A row breaks a rule.")) == 422);
}

TEST_CASE("an error becomes an answer that says its code, and never its fields") {
  const Handler handler = refusing([](const net::Request&) -> net::Response {
    throw base::Error("CND-2222", "A row breaks a rule.").with("column", base::Label("SECRET-COLUMN"));
  });
  const net::Response response = handler({});
  CHECK(response.status == 422);
  const std::string body(base::as_text(std::get<base::Bytes>(response.body)));
  CHECK(body.find("CND-2222") != std::string::npos);
  CHECK(body.find("SECRET") == std::string::npos);
}

TEST_CASE("a route with its segments in place is the address that a client asks") {
  CHECK(target_of(kSealingKeyRoute, {}) == "/v1/sealing-key");
  CHECK(target_of(kSliceRoute, {"R1H", "rtt", "stops", "2025-09"}) ==
        "/v1/providers/R1H/slices/rtt/stops/2025-09");
  CHECK(target_of(kReceiptRoute, {"ab"}) == "/v1/submissions/ab/receipt");
}

}  // namespace
}  // namespace candour::node
