// `candour`: the one program. It reads the command line, makes the real seams, runs one command and turns an
// Error into the three lines that people read.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "candour/base/error.h"
#include "candour/cli/context.h"

namespace {

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
  candour::cli::add_release_command(app, context);
  candour::cli::add_site_command(app, context);
  candour::cli::add_collection_command(app, context);
  candour::cli::add_vault_command(app, context);
  candour::cli::add_key_command(app, context);
  candour::cli::add_synth_command(app, context);
  candour::cli::add_explain_command(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(candour::cli::Exit::kUsage);
  }
  return static_cast<int>(context.exit);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const candour::base::Error& error) {
    std::cerr << candour::base::describe(error) << '\n';
  } catch (const std::bad_alloc&) {
    std::cerr << "candour: there is not enough memory.\n";
  }
  return static_cast<int>(candour::cli::Exit::kError);
}
