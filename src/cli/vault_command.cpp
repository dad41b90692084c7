// `candour vault new|show`, `candour key new`.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/base/error.h"
#include "candour/cli/options.h"
#include "candour/crypto/key.h"

namespace candour::cli {
namespace {

void show_vault(Context& context, const VaultOptions& vault_options,
                const CollectionOptions& collection_options) {
  const collection::Collection collection = collection_options.load();
  const vault::Vault vault = vault_options.open(context);
  context.out << "Vault of " << vault.submitter() << '\n';
  for (const collection::Table& table : collection.tables) {
    const vault::Slice any{collection.name, table.name, vault.submitter(), ""};
    for (const auto& [period, rows] : vault.periods(any)) {
      const vault::Slice slice{collection.name, table.name, vault.submitter(), period};
      context.out << table.name << ' ' << period << ": " << rows << " rows, " << vault.quarantine_count(slice)
                  << " in quarantine" << (vault.is_nil_return(slice) ? ", nil return" : "") << '\n';
      for (const vault::SourceFile& file : vault.files(slice)) context.out << "  from " << file.name << '\n';
    }
  }
}

}  // namespace

void add_key_command(CLI::App& app, Context& context) {
  auto path = std::make_shared<std::filesystem::path>();
  CLI::App* group = app.add_subcommand("key", "Keys of a vault");
  group->require_subcommand(1);
  CLI::App* command = group->add_subcommand("new", "Make a key file, readable by you alone");
  command->add_option("FILE", *path, "Where it is to lie; never replaces a file")->required();
  command->callback([&context, path] { crypto::store_new_key_file(*path, context.random); });
}

void add_vault_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("vault", "A provider's encrypted store of identifiable records");
  group->require_subcommand(1);

  auto create = std::make_shared<std::pair<VaultOptions, std::string>>();
  CLI::App* command = group->add_subcommand("new", "Make an empty vault for an organisation");
  create->first.add_to(*command);
  command->add_option("--submitter", create->second, "The organisation's ODS code")->required();
  command->callback([&context, create] {
    const base::SecretBytes key = create->first.new_key(context);
    static_cast<void>(vault::Vault::create(context.disk, create->first.vault, key, context.random,
                                           organisation_code(create->second)));
  });

  auto show = std::make_shared<std::pair<VaultOptions, CollectionOptions>>();
  command = group->add_subcommand("show", "Show which periods a vault holds, and from which files");
  show->second.add_to(*command);
  show->first.add_to(*command);
  command->callback([&context, show] { show_vault(context, show->first, show->second); });
}

}  // namespace candour::cli
