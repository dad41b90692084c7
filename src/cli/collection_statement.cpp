#include "candour/cli/collection_statement.h"

#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/base/error.h"
#include "candour/cli/sign_command.h"
#include "candour/collection/collection.h"
#include "candour/collection/folder.h"
#include "candour/statement/decision.h"

namespace candour::cli {
namespace {

struct StatementOptions {
  std::string collection;
  LogOptions log;
  std::filesystem::path out;
};

void make_statement(Context& context, const StatementOptions& options) {
  const instruction::Register log = options.log.load(context.disk);
  const Draft draft =
      draft_collection(collection::find_collection(options.collection), new_header(context, *log.charter()));
  store_draft(context.disk, options.out, draft);
  const statement::Collection made = statement::parse_collection(draft.payload);
  context.out << made.name << ' ' << base::to_hex(made.collection_sha256) << '\n';
  context.err << "Wrote " << options.out.string() << ", and " << made.files << " files beside it. "
              << log.charter()->threshold << " bodies must sign it.\n";
}

}  // namespace

Draft draft_collection(const std::filesystem::path& folder, const statement::Header& header) {
  const collection::FolderFiles files = collection::read_folder(folder);
  const collection::Collection collection = collection::load_collection(folder);
  Draft draft{.kind = "collection", .payload = {}, .bodies = {}};
  std::string manifest;
  for (const auto& [name, text] : files) {
    if (text.size() > instruction::kProvidersAtMostBytes) {
      throw base::Error("CND-2472", "A file of the collection is larger than the log keeps.")
          .with("path", folder / name)
          .with("limit_bytes", instruction::kProvidersAtMostBytes);
    }
    draft.bodies.push_back(body_of(text));
    manifest += base::to_hex(draft.bodies.back().name) + "  " + name + "\n";
  }
  draft.bodies.insert(draft.bodies.begin(), body_of(std::move(manifest)));
  const base::Digest& digest = draft.bodies.front().name;
  // The folder was read twice: whoever changed it meanwhile gets another digest, and a refusal.
  if (digest != collection.digest) {
    throw base::Error("CND-2472", "The collection's folder changed while it was read.").with("path", folder);
  }
  draft.payload =
      statement::write_payload(statement::Collection{.header = header,
                                                     .name = collection.name,
                                                     .collection_sha256 = digest,
                                                     .manifest_sha256 = digest,
                                                     .files = static_cast<std::uint32_t>(files.size())});
  return draft;
}

void add_collection_statement_commands(CLI::App& group, Context& context) {
  auto options = std::make_shared<StatementOptions>();
  CLI::App* command = group.add_subcommand("statement", "Write what the controllers sign of a collection");
  command->add_option("COLLECTION", options->collection, "A collection: its folder, or its name")->required();
  options->log.add_to(*command);
  command->add_option("--out", options->out, "FILE.json, and body/ beside it")->required();
  command->callback([&context, options] { make_statement(context, *options); });
  add_sign(group, context, "collection", show_collection);
  add_submit(group, context);
}

}  // namespace candour::cli
