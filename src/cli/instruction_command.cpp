// `candour instruction draft|check|make|sign|show|diff|submit`: from a draft to an order that the controllers
// have signed. What the log then says of it is in order_commands.cpp.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <ostream>

#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/cli/instruction_draft.h"
#include "candour/cli/order_commands.h"
#include "candour/cli/sign_command.h"
#include "candour/cli/statement_files.h"

namespace candour::cli {
namespace {

using instruction::Instruction;

struct DraftOptions {
  std::string collection;
  LogOptions log;
  std::filesystem::path out;
};

struct CheckOptions {
  std::filesystem::path file, out;
  std::vector<std::string> collections;  ///< folders or names; else those that the draft names
  LogOptions log;
};

void draft(Context& context, const DraftOptions& options) {
  const auto collection = collection::load_collection(collection::find_collection(options.collection));
  std::optional<instruction::Register> log;
  if (!options.log.folder.empty()) log = options.log.load(context.disk);
  context.disk.store_new(options.out,
                         write_skeleton(collection, context.clock, log ? log->charter().get() : nullptr));
  context.err << "Wrote " << options.out.string()
              << ". Fill in its texts; then `candour instruction check`.\n";
}

std::vector<collection::Collection> collections_of(const Instruction& instruction,
                                                   const std::vector<std::string>& given) {
  std::vector<collection::Collection> collections;
  if (given.empty()) {
    for (const auto& one : instruction.collections) {
      collections.push_back(collection::load_collection(collection::find_collection(one.name)));
    }
    return collections;
  }
  for (const std::string& one : given) {
    collections.push_back(collection::load_collection(collection::find_collection(one)));
  }
  return collections;
}

/// Where each collection that it names was looked at.
void require_all(const Instruction& instruction, const std::vector<collection::Collection>& collections) {
  for (const auto& named : instruction.collections) {
    if (std::ranges::find(collections, named.name, &collection::Collection::name) == collections.end()) {
      throw base::Error("CND-2471", "The instruction does not fit its collections.")
          .with("not_given", base::Label(named.name));
    }
  }
}

/// Reads a draft and says what is wrong with it. False where something is.
bool check_draft(Context& context, const CheckOptions& options, const Instruction& instruction) {
  const auto collections = collections_of(instruction, options.collections);
  require_all(instruction, collections);
  const std::vector<std::string> problems = problems_of(instruction, collections);
  for (const std::string& one : problems) context.err << base::printable(one) << '\n';
  return problems.empty();
}

void check(Context& context, const CheckOptions& options) {
  // Federation, log and number are nobody's decision, and not known yet; an emergency's 30 days count from
  // its making.
  const statement::Header header{
      .federation = {}, .log = "not-yet", .id = {}, .made = context.clock.now_unix_seconds()};
  const Instruction instruction =
      instruction::parse_draft(base::load_text(context.disk, options.file), options.file, header);
  if (!check_draft(context, options, instruction)) {
    context.exit = Exit::kRefused;
    return;
  }
  context.out << base::printable(instruction.name)
              << ": the instruction keeps the rules and fits its collections\n";
}

void make(Context& context, const CheckOptions& options) {
  const instruction::Register log = options.log.load(context.disk);
  const Instruction instruction = instruction::parse_draft(base::load_text(context.disk, options.file),
                                                           options.file, new_header(context, *log.charter()));
  if (!check_draft(context, options, instruction)) {
    throw base::Error("CND-2471", "The instruction does not fit its collections.").with("path", options.file);
  }
  store_draft(context.disk, options.out,
              {.kind = std::string(instruction::kInstructionKind),
               .payload = instruction::write_payload(instruction),
               .bodies = {}});
  context.out << base::to_hex(instruction.id()) << '\n';
  context.err << "Wrote " << options.out.string() << ". What was printed is its number. "
              << log.charter()->threshold << " bodies must sign it.\n";
}

Instruction load_instruction(Context& context, const std::filesystem::path& file) {
  if (file.extension() == ".toml") {
    return instruction::parse_draft(
        base::load_text(context.disk, file), file,
        {.federation = {}, .log = "not-yet", .id = {}, .made = context.clock.now_unix_seconds()});
  }
  return instruction::parse_instruction(load_payload(context.disk, file, instruction::kInstructionKind));
}

void add_draft(CLI::App& group, Context& context) {
  auto options = std::make_shared<DraftOptions>();
  CLI::App* command = group.add_subcommand("draft", "Begin an instruction: a TOML with texts to fill in");
  command->add_option("COLLECTION", options->collection, "A collection: its folder, or its name")->required();
  command->add_option("--out", options->out, "FILE.toml")->required();
  command->add_option("--log", options->log.folder,
                      "The log's folder: then domain and bodies of its charter stand in the draft");
  command->callback([&context, options] { draft(context, *options); });
}

void add_check(CLI::App& group, Context& context) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = group.add_subcommand("check", "Check a draft against the rules and its collections");
  command->add_option("FILE", options->file, "FILE.toml")->required();
  command->add_option("--collection", options->collections,
                      "A collection that it names, where it is not under collections/: its folder");
  command->callback([&context, options] { check(context, *options); });
}

void add_make(CLI::App& group, Context& context) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = group.add_subcommand("make", "Check a draft, and write what the controllers sign");
  command->add_option("FILE", options->file, "FILE.toml")->required();
  options->log.add_to(*command);
  command->add_option("--out", options->out, "FILE.json")->required();
  command->add_option("--collection", options->collections,
                      "A collection that it names, where it is not under collections/: its folder");
  command->callback([&context, options] { make(context, *options); });
}

void add_show(CLI::App& group, Context& context) {
  auto file = std::make_shared<std::filesystem::path>();
  CLI::App* command = group.add_subcommand("show", "Say in plain words what an instruction says");
  command->add_option("FILE", *file, "FILE.toml, FILE.json or FILE.dsse; no signature is verified")
      ->required();
  command->callback(
      [&context, file] { write_members(context.out, in_words(load_instruction(context, *file))); });
}

void add_diff(CLI::App& group, Context& context) {
  auto files = std::make_shared<std::pair<std::filesystem::path, std::filesystem::path>>();
  CLI::App* command = group.add_subcommand("diff", "Say in plain words what two instructions differ in");
  command->add_option("A", files->first, "The one before: FILE.toml, FILE.json or FILE.dsse")->required();
  command->add_option("B", files->second, "The one after")->required();
  command->callback([&context, files] {
    const auto all = differences(in_words(load_instruction(context, files->first)),
                                 in_words(load_instruction(context, files->second)));
    if (write_differences(context.out, all)) context.exit = Exit::kDiffers;
  });
}

}  // namespace

void add_instruction_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("instruction", "Orders: what may be collected, from whom, and why");
  group->require_subcommand(1);
  add_draft(*group, context);
  add_check(*group, context);
  add_make(*group, context);
  add_show(*group, context);
  add_diff(*group, context);
  add_sign(*group, context, instruction::kInstructionKind, show_instruction);
  add_submit(*group, context);
  add_order_commands(*group, context);
}

}  // namespace candour::cli
