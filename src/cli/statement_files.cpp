#include "candour/cli/statement_files.h"

#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/base/error.h"
#include "candour/node/federation.h"
#include "candour/node/key_request.h"
#include "candour/node/log_wire.h"
#include "candour/statement/decision.h"
#include "candour/statement/envelope.h"
#include "candour/statement/sealed.h"

namespace candour::cli {
namespace {

constexpr std::string_view kEnvelopeBegins = "{\"payload\":";
constexpr std::size_t kDigestDigits = 64;

std::string load_bounded(const base::Disk& disk, const std::filesystem::path& file) {
  return base::load_text(disk, file, statement::kEnvelopeAtMostBytes);
}

bool is_signed(std::string_view text) { return text.starts_with(kEnvelopeBegins); }

std::filesystem::path body_beside(const std::filesystem::path& file, const base::Digest& name) {
  return node::body_path(file.parent_path(), name);
}

void store_bodies(base::Disk& disk, const std::filesystem::path& file, const std::vector<Body>& bodies) {
  if (!bodies.empty()) disk.make_folder(file.parent_path() / "body");
  for (const Body& body : bodies) {
    if (!disk.exists(body_beside(file, body.name))) disk.store_new(body_beside(file, body.name), body.bytes);
  }
}

std::string load_named(const base::Disk& disk, const std::filesystem::path& file, const base::Digest& name) {
  const std::filesystem::path path = body_beside(file, name);
  if (!disk.exists(path)) {
    throw base::Error("CND-2470", "A body that the statement names is not beside it.").with("path", path);
  }
  return base::load_text(disk, path, instruction::kProvidersAtMostBytes);
}

[[noreturn]] void refuse_body(const std::filesystem::path& file, const base::Digest& name) {
  throw base::Error("CND-2470", "A body beside the statement is not the one that it names.")
      .with("path", body_beside(file, name));
}

/// A free text, which is salted and named by its commitment.
std::vector<Body> load_free_text(const base::Disk& disk, const std::filesystem::path& file,
                                 const statement::FreeText& text) {
  Body body{text.commitment, load_named(disk, file, text.commitment)};
  try {
    (void)statement::open_text(body.bytes, text);
  } catch (const base::Error&) {
    refuse_body(file, text.commitment);
  }
  return {std::move(body)};
}

std::vector<Body> load_collection_bodies(const base::Disk& disk, const std::filesystem::path& file,
                                         const statement::Collection& collection) {
  std::vector<Body> bodies{body_of(load_body(disk, file, collection.manifest_sha256))};
  std::string_view rest = bodies.front().bytes;
  std::vector<Body> files;
  while (!rest.empty()) {
    const auto digest = base::from_hex_exactly<32>(rest.substr(0, kDigestDigits));
    if (!digest) refuse_body(file, collection.manifest_sha256);
    files.push_back(body_of(load_body(disk, file, *digest)));
    const std::size_t end = rest.find('\n');
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  std::move(files.begin(), files.end(), std::back_inserter(bodies));
  return bodies;
}

std::vector<Body> load_incident_bodies(const base::Disk& disk, const std::filesystem::path& file,
                                       const statement::Incident& incident) {
  std::vector<Body> bodies = load_free_text(disk, file, incident.text);
  if (incident.evidence_sha256) bodies.push_back(body_of(load_body(disk, file, *incident.evidence_sha256)));
  return bodies;
}

struct SubmitOptions {
  std::filesystem::path file;
  std::string to;
  bool to_guardian = false;
};

void submit(Context& context, const SubmitOptions& options) {
  const std::string envelope = load_bounded(context.disk, options.file);
  std::vector<std::string> bodies;
  for (Body& body : load_bodies(context.disk, options.file, envelope))
    bodies.push_back(std::move(body.bytes));
  node::LogClient log(node::options_of(options.to, {}, nullptr), context.clock);
  if (options.to_guardian) {
    log.hand_in(envelope, bodies);
    context.err << "The guardian has it, acts on it, and sees to it that the log has it.\n";
    return;
  }
  std::filesystem::path proof = options.file;
  proof += ".tlog-proof";
  context.disk.store_new(proof, log.enter(envelope, bodies));
  context.err << "It is in the log. The receipt is " << proof.string() << ".\n";
}

}  // namespace

void LogOptions::add_to(CLI::App& command) {
  command.add_option("--log", folder, "The log's folder; before there is a log, the federation's charter/")
      ->required();
  command.add_option("--federation", federation,
                     "The federation: SHA-256 of the charter's version 1. Without it the log is believed");
}

node::LogReader LogOptions::reader(const base::Disk& disk) const { return {disk, folder}; }

instruction::Register LogOptions::load(const base::Disk& disk) const {
  const node::LogReader log = reader(disk);
  if (federation.empty()) return node::load_register(log, log.federation());
  const auto pin = base::from_hex_exactly<32>(federation);
  if (!pin) throw base::Error("CND-2011", "The federation is not 64 hexadecimal digits.");
  return node::load_register(log, *pin);
}

void KeyOptions::add_to(CLI::App& command) {
  command.add_option("--key", folder, "The folder with your signing.sealed")->required();
  command.add_option("--key-file", key_file, "The operator's key that opens it; else operator.key in there");
}

crypto::SigningKey KeyOptions::load(const base::Disk& disk) const {
  return node::load_signing_key(disk, folder / "signing.sealed",
                                key_file.empty() ? folder / "operator.key" : key_file);
}

Body body_of(std::string bytes) {
  const base::Digest name = base::sha256(base::as_bytes(bytes));
  return {name, std::move(bytes)};
}

statement::Header new_header(Context& context, const instruction::Charter& charter) {
  statement::Header header{.federation = charter.federation(),
                           .log = charter.log(),
                           .id = {},
                           .made = context.clock.now_unix_seconds()};
  context.random.fill(header.id);
  return header;
}

CommittedText commit_text(Context& context, std::string_view text) {
  const statement::Salt salt = statement::random_salt(context.random);
  const statement::FreeText committed = statement::commit_text(text, salt);
  return {committed, {committed.commitment, statement::free_text_body(text, salt)}};
}

void sign_and_store(Context& context, const KeyOptions& key, const instruction::Register& log,
                    const Draft& draft, const std::filesystem::path& out) {
  const std::string envelope =
      statement::write_envelope(statement::sign(draft.kind, draft.payload, key.load(context.disk)));
  (void)log.judge(envelope, "");
  store_signed(context.disk, out, {envelope, draft.bodies});
  context.err << "Wrote " << out.string() << ". `submit` enters it.\n";
}

void store_draft(base::Disk& disk, const std::filesystem::path& file, const Draft& draft) {
  store_bodies(disk, file, draft.bodies);
  disk.store_new(file, draft.payload);
}

void store_signed(base::Disk& disk, const std::filesystem::path& file, const SignedStatement& statement) {
  store_bodies(disk, file, statement.bodies);
  disk.store_new(file, statement.envelope);
}

std::string load_payload(const base::Disk& disk, const std::filesystem::path& file, std::string_view kind) {
  std::string text = load_bounded(disk, file);
  return is_signed(text) ? statement::parse_envelope(text, kind).payload : text;
}

std::string load_body(const base::Disk& disk, const std::filesystem::path& file, const base::Digest& sha256) {
  std::string bytes = load_named(disk, file, sha256);
  if (base::sha256(base::as_bytes(bytes)) != sha256) refuse_body(file, sha256);
  return bytes;
}

std::string sign_file(base::Disk& disk, const std::filesystem::path& file, std::string_view kind,
                      const crypto::SigningKey& key, const std::filesystem::path& out) {
  const std::string text = load_bounded(disk, file);
  std::string envelope = is_signed(text) ? statement::sign_also(text, kind, key)
                                         : statement::write_envelope(statement::sign(kind, text, key));
  store_signed(disk, out, {envelope, load_bodies(disk, file, envelope)});
  return envelope;
}

std::vector<Body> load_bodies(const base::Disk& disk, const std::filesystem::path& file,
                              std::string_view envelope) {
  const statement::Envelope read = statement::parse_any_envelope(envelope);
  const auto is = [&](std::string_view kind) {
    return read.payload_type == statement::payload_type_of(kind);
  };
  if (is(instruction::kCharterKind)) {
    return {body_of(load_body(disk, file, instruction::providers_digest(read.payload)))};
  }
  if (is("collection")) {
    return load_collection_bodies(disk, file, statement::parse_collection(read.payload));
  }
  if (is("revocation")) return load_free_text(disk, file, statement::parse_revocation(read.payload).why);
  if (is("objection")) return load_free_text(disk, file, statement::parse_objection(read.payload).reasons);
  if (is("incident")) return load_incident_bodies(disk, file, statement::parse_incident(read.payload));
  if (is("opening")) {
    const auto incident = statement::opened_incident(statement::parse_opening(read.payload));
    if (incident) return load_incident_bodies(disk, file, *incident);
  }
  return {};
}

void add_submit(CLI::App& group, Context& context) {
  auto options = std::make_shared<SubmitOptions>();
  CLI::App* command = group.add_subcommand("submit", "Enter a signed statement into the log");
  command->add_option("FILE", options->file, "FILE.dsse; what it names lies in body/ beside it")->required();
  command
      ->add_option("--to", options->to,
                   "The hub's public port on this machine, or what leads to it: HOST:PORT")
      ->required();
  command->add_flag(
      "--guardian", options->to_guardian,
      "It is a guardian's port: a revocation takes effect there at once, whatever the hub does");
  command->callback([&context, options] { submit(context, *options); });
}

}  // namespace candour::cli
