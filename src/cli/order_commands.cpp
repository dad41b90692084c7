#include "candour/cli/order_commands.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <ostream>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/cli/options.h"
#include "candour/cli/statement_files.h"
#include "candour/instruction/verdict.h"
#include "candour/statement/decision.h"

namespace candour::cli {
namespace {

using instruction::InstructionEntry;
using instruction::Register;

constexpr std::size_t kNameShown = 80;

/// What every command about one order takes.
struct OrderOptions {
  std::string id;
  LogOptions log;

  void add_to(CLI::App& command) {
    command.add_option("ID", id, "The instruction's number: 32 hexadecimal digits")->required();
    log.add_to(command);
  }
  [[nodiscard]] statement::Id number() const { return instruction_number(id); }
};

struct ExplainOptions {
  OrderOptions order;
  std::string provider, collection, at;
};

/// What somebody says of an order, and signs.
struct SayOptions {
  OrderOptions order;
  KeyOptions key;
  std::filesystem::path out;
  std::string text;  ///< why, or the reasons
  std::string party, office, name, answer_due;

  void add_to(CLI::App& command) {
    order.add_to(command);
    key.add_to(command);
    command.add_option("--out", out, "FILE.dsse")->required();
  }
};

std::int64_t moment_of(const Context& context, const std::string& at) {
  if (at.empty()) return context.clock.now_unix_seconds();
  const auto moment = base::parse_utc(at);
  if (!moment) {
    throw base::Error("CND-1016", "A moment is given as 2026-11-28T09:00:00Z.")
        .with("given", base::Label(at));
  }
  return *moment;
}

/// All that can be asked of an order without somebody who acts.
instruction::Act act_on(const InstructionEntry& entry) {
  return {.instruction = entry.instruction->id(),
          .mode = entry.instruction->mode,
          .domain = entry.instruction->domain};
}

void explain(Context& context, const ExplainOptions& options) {
  const Register log = options.order.log.load(context.disk);
  const statement::Id id = options.order.number();
  const std::int64_t now = moment_of(context, options.at);
  const std::string provider = options.provider.empty() ? "" : organisation_code(options.provider);
  const InstructionEntry* entry = log.find(id);
  instruction::Act act = entry == nullptr ? instruction::Act{.instruction = id} : act_on(*entry);
  act.provider = provider;
  act.collection = options.collection;
  const instruction::Moment moment{.now = now, .witnessed = now};
  for (const instruction::Check& one : instruction::reasoning(log, act, moment)) {
    // Whether the clock agrees with the witnesses' is not asked of a folder.
    if (one.code.view() == "CND-2036") continue;
    context.out << (one.holds ? "✓ " : "✗ ") << one.condition.view() << '\n';
    if (!one.holds) context.out << "    " << one.code.view() << ": " << one.reason.view() << '\n';
  }
  const instruction::Verdict verdict = instruction::in_force(log, act, moment);
  context.out << (verdict.in_force() ? "IN FORCE" : "NOT IN FORCE") << " at " << base::utc_text(now)
              << ", by this log of " << log.size() << " entries.\n";
  context.err << "A node that acts also asks whether its clock agrees with the witnesses'; that is not asked "
                 "here.\n";
  if (!verdict.in_force()) context.exit = Exit::kRefused;
}

void list(Context& context, const LogOptions& options) {
  const Register log = options.load(context.disk);
  const std::int64_t now = context.clock.now_unix_seconds();
  for (const auto& [id, entry] : log.instructions()) {
    const auto verdict = instruction::in_force(log, act_on(entry), {.now = now, .witnessed = now});
    context.out << base::to_hex(id) << "  " << base::printable(entry.instruction->name, kNameShown) << ", "
                << instruction::name_of(entry.instruction->mode) << ", until "
                << base::utc_text(entry.instruction->expires) << ": "
                << (verdict.in_force() ? base::Literal("in force").view() : verdict.reason().view())
                << (entry.instruction->is_emergency() ? " (emergency)" : "") << '\n';
  }
}

void revoke(Context& context, const SayOptions& options) {
  const Register log = options.order.log.load(context.disk);
  const CommittedText why = commit_text(context, options.text);
  const statement::Revocation revocation{.header = new_header(context, *log.charter()),
                                         .instruction = options.order.number(),
                                         .why = why.committed};
  sign_and_store(
      context, options.key, log,
      {.kind = "revocation", .payload = statement::write_payload(revocation), .bodies = {why.body}},
      options.out);
}

void accept(Context& context, const SayOptions& options) {
  const Register log = options.order.log.load(context.disk);
  const auto office = options.office == statement::kOffices.front()
                          ? statement::Office::kCaldicottGuardian
                          : statement::Office::kSeniorInformationRiskOwner;
  const statement::Acceptance acceptance{.header = new_header(context, *log.charter()),
                                         .instruction = options.order.number(),
                                         .provider = organisation_code(options.party),
                                         .role = office,
                                         .name = options.name};
  sign_and_store(context, options.key, log,
                 {.kind = "acceptance", .payload = statement::write_payload(acceptance), .bodies = {}},
                 options.out);
}

void object(Context& context, const SayOptions& options) {
  const Register log = options.order.log.load(context.disk);
  const base::Date due = day_of(options.answer_due);
  const CommittedText reasons = commit_text(context, options.text);
  const statement::Objection objection{.header = new_header(context, *log.charter()),
                                       .instruction = options.order.number(),
                                       .party = options.party,
                                       .reasons = reasons.committed,
                                       .answer_due = due};
  sign_and_store(
      context, options.key, log,
      {.kind = "objection", .payload = statement::write_payload(objection), .bodies = {reasons.body}},
      options.out);
}

void add_explain(CLI::App& group, Context& context) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command = group.add_subcommand("explain", "Say condition by condition whether it is in force");
  options->order.add_to(*command);
  command->add_option("--provider", options->provider, "For this provider: its ODS code");
  command->add_option("--collection", options->collection, "For this collection: its name");
  command->add_option("--at", options->at, "At another moment: 2026-11-28T09:00:00Z");
  command->callback([&context, options] { explain(context, *options); });
}

void add_sayings(CLI::App& group, Context& context) {
  auto options = std::make_shared<SayOptions>();
  CLI::App* command = group.add_subcommand("revoke", "Stop an instruction: any one controller can");
  options->add_to(*command);
  command->add_option("--why", options->text, "Why, in plain words")->required();
  command->callback([&context, options] { revoke(context, *options); });

  options = std::make_shared<SayOptions>();
  command = group.add_subcommand("accept", "Say for a provider that it will send");
  options->add_to(*command);
  command->add_option("--provider", options->party, "The provider's ODS code")->required();
  command->add_option("--office", options->office, "In which office")
      ->required()
      ->check(CLI::IsMember({"caldicott-guardian", "senior-information-risk-owner"}));
  command->add_option("--name", options->name, "Who accepts")->required();
  command->callback([&context, options] { accept(context, *options); });

  options = std::make_shared<SayOptions>();
  command = group.add_subcommand("object", "Say that a party objects, and by when it wants an answer");
  options->add_to(*command);
  command->add_option("--party", options->party, "An ODS code, or a name of the charter")->required();
  command->add_option("--reasons", options->text, "In plain words")->required();
  command->add_option("--answer-due", options->answer_due, "By when: 2026-11-28")->required();
  command->callback([&context, options] { object(context, *options); });
}

}  // namespace

statement::Id instruction_number(std::string_view hex) {
  const auto parsed = base::from_hex_exactly<statement::Id{}.size()>(hex);
  if (!parsed) throw base::Error("CND-2020", "An instruction's number is 32 hexadecimal digits.");
  return *parsed;
}

void add_order_commands(CLI::App& group, Context& context) {
  auto options = std::make_shared<LogOptions>();
  CLI::App* command = group.add_subcommand("list", "List the instructions of a log, and which are in force");
  options->add_to(*command);
  command->callback([&context, options] { list(context, *options); });
  add_explain(group, context);
  add_sayings(group, context);
}

}  // namespace candour::cli
