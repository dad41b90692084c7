// `candour optout request | answer | status | type1`: who has opted out, asked of the national service and
// read from the practice's list. No number is ever printed.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/cli/options.h"
#include "candour/vault/opt_outs.h"

namespace candour::cli {
namespace {

struct RequestOptions {
  VaultOptions vault;
  std::vector<std::string> collections;
  std::string table;
  std::filesystem::path out;
  std::string mailbox;
};

struct AnswerOptions {
  VaultOptions vault;
  std::vector<std::filesystem::path> files;
};

struct Type1Options {
  VaultOptions vault;
  std::filesystem::path list;
  std::string date;
};

void show_request(std::ostream& out, const vault::OptOutRequest& request) {
  out << "  made " << base::utc_text(request.made) << ", " << request.numbers << " numbers, SHA-256 "
      << base::to_hex(request.sha256) << '\n';
  for (const std::string& name : request.file_names()) out << "  file " << name << '\n';
}

/// What an answer says, and until when.
void show_check(std::ostream& out, const vault::OptOutRequest& check) {
  out << "  " << check.may_go.value_or(0) << " of " << check.numbers << " numbers may go, "
      << check.numbers - check.may_go.value_or(0) << " have opted out\n"
      << "  good until " << base::utc_text(check.valid_until()) << ": ask again before\n";
}

void ask(Context& context, const RequestOptions& options) {
  std::vector<collection::Collection> collections;
  for (const std::string& name : options.collections) {
    collections.push_back(CollectionOptions{.name = name, .table = {}}.load());
  }
  std::vector<vault::CheckedTable> tables;
  for (const collection::Collection& one : collections) {
    if (!options.table.empty()) {
      tables.push_back({one, one.table(options.table)});
      continue;
    }
    for (const collection::Table& table : one.tables) tables.push_back({one, table});
  }
  vault::Vault vault = options.vault.open(context);
  const vault::OptOutRequest request = vault::OptOuts(vault).ask(
      context.disk, options.out, tables, options.mailbox, context.clock.now_unix_seconds(), context.random);
  context.out << "Request\n";
  show_request(context.out, request);
  context.out << "Send each file of " << options.out.string() << " over MESH\n  workflow "
              << vault::kCheckWorkflow << "\n  recipient " << vault::kCheckRecipient
              << "\n  subject and local reference: the file's name without .dat\n";
}

void answer(Context& context, const AnswerOptions& options) {
  vault::Vault vault = options.vault.open(context);
  vault::OptOuts opt_outs(vault);
  vault::OptOutAnswer answer = opt_outs.begin_answer(context.clock.now_unix_seconds());
  for (const std::filesystem::path& file : options.files) answer.read(context.disk, file);
  const vault::OptOutRequest check = opt_outs.accept(answer, context.clock.now_unix_seconds());
  context.out << "Answer\n";
  show_check(context.out, check);
}

void status(Context& context, const VaultOptions& options) {
  vault::Vault vault = options.open(context);
  vault::OptOuts opt_outs(vault);
  opt_outs.forget_expired(context.clock.now_unix_seconds());
  const vault::OptOutState state = opt_outs.state();
  if (state.check) {
    context.out << "Check, answered " << base::utc_text(state.check->answered.value()) << '\n';
    show_request(context.out, *state.check);
    show_check(context.out, *state.check);
  } else {
    context.out << "No check is good now: nothing goes where the opt-out applies\n";
  }
  if (state.waiting) {
    context.out << "Request without an answer\n";
    show_request(context.out, *state.waiting);
  }
  if (state.type1) {
    context.out << "Type 1 opt-outs, list of " << state.type1->drawn_up.iso()
                << ", numbers: " << state.type1->numbers << '\n';
  } else {
    context.out << "No list of Type 1 opt-outs\n";
  }
  for (const vault::KeptLeftOut& one : opt_outs.kept_left_out()) {
    context.out << "Left out of " << one.slice.collection << ' ' << one.slice.table << ' ' << one.slice.period
                << ": " << one.left_out.national << " rows opted out, " << one.left_out.type1 << " Type 1, "
                << one.left_out.waiting << " wait for a check, " << one.left_out.without_number
                << " without a number\n";
  }
}

void replace_type1(Context& context, const Type1Options& options) {
  const std::optional<base::Date> drawn_up = base::Date::parse_iso(options.date);
  if (!drawn_up) {
    throw base::Error("CND-2616", "The day of the list is no date.").with("given", base::Label(options.date));
  }
  vault::Vault vault = options.vault.open(context);
  const vault::Type1List list = vault::OptOuts(vault).replace_type1(context.disk, options.list, *drawn_up,
                                                                    context.clock.today(), context.random);
  context.out << "Type 1 opt-outs, list of " << list.drawn_up.iso() << ", numbers: " << list.numbers << '\n';
}

}  // namespace

void add_optout_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("optout", "Who has opted out: ask, read the answer, look");
  group->require_subcommand(1);

  auto request = std::make_shared<RequestOptions>();
  CLI::App* command =
      group->add_subcommand("request", "Write the file for the Check for National Data Opt-outs service");
  request->vault.add_to(*command);
  command
      ->add_option("--collection", request->collections,
                   "A collection that is sent where the opt-out applies; repeat for all of them")
      ->required();
  command->add_option("--table", request->table, "Only this table of each collection");
  command->add_option("--out", request->out, "The folder for the file")->required();
  command->add_option("--mailbox", request->mailbox, "Your MESH mailbox: X26HC036")->required();
  command->callback([&context, request] { ask(context, *request); });

  auto answered = std::make_shared<AnswerOptions>();
  command = group->add_subcommand("answer", "Read what the service answered to the newest request");
  answered->vault.add_to(*command);
  command->add_option("FILE", answered->files, "The answer, named as the request; all files of it")
      ->required();
  command->callback([&context, answered] { answer(context, *answered); });

  auto shown = std::make_shared<VaultOptions>();
  command = group->add_subcommand("status", "What the vault knows of opt-outs, and until when");
  shown->add_to(*command);
  command->callback([&context, shown] { status(context, *shown); });

  auto type1 = std::make_shared<Type1Options>();
  command = group->add_subcommand("type1", "Replace the practice's list of Type 1 opt-outs");
  type1->vault.add_to(*command);
  command->add_option("FILE", type1->list, "One NHS number a line")->required();
  command->add_option("--date", type1->date, "The day on which the list was drawn up: 2025-11-28")
      ->required();
  command->callback([&context, type1] { replace_type1(context, *type1); });
}

}  // namespace candour::cli
