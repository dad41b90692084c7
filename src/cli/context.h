// What every command works with: the seams to the outside, and where to write. main.cpp makes the real one;
// tests make others.
#pragma once

#include <iosfwd>

#include "candour/base/clock.h"
#include "candour/base/disk.h"
#include "candour/base/progress.h"
#include "candour/base/random.h"

namespace CLI {
class App;
}

namespace candour::cli {

/// Exit codes, also in docs/reference/commands.md.
enum class Exit : int {
  kOk = 0,
  kError = 1,    ///< an error with a page
  kUsage = 2,    ///< the command line is wrong
  kRefused = 3,  ///< the data were checked and some or all were refused
  kDiffers = 4,  ///< a comparison found differences
};

struct Context {
  base::Disk& disk;
  const base::Clock& clock;
  base::Random& random;
  base::Progress& progress;
  std::ostream& out;  ///< results
  std::ostream& err;  ///< everything else
  Exit exit = Exit::kOk;
};

// One file a command group; each adds its commands to the program.
void add_batch_command(CLI::App& app, Context& context);
void add_ceremony_command(CLI::App& app, Context& context);
void add_charter_command(CLI::App& app, Context& context);
void add_collection_command(CLI::App& app, Context& context);
void add_count_command(CLI::App& app, Context& context);
void add_demo_command(CLI::App& app, Context& context);
void add_evidence_command(CLI::App& app, Context& context);
void add_explain_command(CLI::App& app, Context& context);
void add_explain_denial_command(CLI::App& app, Context& context);
void add_federation_command(CLI::App& app, Context& context);
void add_instruction_command(CLI::App& app, Context& context);
void add_key_command(CLI::App& app, Context& context);
void add_load_command(CLI::App& app, Context& context);
void add_log_command(CLI::App& app, Context& context);
void add_minimise_command(CLI::App& app, Context& context);
void add_node_command(CLI::App& app, Context& context);
void add_optout_command(CLI::App& app, Context& context);
void add_withdraw_command(CLI::App& app, Context& context);
void add_quarantine_command(CLI::App& app, Context& context);
void add_receipt_command(CLI::App& app, Context& context);
void add_register_command(CLI::App& app, Context& context);
void add_release_command(CLI::App& app, Context& context);
void add_signing_key_command(CLI::App& app, Context& context);
void add_site_command(CLI::App& app, Context& context);
void add_submission_command(CLI::App& app, Context& context);
void add_synth_command(CLI::App& app, Context& context);
void add_validate_command(CLI::App& app, Context& context);
void add_vault_command(CLI::App& app, Context& context);
void add_witness_command(CLI::App& app, Context& context);

}  // namespace candour::cli
