// `candour instruction list|explain|revoke|accept|object`: what the log says of orders, and what is said of
// one of them by who may.
#pragma once

#include <string_view>

#include "candour/cli/context.h"
#include "candour/statement/payload.h"

namespace candour::cli {

/// The number of an instruction from the command line. Errors: CND-2020.
[[nodiscard]] statement::Id instruction_number(std::string_view hex);

void add_order_commands(CLI::App& group, Context& context);

}  // namespace candour::cli
