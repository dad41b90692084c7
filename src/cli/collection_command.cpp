// `candour collection new|check|show|digest`, and `statement`, `sign` and `submit` of collection_statement.h.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/cli/collection_examples.h"
#include "candour/cli/collection_skeleton.h"
#include "candour/cli/collection_statement.h"
#include "candour/cli/options.h"

namespace candour::cli {
namespace {

/// What is left of a field, in words.
std::string what_leaves(const collection::Field& field) {
  struct Words {
    std::string operator()(const collection::Keep&) const { return "as it is"; }
    std::string operator()(const collection::Drop&) const { return "nothing"; }
    std::string operator()(const collection::ToPseudonym&) const {
      return "a pseudonym (nothing in counts mode)";
    }
    std::string operator()(const collection::ToLocalPseudonym&) const {
      return "a pseudonym under the provider's own key";
    }
    std::string operator()(const collection::ToAgeBand&) const { return "an age band"; }
    std::string operator()(const collection::ToMonth&) const { return "the month"; }
    std::string operator()(const collection::ToLookup& lookup) const {
      return "what " + lookup.reference + " gives for it";
    }
  };
  return std::visit(Words{}, field.minimise);
}

void check(Context& context, const CollectionOptions& options) {
  const collection::Collection collection = options.load();
  context.out << collection.name << ": declarations, code lists and SQL are right\n";
  for (const ExampleResult& result : run_examples(context, collection)) {
    context.out << (result.holds ? "  ok   " : "  FAIL ") << result.name << ": " << result.account << '\n';
    if (!result.holds) context.exit = Exit::kRefused;
  }
  context.out << "digest " << base::to_hex(collection.digest) << '\n';
}

void show(Context& context, const CollectionOptions& options) {
  const collection::Collection collection = options.load();
  context.out << collection.title << " (" << collection.name << ")\ndigest "
              << base::to_hex(collection.digest) << '\n';
  for (const collection::Table& table : collection.tables) {
    context.out << "\nTable " << table.name << ": " << table.title << "\n\n";
    for (const collection::Field& field : table.fields) {
      context.out << "  " << field.name << " (" << collection::field_type_name(field.type) << ", "
                  << field.title << ")" << (field.identifies ? ", identifies" : "") << ": leaves "
                  << what_leaves(field) << '\n';
    }
    context.out << "\n  Rules over a row:\n";
    for (const collection::RowCheck& rule : table.checks) {
      context.out << "  " << rule.name << (rule.level == collection::Level::kWarning ? " (warning)" : "")
                  << ": " << rule.message << '\n';
    }
  }
  context.out << "\nMeasures:\n";
  for (const collection::Measure& measure : collection.measures) {
    context.out << "  " << measure.name << ": " << measure.title << '\n';
  }
}

}  // namespace

void add_collection_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("collection", "Data sets, each a folder of declarations");
  group->require_subcommand(1);

  auto folder = std::make_shared<std::filesystem::path>();
  CLI::App* command = group->add_subcommand("new", "Begin a collection: a folder that passes its own check");
  command->add_option("FOLDER", *folder, "The new folder; its name is the collection's")->required();
  command->callback([&context, folder] { write_collection_skeleton(context, *folder); });

  auto check_options = std::make_shared<CollectionOptions>();
  command = group->add_subcommand("check", "Check a collection's declarations and run its examples");
  check_options->add_to(*command);
  command->callback([&context, check_options] { check(context, *check_options); });

  auto show_options = std::make_shared<CollectionOptions>();
  command = group->add_subcommand("show", "Show what a collection takes, and what of it leaves the provider");
  show_options->add_to(*command);
  command->callback([&context, show_options] { show(context, *show_options); });

  auto digest_options = std::make_shared<CollectionOptions>();
  command = group->add_subcommand("digest", "Print the digest by which an instruction names a collection");
  digest_options->add_to(*command);
  command->callback(
      [&context, digest_options] { context.out << base::to_hex(digest_options->load().digest) << '\n'; });
  add_collection_statement_commands(*group, context);
}

}  // namespace candour::cli
