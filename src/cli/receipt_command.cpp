// `candour receipt make | verify`: what a provider answers a person, and what anybody checks of it. A number
// is read from standard input and never from a command line, which other users of the machine can see.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>
#include <set>

#include "candour/base/error.h"
#include "candour/cli/options.h"
#include "candour/collection/sensitive.h"
#include "candour/crypto/key.h"
#include "candour/node/log_reader.h"
#include "candour/node/log_view.h"
#include "candour/node/person_answer.h"
#include "candour/node/run.h"
#include "candour/page/assets.h"

namespace candour::cli {
namespace {

struct MakeOptions {
  std::filesystem::path config, out;
  std::string organisation;
  bool in_person = false;
};

struct VerifyOptions {
  std::filesystem::path file, log;
  std::string federation;
};

const node::Organisation& organisation_of(const node::NodeConfig& config, std::string_view code) {
  const auto found = std::ranges::find(config.provider.organisations, code, &node::Organisation::code);
  if (config.role != node::Role::kProvider || found == config.provider.organisations.end()) {
    throw base::Error("CND-2493", "The configuration has no such organisation.")
        .with("organisation", base::Label(code));
  }
  return *found;
}

/// Sensitive tables, and those that no collection at hand describes, are shown only to who is there.
std::function<bool(const submission::SliceName&)> rule_of(
    const std::vector<collection::Collection>& collections, bool in_person) {
  std::set<std::pair<std::string, std::string>> shown;
  for (const collection::Collection& one : collections) {
    const std::set<std::string> sensitive = collection::sensitive_tables(one.folder);
    for (const collection::Table& table : one.tables) {
      if (!sensitive.contains(table.name)) shown.emplace(one.name, table.name);
    }
  }
  return [shown = std::move(shown), in_person](const submission::SliceName& slice) {
    return in_person || shown.contains({slice.collection, slice.table});
  };
}

void write_answer(Context& context, const std::filesystem::path& out, const node::PersonAnswer& answer) {
  context.disk.make_folder(out);
  std::size_t number = 0;
  for (const node::SentForPerson& one : answer.holding) {
    for (const std::string& receipt : one.receipts) {
      context.disk.store_new(out / node::receipt_name(++number), receipt);
    }
  }
  context.disk.store_new(out / "answer.txt", node::answer_text(answer));
  context.disk.store_new(out / "candour.css", page::style_sheet());
  context.disk.store_new(out / "answer.html", node::answer_page(answer));
  context.err << "Wrote " << (out / "answer.html").string() << ", the same as text, and " << number
              << " receipts\n";
}

void make(Context& context, const MakeOptions& options) {
  const node::NodeConfig config =
      node::parse_config(base::load_text(context.disk, options.config), options.config);
  const node::Organisation& organisation = organisation_of(config, organisation_code(options.organisation));
  const pseudonym::Identifier number =
      node::nhs_number_of_person(read_secret_line(context, "NHS number: ").view());
  const vault::Vault vault = vault::Vault::open(context.disk, organisation.vault,
                                                crypto::load_key_file(organisation.vault_key_file));
  const std::vector<collection::Collection> collections = node::load_collections(config);
  log::Store store(context.disk, config.log, context.progress);
  const node::LogView view(
      {.clock = context.clock,
       .store = store,
       .first = node::pinned_charter(context.disk, config.charter, config.federation),
       .follow = {},
       .body_of = [&store](const base::Digest& digest) { return store.bodies().get(digest); }});
  const auto log = view.now();
  write_answer(context, options.out,
               node::answer_person({.disk = context.disk,
                                    .outbox = organisation.outbox,
                                    .vault = vault,
                                    .store = store,
                                    .log = *log,
                                    .now = context.clock.now_unix_seconds(),
                                    .may_show = rule_of(collections, options.in_person)},
                                   number));
}

std::string_view words_of(node::Finding finding) {
  if (finding == node::Finding::kHolds) return "holds";
  return finding == node::Finding::kFails ? "FAILS" : "not established";
}

void verify(Context& context, const VerifyOptions& options) {
  const node::PersonReceipt receipt = node::parse_person_receipt(
      base::load_text(context.disk, options.file, node::kPersonReceiptAtMostBytes));
  node::Believed believed;
  if (!options.federation.empty()) {
    believed.federation = base::from_hex_exactly<32>(options.federation);
    if (!believed.federation) throw base::Error("CND-2011", "The federation is not 64 hexadecimal digits.");
  }
  std::optional<instruction::Register> log;
  if (!options.log.empty()) {
    if (!believed.federation) {
      throw base::Error("CND-2011", "A log is believed only for a federation that is named.");
    }
    log = node::load_register(node::LogReader(context.disk, options.log), *believed.federation);
    (void)log->charter();
    believed.log = &*log;
  }
  for (const node::ReceiptCheck& one : node::check_receipt(receipt, believed)) {
    context.out << words_of(one.finding) << "  " << one.check << ": " << one.words << '\n';
    if (one.finding == node::Finding::kFails) context.exit = Exit::kRefused;
  }
  context.out << "Not established by any receipt:\n";
  for (const std::string& one : node::beyond_receipts()) context.out << "  - " << one << '\n';
}

}  // namespace

void add_receipt_command(CLI::App& app, Context& context) {
  CLI::App* group =
      app.add_subcommand("receipt", "A person's receipts: made at their provider, checked anywhere");
  group->require_subcommand(1);

  auto making = std::make_shared<MakeOptions>();
  CLI::App* command = group->add_subcommand(
      "make",
      "Answer a person which submissions held records of theirs; the NHS number is read from standard input");
  command->add_option("--config", making->config, "The provider's node.toml")->required();
  command->add_option("--organisation", making->organisation, "Which of its organisations is asked: R1H")
      ->required();
  command->add_option("--out", making->out, "A new folder for the answer")->required();
  command->add_flag("--in-person", making->in_person,
                    "The person is here: show records of sensitive tables too");
  command->callback([&context, making] { make(context, *making); });

  auto verifying = std::make_shared<VerifyOptions>();
  command = group->add_subcommand("verify", "Check a receipt without a network");
  command->add_option("FILE", verifying->file, "The receipt")->required();
  command->add_option("--federation", verifying->federation,
                      "The digest that version 1 of the charter must have: 64 hexadecimal digits");
  command->add_option("--log", verifying->log, "A copy of the log, from which the charter is read");
  command->callback([&context, verifying] { verify(context, *verifying); });
}

}  // namespace candour::cli
