// The routes of a log, a witness and a guardian that takes what is handed to it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/log/store.h"
#include "candour/log/witness.h"
#include "candour/net/router.h"
#include "candour/node/log_wire.h"
#include "candour/pseudonym/guardian.h"

namespace candour::node {

/// Reading a log; with the content types of C2SP tlog-tiles. `store` outlives them.
[[nodiscard]] std::vector<net::Route> log_routes(log::Store& store);

/// Takes statements: `enter` gives a tlog-proof, or throws why not.
using Enter = std::function<std::string(const Entry& entry)>;
[[nodiscard]] net::Route statements_route(Enter enter);

/// C2SP tlog-witness's add-checkpoint. `witness` outlives it.
[[nodiscard]] net::Route add_checkpoint_route(log::Witness& witness);

/// Takes what is handed in.
using HandIn = std::function<void(const Entry& entry)>;
[[nodiscard]] net::Route hand_in_route(HandIn hand_in);

/// Evaluates batches, for callers whose certificate is known. `guardian` outlives it.
[[nodiscard]] net::Route evaluate_route(pseudonym::Guardian& guardian);

}  // namespace candour::node
