// How a node refuses over the network: what went wrong becomes an answer with the error's code and message,
// and the HTTP status that tells machines whether to come again.
#pragma once

#include <functional>

#include "candour/base/error.h"
#include "candour/net/message.h"

namespace candour::node {

using Handler = std::function<net::Response(const net::Request&)>;

/// 503 where this node's disk is full or failed, or something is in use; 409 where the slice is another's by
/// now; 404 where something is not there; 403 where charter, instruction or quota say no; 422 for all else.
[[nodiscard]] int status_of(const base::Error& error);

/// A handler that answers its errors as refusals.
[[nodiscard]] Handler refusing(Handler handler);

}  // namespace candour::node
