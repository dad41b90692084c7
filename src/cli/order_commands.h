// `candour instruction list|explain|revoke|accept|object`: what the log says of orders, and what is said of
// one of them by who may.
#pragma once

#include "candour/cli/context.h"

namespace candour::cli {

void add_order_commands(CLI::App& group, Context& context);

}  // namespace candour::cli
