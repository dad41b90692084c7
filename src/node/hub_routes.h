// The hub's routes for providers; docs/reference/wire.md.
#pragma once

#include <vector>

#include "candour/net/router.h"
#include "candour/node/hub.h"

namespace candour::node {

/// What is referred to outlives the routes.
[[nodiscard]] std::vector<net::Route> hub_routes(Hub& hub);
[[nodiscard]] net::Route withdraw_route(Withdrawals& withdrawals);

}  // namespace candour::node
