#include "candour/node/hub_client.h"

#include <doctest/doctest.h>

namespace candour::node {
namespace {

TEST_CASE("a route with its segments in place is the address that a client asks") {
  CHECK(target_of(kSealingKeyRoute, {}) == "/v1/sealing-key");
  CHECK(target_of(kSliceRoute, {"R1H", "rtt", "stops"}) == "/v1/providers/R1H/slices/rtt/stops");
  CHECK(target_of(kReceiptRoute, {"ab"}) == "/v1/submissions/ab/receipt");
}

}  // namespace
}  // namespace candour::node
