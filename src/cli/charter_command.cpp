// `candour charter show|draft|sign|check|submit`.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/cli/options.h"
#include "candour/cli/sign_command.h"
#include "candour/cli/statement_files.h"
#include "candour/instruction/amendment.h"
#include "candour/instruction/succession.h"
#include "candour/node/domains.h"
#include "candour/node/federation.h"
#include "candour/statement/envelope.h"

namespace candour::cli {
namespace {

using instruction::Charter;

struct ShowOptions {
  LogOptions log;
  std::uint32_t version = 0;  ///< 0: the one in force
  bool json = false;
};

struct DraftOptions {
  LogOptions log;
  std::filesystem::path out, certificates;
  std::vector<std::filesystem::path> ceremonies, providers;
  std::filesystem::path founders;
  std::string purpose;
  std::vector<std::string> quotas, compromised;
};

struct CheckOptions {
  LogOptions log;
  std::filesystem::path file;
};

const instruction::CharterEntry& version_of(const instruction::Register& log, std::uint32_t version) {
  for (const instruction::CharterEntry& one : log.charters()) {
    if (version == 0 ? one.charter == log.charter() : one.charter->version == version) return one;
  }
  throw base::Error("CND-2473", "The log has no such version of the charter.").with("version", version);
}

void show(Context& context, const ShowOptions& options) {
  const instruction::Register log = options.log.load(context.disk);
  const instruction::CharterEntry& entry = version_of(log, options.version);
  if (options.json) {
    context.out << instruction::write_payload(*entry.charter) << '\n';
    return;
  }
  write_members(context.out, in_words(*entry.charter));
  for (const instruction::CharterEntry& one : log.charters()) {
    context.out << "version " << one.charter->version << ": entry " << one.index << " of the log, "
                << (one.in_force_from ? "in force since entry " + std::to_string(*one.in_force_from)
                                      : "waits for " + instruction::duration_in_words(one.delay_seconds))
                << '\n';
  }
}

[[noreturn]] void refuse_quota(std::string_view text) {
  throw base::Error("CND-1016", "A quota is given as CODE=DAY/30DAYS.").with("given", base::Label(text));
}

std::uint64_t number_in(std::string_view digits, std::string_view all) {
  std::uint64_t number = 0;
  if (digits.empty() || digits.size() > 9) refuse_quota(all);
  for (const char c : digits) {
    if (c < '0' || c > '9') refuse_quota(all);
    number = 10 * number + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

/// CODE=DAY/30DAYS.
std::pair<std::string, instruction::Quota> quota_of(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::size_t slash = text.find('/');
  if (equals == std::string_view::npos || slash == std::string_view::npos || slash < equals) {
    refuse_quota(text);
  }
  return {organisation_code(text.substr(0, equals)),
          {.day = number_in(text.substr(equals + 1, slash - equals - 1), text),
           .thirty_days = number_in(text.substr(slash + 1), text)}};
}

/// The organisations of a machine's request. A new one may have nothing until --quota says what.
void enter_providers(Context& context, const DraftOptions& options, const std::filesystem::path& path,
                     Charter& next) {
  const node::KeyRequest request = node::parse_key_request(base::load_text(context.disk, path), path);
  const base::Digest tls_key = node::certify_request({context.disk, context.clock, context.random},
                                                     options.founders, options.certificates, request);
  for (const auto& [code, key] : request.organisations) {
    const instruction::Provider* before = next.provider(code);
    instruction::Provider provider;
    provider.code = code;
    provider.name = before == nullptr ? code : before->name;
    provider.signing_key = key;
    provider.tls_key = tls_key;
    instruction::enter_provider(next, std::move(provider));
  }
}

void draft(Context& context, const DraftOptions& options) {
  const instruction::Register log = options.log.load(context.disk);
  // The next version follows from the newest that the log has, which may still wait to take effect.
  const Charter& before = *log.charters().back().charter;
  Charter next = instruction::next_version(before, context.random, context.clock);
  for (const std::filesystem::path& path : options.ceremonies) {
    node::adopt_domain(log, next, base::load_text(context.disk, path, statement::kEnvelopeAtMostBytes),
                       options.purpose);
  }
  for (const std::filesystem::path& path : options.providers) enter_providers(context, options, path, next);
  for (const std::string& text : options.quotas) {
    const auto [code, quota] = quota_of(text);
    instruction::set_quota(next, code, quota);
  }
  for (const std::string& text : options.compromised) {
    const auto key = base::from_hex_exactly<32>(text);
    if (!key) throw base::Error("CND-2048", "The key is not 64 hexadecimal digits.");
    instruction::list_compromised(next, *key);
  }
  instruction::require_rules(next);
  const Draft made{.kind = std::string(instruction::kCharterKind),
                   .payload = instruction::write_payload(next),
                   .bodies = {body_of(instruction::write_providers(next))}};
  store_draft(context.disk, options.out, made);
  show_charter(context, {log, made.payload, options.out});
}

void check(Context& context, const CheckOptions& options) {
  const instruction::Register log = options.log.load(context.disk);
  const std::string envelope = base::load_text(context.disk, options.file, statement::kEnvelopeAtMostBytes);
  const std::string payload = statement::parse_envelope(envelope, instruction::kCharterKind).payload;
  const std::string providers = load_body(context.disk, options.file, instruction::providers_digest(payload));
  (void)log.judge(envelope, providers);
  const node::LogReader entries = options.log.reader(context.disk);
  node::require_domains(log, instruction::parse_charter(payload, providers),
                        [&](std::uint64_t index) { return entries.entries().at(index); });
  context.out << "The log would take it: enough have signed, and nobody else.\n";
  show_charter(context, {log, payload, options.file});
}

void add_show(CLI::App& group, Context& context) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* command = group.add_subcommand("show", "Say in plain words who takes part, with which keys");
  options->log.add_to(*command);
  command->add_option("--version", options->version, "Which version; else the one in force");
  command->add_flag("--json", options->json, "The payload as it was signed");
  command->callback([&context, options] { show(context, *options); });
}

void add_draft(CLI::App& group, Context& context) {
  auto options = std::make_shared<DraftOptions>();
  CLI::App* command = group.add_subcommand("draft", "Write the next version of the charter, unsigned");
  options->log.add_to(*command);
  command->add_option("--out", options->out, "FILE.json, and body/ beside it")->required();
  CLI::Option_group* changes = command->add_option_group("changes", "At least one");
  changes->add_option("--ceremony", options->ceremonies,
                      "A ceremony's transcript, whose domain it takes in; the log has to have it first");
  auto* providers =
      changes->add_option("--provider", options->providers,
                          "The request.toml of a machine, whose organisations it takes in or renews");
  changes->add_option("--quota", options->quotas,
                      "CODE=DAY/30DAYS: identifiers, padding counted, of a provider's batches");
  changes->add_option("--compromised", options->compromised,
                      "A key whose signatures count no longer: 64 hexadecimal digits");
  changes->require_option(1, 0);
  command->add_option("--purpose", options->purpose, "What a new domain is for");
  auto* founders = command->add_option("--founders", options->founders,
                                       "The founders' folder, whose authority certifies a machine");
  auto* certificates =
      command->add_option("--certificates", options->certificates,
                          "A folder that gets NAME/certificate.pem and NAME/ca.pem of each machine");
  providers->needs(founders)->needs(certificates);
  command->callback([&context, options] { draft(context, *options); });
}

void add_check(CLI::App& group, Context& context) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = group.add_subcommand("check", "Whether the log would take a signed version");
  command->add_option("FILE", options->file, "FILE.dsse, and body/ beside it")->required();
  options->log.add_to(*command);
  command->callback([&context, options] { check(context, *options); });
}

}  // namespace

void add_charter_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("charter", "Who takes part in a federation, with which keys");
  group->require_subcommand(1);
  add_show(*group, context);
  add_draft(*group, context);
  add_sign(*group, context, instruction::kCharterKind, show_charter);
  add_check(*group, context);
  add_submit(*group, context);
}

}  // namespace candour::cli
