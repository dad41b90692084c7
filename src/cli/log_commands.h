// The parts of `candour log`, a file each.
#pragma once

#include <filesystem>

#include "candour/cli/context.h"

namespace candour::cli {

void add_log_verify(CLI::App& group, Context& context);
void add_log_prove(CLI::App& group, Context& context);
void add_log_watch(CLI::App& group, Context& context);
void add_log_incident(CLI::App& group, Context& context);
/// `seal` and `open`.
void add_log_seal(CLI::App& group, Context& context);
void add_log_redact(CLI::App& group, Context& context);
/// `sign`: what `seal` and `redact` wrote.
void add_log_sign(CLI::App& group, Context& context);

/// Where the secret of a sealed statement lies beside it: FILE.secret.
[[nodiscard]] std::filesystem::path secret_of(std::filesystem::path file);

}  // namespace candour::cli
