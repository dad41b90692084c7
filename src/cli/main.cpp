// `candour`: the one program. It reads the command line, makes the real seams, runs one command and turns an
// Error into the three lines that people read.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "candour/base/error.h"
#include "candour/cli/context.h"

namespace {

// A core file would hold patients' rows and the vault's key in clear. The limit stops files; a handler that
// the kernel pipes cores to is stopped only by a process that may not be dumped at all. Such a process cannot
// be traced either, which the sanitiser that looks for leaks has to do.
void leave_no_core() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

int run(int argc, char** argv) {
  candour::base::PosixDisk disk;
  candour::base::SystemClock clock;
  candour::base::SystemRandom random;
  const std::unique_ptr<candour::base::Progress> progress = candour::base::make_progress();
  candour::cli::Context context{disk, clock, random, *progress, std::cout, std::cerr};

  CLI::App app{"Candour: an open, verifiable data platform for a national health service.", "candour"};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("candour ") + CANDOUR_VERSION);
  app.footer("Every refusal has a code: `candour explain CODE` says what it means and what to do.");
  candour::cli::add_demo_command(app, context);
  candour::cli::add_validate_command(app, context);
  candour::cli::add_load_command(app, context);
  candour::cli::add_quarantine_command(app, context);
  candour::cli::add_minimise_command(app, context);
  candour::cli::add_count_command(app, context);
  candour::cli::add_submission_command(app, context);
  candour::cli::add_batch_command(app, context);
  candour::cli::add_optout_command(app, context);
  candour::cli::add_withdraw_command(app, context);
  candour::cli::add_receipt_command(app, context);
  candour::cli::add_release_command(app, context);
  candour::cli::add_register_command(app, context);
  candour::cli::add_evidence_command(app, context);
  candour::cli::add_log_command(app, context);
  candour::cli::add_site_command(app, context);
  candour::cli::add_collection_command(app, context);
  candour::cli::add_vault_command(app, context);
  candour::cli::add_federation_command(app, context);
  candour::cli::add_charter_command(app, context);
  candour::cli::add_instruction_command(app, context);
  candour::cli::add_node_command(app, context);
  candour::cli::add_witness_command(app, context);
  candour::cli::add_key_command(app, context);
  candour::cli::add_signing_key_command(app, context);
  candour::cli::add_ceremony_command(app, context);
  candour::cli::add_synth_command(app, context);
  candour::cli::add_explain_command(app, context);
  candour::cli::add_explain_denial_command(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(candour::cli::Exit::kUsage);
  }
  // A result that was cut short must not look like one: a full disk shows itself here at the latest.
  if (!std::cout.flush()) throw candour::base::Error("CND-1003", "Standard output cannot be written.");
  return static_cast<int>(context.exit);
}

}  // namespace

int main(int argc, char** argv) {
  leave_no_core();
  try {
    return run(argc, argv);
  } catch (const candour::base::Error& error) {
    std::cerr << candour::base::describe(error) << '\n';
  } catch (const std::bad_alloc&) {
    std::cerr << "candour: there is not enough memory.\n";
  } catch (const std::exception&) {
    // What a library says about its failure may quote a row.
    std::cerr << "candour: it failed in a way that has no page. Nothing is half done; please report it.\n";
  }
  return static_cast<int>(candour::cli::Exit::kError);
}
