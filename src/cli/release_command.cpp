// `candour release build|compare`.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/cli/hub_side.h"
#include "candour/cli/options.h"

namespace candour::cli {
namespace {

struct BuildOptions {
  CollectionOptions collection;
  std::string period;
  std::filesystem::path counts, hub;
  std::string instruction;
  std::filesystem::path submitters;
  std::string published_at;
  std::filesystem::path out;
};

void build(Context& context, const BuildOptions& options) {
  const collection::Collection collection = options.collection.load();
  const auto published_at = base::DateTime::parse_iso(options.published_at);
  if (!published_at) {
    throw base::Error("CND-1706",
                      "The time of publication is not a date and minute such as 2025-11-13T09:30.")
        .with("given", base::Label(options.published_at));
  }
  const ReleaseRequest request{
      .collection = &collection,
      .period = collection::parse_period(options.period, options.collection.table_of(collection).period),
      .counts = options.counts,
      .submitters = load_submitters(context.disk, options.submitters),
      .published_at = *published_at,
      .out = options.out};
  if (options.hub.empty()) {
    build_release(context, request);
  } else {
    const auto instruction = base::from_hex_exactly<16>(options.instruction);
    if (!instruction)
      throw base::Error("CND-2651", "An instruction is named by its id, 32 hexadecimal digits.");
    const node::NodeConfig hub = node::parse_config(base::load_text(context.disk, options.hub), options.hub);
    build_release(context, request, {.hub = &hub, .instruction = *instruction});
  }
  context.err << "Built " << options.out.string() << '\n';
}

struct CompareOptions {
  std::filesystem::path release;
  std::filesystem::path published;
  std::string collection;
  std::string providers = "all";
  std::size_t shown = 100;
};

/// The collection that a release names in release.json, unless the command line names one.
collection::Collection collection_of(Context& context, const CompareOptions& options) {
  if (!options.collection.empty()) {
    return collection::load_collection(collection::find_collection(options.collection));
  }
  const std::filesystem::path path = options.release / "release.json";
  const base::Json release = base::parse_json(base::load_text(context.disk, path));
  const base::Json* collection = release.find("collection");
  const base::Json* name = collection == nullptr ? nullptr : collection->find("name");
  if (name == nullptr || name->text() == nullptr) {
    throw base::Error("CND-1704", "release.json does not name its collection.").with("path", path);
  }
  return collection::load_collection(collection::find_collection(*name->text()));
}

void compare(Context& context, const CompareOptions& options) {
  const collection::Collection collection = collection_of(context, options);
  const release::Comparison comparison =
      compare_release(context, collection, options.release, options.published, options.providers);
  std::size_t shown = 0;
  for (const release::Difference& difference : comparison.differences) {
    if (shown++ == options.shown) break;
    for (const std::string& part : difference.row) context.out << part << ' ';
    context.out << (difference.column.empty() ? "(row)" : difference.column) << ": released "
                << difference.released << ", published " << difference.published << '\n';
  }
  if (comparison.differences.size() > options.shown) {
    context.out << "and " << comparison.differences.size() - options.shown << " more differences\n";
  }
  context.out << not_compared_line(collection) << release::summary_line(comparison) << '\n';
  if (!comparison.holds()) context.exit = Exit::kDiffers;
}

}  // namespace

void add_release_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("release", "Official statistics as a folder that anyone can check");
  group->require_subcommand(1);

  auto build_options = std::make_shared<BuildOptions>();
  CLI::App* command =
      group->add_subcommand("build", "Build a release from the providers' counts, or from the hub's rows");
  build_options->collection.add_to(*command);
  build_options->collection.add_table_to(*command);
  command->add_option("--period", build_options->period, "The period: 2025-09")->required();
  CLI::Option_group* inputs = command->add_option_group("inputs", "What the release is made of");
  inputs->add_option("--counts", build_options->counts, "Counts mode: holds MEASURE/SUBMITTER/manifest.json");
  CLI::Option* hub = inputs->add_option(
      "--hub", build_options->hub,
      "The node.toml of a hub that runs: it announces the release in the log; its rows, without --counts");
  inputs->require_option(1, 2);
  CLI::Option* instruction = command->add_option("--instruction", build_options->instruction,
                                                 "Under which it does so: 32 hexadecimal digits");
  hub->needs(instruction);
  instruction->needs(hub);
  command
      ->add_option("--submitters", build_options->submitters, "Who is expected to send: a CSV of code,name")
      ->required();
  command->add_option("--published-at", build_options->published_at, "When it is published: 2025-11-13T09:30")
      ->required();
  command->add_option("--out", build_options->out, "The new folder of the release")->required();
  command->callback([&context, build_options] { build(context, *build_options); });

  auto compare_options = std::make_shared<CompareOptions>();
  command = group->add_subcommand("compare",
                                  "Compare every figure of a release's first table with a published file");
  command->add_option("DIR", compare_options->release, "The release's folder")->required();
  command->add_option("--with", compare_options->published, "The published CSV file")->required();
  command->add_option("--providers", compare_options->providers, "CODE,… or all");
  command->add_option("--collection", compare_options->collection,
                      "The collection, where release.json's name is not found under collections/");
  command->add_option("--differences", compare_options->shown, "How many differences to show");
  command->callback([&context, compare_options] { compare(context, *compare_options); });
}

}  // namespace candour::cli
