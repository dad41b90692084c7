// How a node refuses over the network: what went wrong becomes an answer with the error's code and message,
// and the HTTP status that tells machines whether to come again.
#pragma once

#include <string>
#include <string_view>

#include "candour/base/error.h"
#include "candour/net/router.h"
#include "candour/node/log.h"

namespace candour::node {

/// Whose matter an error is, and so what the other side does about it.
enum class Fault {
  kSubmission,  ///< what was sent is wrong: it is planned anew
  kOvertaken,   ///< the slice is another submission's by now: it is planned anew
  kNotAllowed,  ///< charter, instruction or quota say no: it waits
  kNotThere,
  kTooMuch,  ///< of this caller: it comes again later
  kBusy,     ///< this node's disk is full, or something is in use: it comes again later
  kOurs,     ///< this node is broken or wrongly set up: what was sent is as good as before
};
/// Of a code of the catalogue, also of one that another node says. What is not known is kOurs: nobody throws
/// away a good submission for it.
[[nodiscard]] Fault fault_of(std::string_view code);
[[nodiscard]] int status_of(Fault fault);

/// The code with which another node refused a call, where that is what an error says (CND-2460); else empty.
[[nodiscard]] std::string refusal_by_other(const base::Error& error);

/// Whether an error is a refusal of what was asked, which the log is told of: a rule says no to it. Not that
/// this node is full, broken or busy, or does not have what was asked for; but that it cannot tell what is in
/// force, for want of a fresh checkpoint, and that what comes is of another time.
[[nodiscard]] bool is_refusal(std::string_view code);

/// A route whose handler's errors become refusals, and lines of the log with code and fields: what the other
/// side is told has no fields. `log` outlives the route.
[[nodiscard]] net::Route refusing(Log& log, net::Route route);

}  // namespace candour::node
