// `candour signing-key new|show`: the key with which a person or an office signs statements.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "candour/cli/statement_files.h"
#include "candour/node/key_request.h"

namespace candour::cli {

void add_signing_key_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("signing-key", "The key with which a controller signs");
  group->require_subcommand(1);

  auto folder = std::make_shared<std::filesystem::path>();
  CLI::App* command = group->add_subcommand("new", "Make a key in a new folder, and print its public half");
  command->add_option("FOLDER", *folder, "Gets operator.key and signing.sealed, which the first opens")
      ->required();
  command->callback([&context, folder] {
    const crypto::SigningPublicKey key =
        node::make_office_key({context.disk, context.clock, context.random}, *folder);
    context.out << base::to_hex(key) << '\n';
    context.err << "Give the founders what was printed. Keep operator.key apart from signing.sealed.\n";
  });

  auto options = std::make_shared<KeyOptions>();
  command = group->add_subcommand("show", "Print the public half of a key");
  options->add_to(*command);
  command->callback(
      [&context, options] { context.out << base::to_hex(options->load(context.disk).public_key()) << '\n'; });
}

}  // namespace candour::cli
