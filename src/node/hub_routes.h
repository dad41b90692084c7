// The hub's routes for providers; docs/reference/wire.md.
#pragma once

#include <vector>

#include "candour/net/router.h"
#include "candour/node/hub.h"

namespace candour::node {

/// `hub` and `log` outlive the routes.
[[nodiscard]] std::vector<net::Route> hub_routes(Hub& hub);

}  // namespace candour::node
