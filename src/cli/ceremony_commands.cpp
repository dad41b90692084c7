// `candour ceremony new|refresh|recover|reshare|verify|submit`: a guardian's part in a key ceremony, one step
// a run, and the check of its transcript by anyone.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/cli/context.h"
#include "candour/cli/statement_files.h"
#include "candour/crypto/key.h"
#include "candour/node/domains.h"
#include "candour/node/key_request.h"
#include "candour/pseudonym/ceremony.h"
#include "candour/pseudonym/ceremony_plan.h"
#include "candour/statement/envelope.h"

namespace candour::cli {
namespace {

using crypto::ShareIndex;
using instruction::Charter;
using pseudonym::CeremonyProgress;
using statement::CeremonyKind;
using statement::CeremonyPlan;

/// The version of the charter that the log has; 0 is the one in force.
const Charter& version_of(const instruction::Register& log, std::uint32_t version) {
  if (version == 0) return *log.charter();
  for (const instruction::CharterEntry& one : log.charters()) {
    if (one.charter->version == version) return *one.charter;
  }
  throw base::Error("CND-2473", "The log has no such version of the charter.").with("version", version);
}

struct PartOptions {
  LogOptions log;
  std::uint32_t version = 0;  ///< of the charter; 0: the one in force
  pseudonym::CeremonyRequest request;
  ShareIndex guardian = 0;
  std::filesystem::path folder;
  std::filesystem::path keys;
  std::filesystem::path key_file;
};

struct VerifyOptions {
  LogOptions log;
  std::filesystem::path file;
};

// Four by four, as people read numbers to each other.
std::string grouped(base::ByteView bytes) {
  const std::string digits = base::to_hex(bytes);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); i += 4) text.append(i == 0 ? "" : " ").append(digits, i, 4);
  return text;
}

constexpr std::size_t kReadAloudBytes = 16;

std::string listed(const std::vector<ShareIndex>& indices) {
  std::string text;
  for (const ShareIndex index : indices) text.append(text.empty() ? "" : ", ").append(std::to_string(index));
  return text;
}

std::string named(const Charter& charter, ShareIndex index) {
  const instruction::Guardian* guardian = charter.guardian(index);
  return "guardian " + std::to_string(index) +
         (guardian == nullptr ? "" : " (" + base::printable(guardian->name, 80) + ")");
}

void show_plan(std::ostream& out, const CeremonyPlan& plan) {
  out << "Key ceremony (" << statement::name_of(plan.kind) << ") for the domain " << plan.domain << ", epoch "
      << plan.epoch << ": any " << plan.threshold << " of the guardians " << listed(plan.receivers)
      << " will be needed.\n"
      << "Dealers: " << listed(plan.dealers) << ". Charter version " << plan.charter_version << ".\n"
      << "Ceremony (read aloud, the same for everybody): " << grouped(statement::ceremony_id(plan)) << '\n';
}

void show_values(std::ostream& out, const pseudonym::VerifiedCeremony& verified) {
  out << "Transcript (read aloud): " << grouped(base::ByteView(verified.sha256).first(kReadAloudBytes))
      << '\n'
      << "  ceremony    " << base::to_hex(verified.sha256) << '\n'
      << "  key         " << base::to_hex(verified.ceremony.key.bytes()) << '\n';
  for (const auto& [index, key] : verified.ceremony.share_keys) {
    out << "  guardian " << index << (index < 10 ? "  " : " ") << base::to_hex(key.bytes()) << '\n';
  }
}

void show_waiting(std::ostream& out, const PartOptions& options, const CeremonyProgress& progress) {
  out << "Waiting for:";
  for (const std::string& file : progress.missing) out << ' ' << file;
  out << "\nNext: let the other guardians run the same command. When their files are in "
      << base::printable(options.folder.string()) << ", run it here again.\n";
}

void show_finished(std::ostream& out, const PartOptions& options, const CeremonyPlan& plan,
                   const CeremonyProgress& progress) {
  out << "FINISHED. Every guardian has signed " << pseudonym::kTranscriptFile << ".\n";
  show_values(out, *progress.finished);
  if (std::ranges::binary_search(plan.receivers, options.guardian)) {
    const auto share = pseudonym::share_path(options.keys, plan.domain, plan.epoch);
    out << "Your share: " << base::printable(share.string()) << '\n';
  } else {
    out << "You have no share in this epoch; your old one is wiped.\n";
  }
  out << "Next: run it at every other guardian until it says FINISHED there too. Then enter "
         "it\n"
         "into the log; the next version of the charter names it, and every node checks it.\n";
}

void show_aborted(std::ostream& out, const PartOptions& options, const Charter& charter,
                  const CeremonyProgress& progress) {
  const auto record = options.folder / ("aborted-" + std::to_string(options.guardian) + ".dsse");
  out << "ABORTED. To blame is " << named(charter, progress.blame->guardian) << ": "
      << pseudonym::sentence_of(progress.blame->fault).view() << ".\n"
      << "Evidence, which anyone can check with `candour ceremony verify`: "
      << base::printable(record.string()) << '\n'
      << "Next: keep this folder. Hold a new ceremony in an empty folder, with a later --epoch, and without\n"
         "that guardian unless the mistake is understood.\n";
}

void run_part(Context& context, const PartOptions& options) {
  const instruction::Register log = options.log.load(context.disk);
  const Charter& charter = version_of(log, options.version);
  const CeremonyPlan plan = pseudonym::plan_ceremony(charter, options.request);
  const base::SecretBytes operator_key = crypto::load_key_file(options.key_file);
  const crypto::SigningKey signing_key =
      node::load_signing_key(context.disk, options.keys / "signing.sealed", options.key_file);
  show_plan(context.out, plan);
  const CeremonyProgress progress = pseudonym::take_part({.disk = context.disk,
                                                          .clock = context.clock,
                                                          .random = context.random,
                                                          .charter = charter,
                                                          .guardian = options.guardian,
                                                          .signing_key = signing_key,
                                                          .operator_key = operator_key,
                                                          .keys = options.keys,
                                                          .shared = options.folder},
                                                         plan);
  if (!progress.shown.empty()) context.out << "Put into the folder:";
  for (const std::string& file : progress.shown) context.out << ' ' << file;
  if (!progress.shown.empty()) context.out << '\n';
  switch (progress.state) {
    case CeremonyProgress::State::kWaiting:
      return show_waiting(context.out, options, progress);
    case CeremonyProgress::State::kFinished:
      return show_finished(context.out, options, plan, progress);
    case CeremonyProgress::State::kAborted:
      break;
  }
  show_aborted(context.out, options, charter, progress);
  context.exit = Exit::kRefused;
}

// The record of an aborted ceremony, judged again from its own evidence.
void verify_aborted(Context& context, const VerifyOptions& options, std::string_view bytes) {
  const auto claimed =
      statement::parse_ceremony_aborted(statement::parse_envelope(bytes, statement::kAbortedKind).payload);
  const instruction::Register log = options.log.load(context.disk);
  const Charter& charter = version_of(log, claimed.plan.charter_version);
  const auto aborted = statement::parse_ceremony_aborted(pseudonym::signed_payload(
      charter, {claimed.guardian, std::string(statement::kAbortedKind), std::string(bytes)}));
  if (!pseudonym::proves(aborted, charter)) {
    throw base::Error("CND-2158", "A record says that the ceremony was aborted, and proves nothing.")
        .with("path", options.file)
        .with("guardian", aborted.guardian);
  }
  show_plan(context.out, aborted.plan);
  context.out << "ABORTED. The evidence holds: to blame is " << named(charter, aborted.blamed) << ", "
              << aborted.fault << ".\n";
  context.exit = Exit::kRefused;
}

void verify(Context& context, const VerifyOptions& options) {
  const std::string bytes = base::load_text(context.disk, options.file, statement::kEnvelopeAtMostBytes);
  if (bytes.find(statement::payload_type_of(statement::kAbortedKind)) != std::string::npos) {
    return verify_aborted(context, options, bytes);
  }
  // Which version of the charter it names is believed only once everything holds under that version.
  const instruction::Register log = options.log.load(context.disk);
  const Charter& then = node::charter_of_ceremony(log, bytes);
  const pseudonym::VerifiedCeremony verified = pseudonym::verify_ceremony(bytes, then);
  show_plan(context.out, verified.ceremony.plan);
  context.out << "VERIFIED: held " << base::utc_text(verified.ceremony.header.made)
              << ", signed by the guardians " << listed(statement::participants(verified.ceremony.plan))
              << ".\n";
  show_values(context.out, verified);
  const Charter& newest = *log.charter();
  const instruction::Domain* domain = newest.domain(verified.ceremony.plan.domain);
  if (domain != nullptr && domain->ceremony == verified.sha256) {
    pseudonym::check_domain(*domain, verified);
    context.out << "The charter's version " << newest.version
                << " names this ceremony, with the same values.\n";
  } else {
    context.out << "The charter's version " << newest.version << " does not name this ceremony.\n";
  }
}

void add_part(CLI::App& group, Context& context, CeremonyKind kind, const char* about) {
  auto options = std::make_shared<PartOptions>();
  options->request.kind = kind;
  CLI::App* command = group.add_subcommand(std::string(statement::name_of(kind)), about);
  pseudonym::CeremonyRequest& request = options->request;
  command->add_option("--domain", request.domain, "The name of the domain")->required();
  if (kind == CeremonyKind::kNew || kind == CeremonyKind::kReshare) {
    command->add_option("--threshold", request.threshold, "How many guardians will be needed")->required();
    command
        ->add_option("--guardians", request.receivers,
                     "Who will have a share: 1,2,3; else all of the charter")
        ->delimiter(',');
  }
  if (kind == CeremonyKind::kRecover) {
    command->add_option("--lost", request.lost, "Whose shares are lost: 3")->delimiter(',')->required();
  }
  if (kind != CeremonyKind::kNew) {
    command->add_option("--dealers", request.dealers, "Who deals; else the first who have a share")
        ->delimiter(',');
  }
  command->add_option(
      "--epoch", request.epoch,
      "The epoch of the shares; else the next. After a ceremony that was aborted, a later one");
  command->add_option("--guardian", options->guardian, "Which guardian you are: its number in the charter")
      ->required();
  options->log.add_to(*command);
  command->get_option("--federation")->required();
  command->add_option("--charter-version", options->version, "The charter's version; else the one in force");
  command->add_option("--folder", options->folder, "The ceremony's folder, which goes round")->required();
  command->add_option("--keys", options->keys, "Your folder of keys, with signing.sealed")->required();
  command->add_option("--key-file", options->key_file, "The operator's key, which seals your keys")
      ->required();
  command->callback([&context, options] { run_part(context, *options); });
}

}  // namespace

void add_ceremony_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("ceremony", "The guardians' keys: made, renewed and checked");
  group->require_subcommand(1);
  add_part(*group, context, CeremonyKind::kNew, "Make the key of a new domain; run it again and again");
  add_part(*group, context, CeremonyKind::kRefresh, "New shares of the same key for the same guardians");
  add_part(*group, context, CeremonyKind::kRecover, "New shares after a guardian lost its own");
  add_part(*group, context, CeremonyKind::kReshare, "Shares of the same key for another set of guardians");

  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = group->add_subcommand("verify", "Check a transcript, or the record of an abort");
  command->add_option("FILE", options->file, "ceremony.dsse, or aborted-2.dsse")->required();
  options->log.add_to(*command);
  command->get_option("--federation")->required();
  command->callback([&context, options] { verify(context, *options); });
  add_submit(*group, context);
}

}  // namespace candour::cli
