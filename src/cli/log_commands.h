// The parts of `candour log`, a file each.
#pragma once

#include "candour/cli/context.h"

namespace candour::cli {

void add_log_verify(CLI::App& group, Context& context);
void add_log_prove(CLI::App& group, Context& context);
void add_log_watch(CLI::App& group, Context& context);
void add_log_incident(CLI::App& group, Context& context);
/// `seal`, `sign` and `open`.
void add_log_seal(CLI::App& group, Context& context);

}  // namespace candour::cli
