// `candour register build` and `candour evidence`: what the public reads of a log, and what a court is given.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <ostream>

#include "candour/base/error.h"
#include "candour/cli/context.h"
#include "candour/collection/folder.h"
#include "candour/log/note.h"
#include "candour/node/federation.h"
#include "candour/node/log_reader.h"
#include "candour/public_register/evidence.h"
#include "candour/public_register/site.h"
#include "candour/statement/salted.h"

namespace candour::cli {
namespace {

using std::filesystem::path;

struct LogOptions {
  path log;
  std::string federation;
  std::vector<path> collections;

  void add_to(CLI::App& command) {
    command.add_option("--log", log, "The log's folder: the hub's own or a mirror");
    command.add_option("--collections", collections, "Folders of collections, whose words are used");
    command.add_option("--federation", federation,
                       "The digest that version 1 of the charter must have: 64 hexadecimal digits");
  }
  [[nodiscard]] std::optional<base::Digest> pinned() const {
    if (federation.empty()) return std::nullopt;
    const auto digest = base::from_hex_exactly<32>(federation);
    if (!digest) throw base::Error("CND-2011", "The federation is not 64 hexadecimal digits.");
    return *digest;
  }
};

/// The free texts of the register whose bodies lie beside the log, under their commitments.
std::map<base::Digest, std::string> texts_beside(const base::Disk& disk, const path& log,
                                                 const instruction::Register& of) {
  std::map<base::Digest, std::string> texts;
  const auto take = [&](const statement::FreeText& text) {
    const path file = node::body_path(log, text.commitment);
    if (disk.exists(file)) {
      texts[text.commitment] =
          base::load_text(disk, file, statement::kFreeTextAtMostBytes + sizeof(statement::Salt));
    }
  };
  for (const auto& [id, entry] : of.instructions()) {
    if (entry.revocation) take(entry.revocation->why);
    for (const auto& one : entry.objections) take(one.objection.reasons);
  }
  for (const auto& one : of.incidents()) take(one.incident.text);
  for (const auto& one : of.sealed()) {
    const auto incident = one.opening ? statement::opened_incident(one.opening->opening) : std::nullopt;
    if (incident) take(incident->text);
  }
  return texts;
}

public_register::Demonstration demonstration_of(std::string title) {
  std::ranges::transform(title, title.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return title.find("demo") == std::string::npos ? public_register::Demonstration::kNo
                                                 : public_register::Demonstration::kYes;
}

struct BuildOptions {
  LogOptions log;
  std::string at;
  path out;
};

void build(Context& context, const BuildOptions& options) {
  const node::LogReader reader(context.disk, options.log.log);
  const instruction::Register folded =
      node::load_register(reader, options.log.pinned().value_or(reader.federation()));
  std::vector<collection::Collection> collections;
  for (const path& folder : options.log.collections)
    collections.push_back(collection::load_collection(folder));
  public_register::Inputs inputs{
      .log = &folded, .at = context.clock.now_unix_seconds(), .collections = collections};
  if (!options.at.empty()) {
    const auto at = base::parse_utc(options.at);
    if (!at) {
      throw base::Error("CND-2654", "The time is not a moment in UTC such as 2026-03-02T08:00:00Z.")
          .with("given", base::Label(options.at));
    }
    inputs.at = *at;
  }
  inputs.texts = texts_beside(context.disk, options.log.log, folded);
  inputs.demonstration = demonstration_of(folded.charter()->title);
  public_register::store_site(context.disk, options.out, public_register::render_site(inputs));
  context.err << "Built " << options.out.string() << '\n';
}

struct CollectOptions {
  std::string instruction;
  LogOptions log;
  path checkpoint, out;
};

void collect(Context& context, const CollectOptions& options) {
  const auto id = base::from_hex_exactly<16>(options.instruction);
  if (!id) throw base::Error("CND-2651", "An instruction is named by its id, 32 hexadecimal digits.");
  const node::LogReader reader(context.disk, options.log.log);
  std::vector<collection::FolderFiles> collections;
  for (const path& folder : options.log.collections) collections.push_back(collection::read_folder(folder));
  public_register::LogAtHand log;
  log.federation = options.log.pinned().value_or(reader.federation());
  log.entries = reader.entries();
  log.body = [&](const base::Digest& digest) { return reader.body(digest); };
  log.collections = collections;
  if (!options.checkpoint.empty())
    log.checkpoint = base::load_text(context.disk, options.checkpoint, log::kNoteAtMostBytes);
  public_register::store_evidence(context.disk, options.out, public_register::collect_evidence(log, *id));
  context.err << "Built " << options.out.string() << '\n';
}

void verify(Context& context, const path& folder, const std::optional<base::Digest>& pinned) {
  for (const public_register::EvidenceVerdict& one :
       public_register::verify_evidence(public_register::load_evidence(context.disk, folder), pinned)) {
    constexpr std::array<std::string_view, 3> kWords{"holds          ", "NOT SO         ", "not established"};
    context.out << kWords.at(static_cast<std::size_t>(one.finding)) << "  " << one.question
                << "\n                 " << one.says << '\n';
    if (one.finding == public_register::Finding::kFails) context.exit = Exit::kRefused;
  }
}

}  // namespace

void add_register_command(CLI::App& app, Context& context) {
  CLI::App* group =
      app.add_subcommand("register", "The public register of what may be done, and who ordered it");
  group->require_subcommand(1);
  auto build_options = std::make_shared<BuildOptions>();
  CLI::App* command =
      group->add_subcommand("build", "Write the register's pages, feed, CSV and JSON from a log");
  build_options->log.add_to(*command);
  command->get_option("--log")->required();
  command->add_option("--at", build_options->at, "The moment of which it speaks; now by default");
  command->add_option("--out", build_options->out, "The new folder of the register")->required();
  command->callback([&context, build_options] { build(context, *build_options); });
}

void add_evidence_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<CollectOptions>();
  CLI::App* command = app.add_subcommand(
      "evidence",
      "What a log shows about one instruction, in a folder that can be checked without a network");
  command->add_option("INSTRUCTION", options->instruction, "The instruction's id: 32 hexadecimal digits");
  options->log.add_to(*command);
  command->add_option("--checkpoint", options->checkpoint,
                      "A co-signed checkpoint of the log; that of its newest head by default");
  command->add_option("--out", options->out, "The new folder");

  struct VerifyOptions {
    path folder;
    LogOptions log;
  };
  auto verify_options = std::make_shared<VerifyOptions>();
  CLI::App* check = command->add_subcommand("verify", "Check such a folder, one question at a time");
  check->add_option("FOLDER", verify_options->folder, "The folder")->required();
  check->add_option("--federation", verify_options->log.federation,
                    "The digest of the federation that you mean: 64 hexadecimal digits");
  check->callback(
      [&context, verify_options] { verify(context, verify_options->folder, verify_options->log.pinned()); });
  command->callback([&context, options, command, check] {
    if (command->got_subcommand(check)) return;
    if (options->instruction.empty()) throw CLI::RequiredError("INSTRUCTION");
    if (options->log.log.empty()) throw CLI::RequiredError("--log");
    if (options->out.empty()) throw CLI::RequiredError("--out");
    collect(context, *options);
  });
}

}  // namespace candour::cli
