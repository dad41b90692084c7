// `candour log incident`, and `seal | open`: something went wrong that everybody has to know, now or
// on a day. Whoever seals keeps the secret, FILE.secret, without which the entry can never be opened; every
// body that signs is shown it, for nobody signs what it has not read.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "candour/base/error.h"
#include "candour/cli/log_commands.h"
#include "candour/cli/options.h"
#include "candour/cli/order_commands.h"
#include "candour/cli/statement_files.h"
#include "candour/instruction/verdict.h"
#include "candour/statement/sealed_secret.h"

namespace candour::cli {
namespace {

using statement::SealedKind;
using statement::SealedSecret;

constexpr std::uint64_t kSecretAtMostBytes = std::uint64_t{32} << 20;
constexpr std::uint64_t kTextAtMostBytes = std::uint64_t{4} << 20;

/// What somebody says has happened.
struct IncidentOptions {
  std::string what, party;
  std::filesystem::path text, evidence;

  void add_to(CLI::App& command) {
    command.add_option("--what", what, "fork, share-lost, correction or other")
        ->required()
        ->check(CLI::IsMember(
            std::vector<std::string>(statement::kIncidentKinds.begin(), statement::kIncidentKinds.end())));
    command.add_option("--party", party, "Who says so: an ODS code, or a name of the charter")->required();
    command.add_option("--text", text, "A file with the text, in plain words")->required();
  }
  /// The incident without its evidence.
  [[nodiscard]] statement::Incident made(Context& context, const instruction::Register& log,
                                         const statement::FreeText& committed) const {
    const auto& words = statement::kIncidentKinds;
    const auto place = std::ranges::find(words, what) - words.begin();
    return {.header = new_header(context, *log.charter()),
            .what = static_cast<statement::IncidentKind>(place),
            .party = party,
            .text = committed};
  }
};

/// What somebody is going to do with rows.
struct RunOptions {
  std::string instruction, purpose, by, who, collection, period;
  std::vector<std::string> measures;
  std::filesystem::path sql, inputs;

  void add_to(CLI::App& command) {
    command.add_option("--instruction", instruction, "Under which: its number")->required();
    command.add_option("--purpose", purpose, "measure, query, show or release")
        ->required()
        ->check(CLI::IsMember(
            std::vector<std::string>(statement::kRunPurposes.begin(), statement::kRunPurposes.end())));
    command.add_option("--by", by, "Who sees rows: a computer, or a person")
        ->required()
        ->check(
            CLI::IsMember(std::vector<std::string>(statement::kRunBys.begin(), statement::kRunBys.end())));
    command.add_option("--who", who, "In which role; no person is named")->required();
    command.add_option("--collection", collection, "Of which collection")->required();
    command.add_option("--period", period, "Of which period; all of them without it");
    command.add_option("--measure", measures, "A measure; none in a query");
    command.add_option("--sql", sql, "The file with the SQL and its parameters")->required();
    command.add_option("--inputs", inputs, "The file with the list of what is read")->required();
  }
};

struct SealOptions {
  LogOptions log;
  std::string open_by;
  std::filesystem::path out;
  IncidentOptions incident;
  RunOptions run;

  void add_to(CLI::App& command) {
    log.add_to(command);
    command
        .add_option("--open-by", open_by, "The day by which it is opened, at most 180 days off: 2026-11-28")
        ->required();
    command.add_option("--out", out, "FILE.json for the bodies to sign; the secret is FILE.secret beside it")
        ->required();
  }
};

struct EnterOptions {
  IncidentOptions incident;
  LogOptions log;
  KeyOptions key;
  std::filesystem::path out;
};

struct OpenOptions {
  std::filesystem::path secret, out;
  LogOptions log;
  KeyOptions key;
};

void enter_incident(Context& context, const EnterOptions& options) {
  const instruction::Register log = options.log.load(context.disk);
  const CommittedText text =
      commit_text(context, base::load_text(context.disk, options.incident.text, kTextAtMostBytes));
  statement::Incident incident = options.incident.made(context, log, text.committed);
  Draft draft{.kind = "incident", .payload = {}, .bodies = {text.body}};
  if (!options.incident.evidence.empty()) {
    draft.bodies.push_back(
        body_of(base::load_text(context.disk, options.incident.evidence, kTextAtMostBytes)));
    incident.evidence_sha256 = draft.bodies.back().name;
  }
  draft.payload = statement::write_payload(incident);
  sign_and_store(context, options.key, log, draft, options.out);
}

SealedSecret incident_secret(Context& context, const IncidentOptions& options,
                             const instruction::Register& log) {
  const CommittedText text =
      commit_text(context, base::load_text(context.disk, options.text, kTextAtMostBytes));
  return {.of = SealedKind::kIncident,
          .salt = statement::random_salt(context.random),
          .payload = statement::write_payload(options.made(context, log, text.committed)),
          .bodies = {text.body.bytes}};
}

/// Commits to a file, and keeps salt ‖ file.
base::Digest commit_file(Context& context, const std::filesystem::path& path,
                         std::vector<std::string>& bodies) {
  const std::string text = base::load_text(context.disk, path, kTextAtMostBytes);
  const statement::Salt salt = statement::random_salt(context.random);
  bodies.push_back(statement::free_text_body(text, salt));
  return statement::commit_digest(salt, base::sha256(base::as_bytes(text)));
}

SealedSecret run_secret(Context& context, const RunOptions& options, const instruction::Register& log) {
  SealedSecret secret{
      .of = SealedKind::kRun, .salt = statement::random_salt(context.random), .payload = {}, .bodies = {}};
  const auto& purposes = statement::kRunPurposes;
  statement::Run run{.header = new_header(context, *log.charter()),
                     .instruction = instruction_number(options.instruction),
                     .purpose = static_cast<statement::RunPurpose>(
                         std::ranges::find(purposes, options.purpose) - purposes.begin()),
                     .by = options.by == statement::kRunBys.front() ? statement::RunBy::kComputer
                                                                    : statement::RunBy::kPerson,
                     .who = options.who,
                     .collection = options.collection,
                     .period = options.period,
                     .measures = options.measures};
  std::ranges::sort(run.measures);
  run.sql_commitment = commit_file(context, options.sql, secret.bodies);
  run.inputs_commitment = commit_file(context, options.inputs, secret.bodies);
  // What the log asks of a run that is not sealed, for it cannot ask it of this one.
  const instruction::InstructionEntry* order = log.find(run.instruction);
  instruction::Act act{
      .instruction = run.instruction, .collection = run.collection, .measures = run.measures};
  if (order != nullptr) {
    act.mode = order->instruction->mode;
    act.domain = order->instruction->domain;
  }
  instruction::in_force(log, act, {.now = run.header.made, .witnessed = run.header.made}).require();
  secret.payload = statement::write_payload(run);
  return secret;
}

// The secret is durable before there is anything that somebody could sign.
void seal(Context& context, const SealOptions& options, const instruction::Register& log,
          const SealedSecret& secret) {
  // In their own words, before they are a secret: which member is wrong.
  if (secret.of == statement::SealedKind::kRun) {
    (void)statement::parse_run(secret.payload);
  } else {
    (void)statement::parse_incident(secret.payload);
  }
  const statement::Sealed sealed{.header = new_header(context, *log.charter()),
                                 .of = secret.of,
                                 .commitment = statement::commit_payload(secret.payload, secret.salt),
                                 .open_by = day_of(options.open_by)};
  const std::string payload = statement::write_payload(sealed);
  (void)statement::parse_sealed(payload);
  const std::string kept = statement::write_secret(secret);
  require_secret_of(statement::parse_secret(kept), sealed);
  const std::filesystem::path secret_path = secret_of(options.out);
  context.disk.store_new(secret_path, kept);
  store_draft(context.disk, options.out, {.kind = "sealed", .payload = payload, .bodies = {}});
  context.err
      << "Wrote " << options.out.string() << ". " << log.charter()->threshold
      << " bodies must sign it, and are shown the secret.\nKEEP " << secret_path.string()
      << ", and a copy elsewhere. Without it nobody can ever open the entry, which is overdue for all "
         "to see after "
      << sealed.open_by.in_words() << ".\n";
}

void open(Context& context, const OpenOptions& options) {
  const instruction::Register log = options.log.load(context.disk);
  const SealedSecret secret =
      statement::parse_secret(base::load_text(context.disk, options.secret, kSecretAtMostBytes));
  const base::Digest commitment = statement::commit_payload(secret.payload, secret.salt);
  const auto entry = std::ranges::find_if(
      log.sealed(), [&](const instruction::SealedEntry& one) { return one.sealed.commitment == commitment; });
  if (entry == log.sealed().end()) {
    throw base::Error("CND-2046", "The opening is of a sealed entry that the log does not have.")
        .with("path", options.secret);
  }
  if (entry->opening) {
    throw base::Error("CND-2581", "The sealed entry is open already.").with("entry", entry->opening->index);
  }
  statement::Opening opening{.header = new_header(context, *log.charter()),
                             .sealed = entry->leaf,
                             .salt = secret.salt,
                             .payload = secret.payload};
  opening.header.id = statement::derived_id("opening", opening.sealed);
  statement::verify_opening(opening, entry->sealed, entry->leaf);
  Draft draft{.kind = "opening", .payload = statement::write_payload(opening), .bodies = {}};
  // A run's SQL and inputs stay with who has the secret, for an auditor, as the hub keeps those of its own.
  if (const auto incident = statement::opened_incident(opening)) {
    draft.bodies.push_back({incident->text.commitment, secret.bodies.front()});
  }
  sign_and_store(context, options.key, log, draft, options.out);
}

void add_seal(CLI::App& group, Context& context) {
  CLI::App* seal_group = group.add_subcommand(
      "seal", "Write what the bodies sign of an incident or a run that may not be read yet");
  seal_group->require_subcommand(1);
  const auto add = [&](const char* name, const char* says, auto part, auto secret) {
    auto options = std::make_shared<SealOptions>();
    CLI::App* command = seal_group->add_subcommand(name, says);
    options->add_to(*command);
    (options.get()->*part).add_to(*command);
    command->callback([&context, options, part, secret] {
      const instruction::Register log = options->log.load(context.disk);
      seal(context, *options, log, secret(context, options.get()->*part, log));
    });
  };
  add("incident", "Something went wrong", &SealOptions::incident, incident_secret);
  add("run", "What is going to be done with rows, under an instruction in force", &SealOptions::run,
      run_secret);
}

}  // namespace

void add_log_incident(CLI::App& group, Context& context) {
  auto options = std::make_shared<EnterOptions>();
  CLI::App* command =
      group.add_subcommand("incident", "Say that something went wrong which everybody has to know");
  options->log.add_to(*command);
  options->incident.add_to(*command);
  command->add_option("--evidence", options->incident.evidence,
                      "A file that proves it: served to everybody for good, and never redacted");
  options->key.add_to(*command);
  command->add_option("--out", options->out, "FILE.dsse")->required();
  command->callback([&context, options] { enter_incident(context, *options); });
}

void add_log_seal(CLI::App& group, Context& context) {
  add_seal(group, context);
  auto options = std::make_shared<OpenOptions>();
  CLI::App* command =
      group.add_subcommand("open", "Open a sealed entry of the log: any one controller can, with its secret");
  command->add_option("SECRET", options->secret, "FILE.secret, as `seal` wrote it")->required();
  options->log.add_to(*command);
  options->key.add_to(*command);
  command->add_option("--out", options->out, "FILE.dsse")->required();
  command->callback([&context, options] { open(context, *options); });
}

}  // namespace candour::cli
