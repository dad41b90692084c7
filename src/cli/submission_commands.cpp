// `candour submission show | abandon`: what a folder of the outbox holds, in words; and giving it up.
#include <CLI/CLI.hpp>
#include <ostream>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/cli/context.h"
#include "candour/statement/envelope.h"
#include "candour/submission/outbox.h"
#include "candour/table/csv_reader.h"

namespace candour::cli {
namespace {

using std::filesystem::path;
using submission::Stage;

struct ShowOptions {
  path folder;
  std::size_t rows = 5;
};

std::string load_payload(const base::Disk& disk, const path& file, std::string_view kind) {
  const std::string bytes = base::load_text(disk, file, statement::kEnvelopeAtMostBytes);
  return statement::parse_envelope(bytes, kind).payload;
}

/// What is known of the submission: its manifest, or its plan's draft of it.
statement::Submission load_known(const base::Disk& disk, const path& folder, Stage stage) {
  if (stage < Stage::kSigned) return submission::load_plan(disk, folder).draft;
  return statement::parse_submission(load_payload(disk, folder / submission::kManifestFile, "submission"));
}

void show_plan(std::ostream& out, const statement::Submission& of, Stage stage) {
  const auto text = [](std::string_view raw) { return base::printable(raw); };
  out << "Submission of " << text(of.provider) << ": " << text(of.collection) << ", " << text(of.table)
      << ", " << text(of.period) << ", revision " << of.revision << '\n'
      << "State: " << submission::stage_name(stage) << '\n'
      << "Planned: " << base::utc_text(of.header.made) << " under instruction "
      << base::to_hex(of.instruction) << '\n'
      << "Replaces: " << (of.supersedes ? base::to_hex(*of.supersedes) : "nothing") << '\n'
      << "National opt-out: " << text(of.opt_out) << '\n';
  if (of.acceptance == statement::Agreement::kAccepted) {
    out << "Accepted by the provider\n";
  } else {
    out << "Compelled: " << text(of.legal_notice) << '\n';
  }
  if (of.nil) out << "A nil return: there was nothing to report\n";
}

/// What only the plan says, as long as it is there: the manifest is public.
void show_refused(std::ostream& out, const base::Disk& disk, const path& folder) {
  if (!disk.exists(folder / submission::kPlanFile)) return;
  out << "Refused rows that wait in quarantine: " << submission::load_plan(disk, folder).rows_refused << '\n';
}

void show_manifest(std::ostream& out, const base::Disk& disk, const path& folder,
                   const statement::Submission& of) {
  const std::string envelope =
      base::load_text(disk, folder / submission::kManifestFile, statement::kEnvelopeAtMostBytes);
  out << "\nSigned manifest (its signature is not checked here)\n"
      << "  identity: " << base::to_hex(submission::identity_of(envelope)) << '\n'
      << "  batches: " << of.batches.size() << '\n'
      << "  commitment: " << base::to_hex(of.commitment) << '\n'
      << "  package: " << of.package_bytes << " bytes with its padding, sealed to key "
      << base::to_hex(of.sealing_key) << '\n';
}

void show_receipt(std::ostream& out, const base::Disk& disk, const path& folder) {
  const statement::Receipt receipt =
      statement::parse_receipt(load_payload(disk, folder / submission::kReceiptFile, "receipt"));
  out << "\nReceipt of the hub: " << base::to_hex(receipt.submission) << " stored "
      << base::utc_text(receipt.header.made) << ", version " << receipt.version << " of its table\n";
}

/// The header and the first rows of rows.csv, and how many there are.
void show_rows(std::ostream& out, const base::Disk& disk, const path& folder, std::size_t shown) {
  const auto file = disk.open(folder / submission::kRowsFile);
  base::FileSource source(*file);
  table::CsvReader reader(source);
  table::CsvRecord record;
  std::uint64_t records = 0;
  out << "\nrows.csv, what leaves beside the guardians' tokens\n";
  for (; reader.next(record); ++records) {
    if (records > shown) continue;
    out << "  ";
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      out << (i == 0 ? "" : ",") << base::printable(record.fields[i].bytes);
    }
    out << '\n';
  }
  out << (records == 0 ? 0 : records - 1) << " rows\n";
}

void show(Context& context, const ShowOptions& options) {
  const auto stage = submission::stage_of(context.disk, options.folder);
  if (!stage) {
    throw base::Error("CND-2218", "The folder holds no submission.").with("path", options.folder);
  }
  const statement::Submission known = load_known(context.disk, options.folder, *stage);
  show_plan(context.out, known, *stage);
  show_refused(context.out, context.disk, options.folder);
  if (*stage >= Stage::kSigned) show_manifest(context.out, context.disk, options.folder, known);
  if (*stage >= Stage::kReceived) show_receipt(context.out, context.disk, options.folder);
  if (*stage >= Stage::kRows) show_rows(context.out, context.disk, options.folder, options.rows);
}

void abandon(Context& context, const path& folder) {
  const auto stage = submission::stage_of(context.disk, folder);
  if (!stage || *stage == Stage::kReceived) {
    throw base::Error("CND-2218", "The folder holds no submission that could be given up.")
        .with("path", folder);
  }
  submission::abandon(context.disk, folder);
  context.err << "Given up. What is sent next is planned anew.\n";
}

}  // namespace

void add_submission_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("submission", "Submissions of a provider on their way to the hub");
  group->require_subcommand(1);

  auto options = std::make_shared<ShowOptions>();
  CLI::App* command = group->add_subcommand("show", "Show what a submission holds and how far it is");
  command->add_option("FOLDER", options->folder, "Its folder in the outbox")->required();
  command->add_option("--rows", options->rows, "How many rows to show");
  command->callback([&context, options] { show(context, *options); });

  auto folder = std::make_shared<path>();
  command = group->add_subcommand("abandon", "Give up a submission that has no receipt");
  command->add_option("FOLDER", *folder, "Its folder in the outbox")->required();
  command->callback([&context, folder] { abandon(context, *folder); });
}

}  // namespace candour::cli
