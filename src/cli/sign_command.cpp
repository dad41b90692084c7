#include "candour/cli/sign_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/instruction/succession.h"
#include "candour/statement/decision.h"
#include "candour/statement/envelope.h"

namespace candour::cli {
namespace {

using instruction::Charter;

struct SignOptions {
  std::filesystem::path file, out;
  LogOptions log;
  KeyOptions key;
};

/// Whole: who signs reads all of it.
std::string shown(std::string_view text) { return base::printable(text); }

/// The newest version that the log has: what the next one follows from.
const Charter& newest(const instruction::Register& log) { return *log.charters().back().charter; }

/// Who may sign a statement of this kind: whoever else does spoils it for all.
std::vector<crypto::SigningPublicKey> signers(const instruction::Register& log, const Charter* next) {
  std::vector<crypto::SigningPublicKey> keys;
  const Charter& before = next == nullptr ? *log.charter() : newest(log);
  for (const instruction::Controller& one : before.controllers) keys.push_back(one.key);
  if (next == nullptr) return keys;
  for (const instruction::Controller& one : next->controllers) keys.push_back(one.key);
  for (const instruction::Guardian& one : before.guardians) keys.push_back(one.signing_key);
  return keys;
}

void write_votes(std::ostream& out, std::string_view of, const Charter& charter,
                 std::span<const crypto::SigningPublicKey> signed_by) {
  const std::vector<std::string> bodies = instruction::votes(charter, charter, signed_by);
  out << "Signed by " << bodies.size() << " of the " << charter.threshold << " bodies that must" << of;
  for (const std::string& body : bodies) out << (body == bodies.front() ? ": " : ", ") << shown(body);
  out << ".\n";
}

void sign(Context& context, const SignOptions& options, std::string_view kind, const ShowPayload& show) {
  const instruction::Register log = options.log.load(context.disk);
  const std::string payload = load_payload(context.disk, options.file, kind);
  show(context, {log, payload, options.file, options.log.folder});
  std::optional<Charter> next;
  if (kind == instruction::kCharterKind) next = load_charter_of(context.disk, options.file, payload);
  const auto may_sign = signers(log, next ? &*next : nullptr);
  const crypto::SigningKey key = options.key.load(context.disk);
  if (std::ranges::find(may_sign, key.public_key()) == may_sign.end()) {
    throw base::Error("CND-2049", "This key is of nobody who signs such a statement.")
        .with("key", base::Label(base::to_hex(key.public_key())));
  }
  std::filesystem::path out = options.out;
  if (out.empty()) out = std::filesystem::path(options.file).replace_extension(".dsse");
  const std::string envelope = sign_file(context.disk, options.file, kind, key, out);
  const auto signed_by = statement::only_signers_of(statement::parse_envelope(envelope, kind), may_sign);
  context.err << "Signed: " << out.string() << '\n';
  if (!next) return write_votes(context.err, "", *log.charter(), signed_by);
  write_votes(context.err, ", of the version before", newest(log), signed_by);
  write_votes(context.err, ", of the new version", *next, signed_by);
}

}  // namespace

void write_members(std::ostream& out, const std::vector<instruction::InWords>& members) {
  for (const instruction::InWords& member : members) {
    out << member.of << ':';
    if (member.says.empty()) out << " none";
    if (member.says.size() == 1) out << ' ' << shown(member.says.front());
    out << '\n';
    if (member.says.size() < 2) continue;
    for (const std::string& one : member.says) out << "  " << shown(one) << '\n';
  }
}

bool write_differences(std::ostream& out, const std::vector<instruction::Difference>& differences) {
  for (const instruction::Difference& one : differences) {
    out << one.of << ":\n";
    for (const std::string& gone : one.no_longer) out << "  - " << shown(gone) << '\n';
    for (const std::string& now : one.now) out << "  + " << shown(now) << '\n';
  }
  return !differences.empty();
}

Charter load_charter_of(const base::Disk& disk, const std::filesystem::path& file, std::string_view payload) {
  return instruction::parse_charter(payload, load_body(disk, file, instruction::providers_digest(payload)));
}

void show_charter(Context& context, const ToSign& what) {
  const Charter next = load_charter_of(context.disk, what.file, what.payload);
  const Charter& before = newest(what.log);
  const instruction::ChangeRules rules = instruction::rules_of_change(before, next);
  context.out << "Version " << next.version << " of the charter of " << shown(next.title)
              << " changes version " << before.version << ":\n";
  (void)write_differences(context.out, differences(in_words(before), in_words(next)));
  context.out << "It needs " << before.threshold << " bodies of the version before and " << next.threshold
              << " of the new one";
  if (rules.guardians > 0) context.out << ", and " << rules.guardians << " guardians";
  context.out << ". It takes effect "
              << (rules.delay_seconds == 0 ? "at once when it is in the log.\n"
                                           : instruction::duration_in_words(rules.delay_seconds) +
                                                 " after it is known to the public.\n");
}

void show_collection(Context& context, const ToSign& what) {
  const statement::Collection collection = statement::parse_collection(what.payload);
  context.out << "The collection " << shown(collection.name) << " is the folder of " << collection.files
              << " files with the digest " << base::to_hex(collection.collection_sha256) << ".\n";
}

void show_instruction(Context& context, const ToSign& what) {
  write_members(context.out, in_words(instruction::parse_instruction(what.payload)));
}

void add_sign(CLI::App& group, Context& context, std::string_view kind, ShowPayload show) {
  add_sign_of(group, context, [kind = std::string(kind)](std::string_view) { return kind; }, std::move(show));
}

void add_sign_of(CLI::App& group, Context& context, std::function<std::string(std::string_view)> kind_of,
                 ShowPayload show) {
  auto options = std::make_shared<SignOptions>();
  CLI::App* command = group.add_subcommand("sign", "Say in plain words what it is, and add your signature");
  command->add_option("FILE", options->file, "FILE.json, or FILE.dsse that others have signed")->required();
  options->log.add_to(*command);
  options->key.add_to(*command);
  command->add_option("--out", options->out, "The signed file; of FILE.json, FILE.dsse");
  command->callback([&context, options, kind_of = std::move(kind_of), show = std::move(show)] {
    const std::string text = base::load_text(context.disk, options->file, statement::kEnvelopeAtMostBytes);
    sign(context, *options, kind_of(text), show);
  });
}

}  // namespace candour::cli
