// `candour batch list | audit`: who was in the batches that guardians worked on, for an auditor at the
// provider. No number is ever printed: a finding says where.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/cli/options.h"
#include "candour/node/batch_rows.h"
#include "candour/pseudonym/attestations.h"
#include "candour/statement/envelope.h"

namespace candour::cli {
namespace {

struct AuditOptions {
  VaultOptions vault;
  CollectionOptions collection;
  std::vector<std::filesystem::path> attestations;
  std::string leaf;  ///< empty: all
};

struct LoggedBatch {
  base::Digest leaf{};
  statement::Batch statement;
};

std::string words_for(const vault::KeptBatch& batch) {
  return base::to_hex(batch.leaf) + ' ' + batch.slice.collection + ' ' + batch.slice.table + ' ' +
         batch.slice.period + ' ' + base::utc_text(batch.made);
}

void list(Context& context, const VaultOptions& options) {
  for (const vault::KeptBatch& batch : options.open(context).batches())
    context.out << words_for(batch) << '\n';
}

/// The batches of a file of attestations; the lines of guardians say nothing that an audit needs.
void read_batches(const base::Disk& disk, const std::filesystem::path& path,
                  std::vector<LoggedBatch>& batches) {
  const std::string text = base::load_text(disk, path, pseudonym::kAttestationsAtMostBytes);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    try {
      batches.push_back({statement::leaf_hash(line),
                         statement::parse_batch(statement::parse_envelope(line, "batch").payload)});
    } catch (const base::Error& error) {
      if (error.code() != base::ErrorCode("CND-2002")) throw;
    }
  }
}

/// The batches of the files that are of this provider and collection, and of this leaf where one is asked
/// for.
std::vector<LoggedBatch> logged_batches(Context& context, const AuditOptions& options,
                                        const collection::Collection& collection,
                                        const std::string& provider) {
  std::vector<LoggedBatch> batches;
  for (const std::filesystem::path& path : options.attestations) read_batches(context.disk, path, batches);
  std::erase_if(batches, [&](const LoggedBatch& one) {
    return one.statement.provider != provider || one.statement.collection != collection.name ||
           (!options.leaf.empty() && base::to_hex(one.leaf) != options.leaf);
  });
  if (batches.empty()) {
    throw base::Error("CND-2141", "The files hold no statement of such a batch.")
        .with("provider", base::Label(provider))
        .with("collection", base::Label(collection.name));
  }
  return batches;
}

std::string_view finding_name(pseudonym::AuditFinding::Kind kind) {
  using Kind = pseudonym::AuditFinding::Kind;
  switch (kind) {
    case Kind::kOtherBatch:
      return "the record is of another batch";
    case Kind::kSize:
      return "the record has another size than the batch that was logged";
    case Kind::kPoints:
      return "the points that follow from the record are not those that were logged";
    case Kind::kNoRow:
      return "the slice holds no row with the number";
    case Kind::kTwice:
      break;
  }
  return "the number stands at an earlier place too";
}

/// Says what the audit of one batch gave; whether nothing is wrong.
bool show(std::ostream& out, const node::BatchAudit& audit) {
  out << "  " << audit.people << " people and " << audit.places - audit.people << " of padding\n";
  for (const pseudonym::AuditFinding& finding : audit.findings) {
    out << "  FOUND";
    if (finding.place) out << " at place " << *finding.place;
    out << ": " << finding_name(finding.kind) << '\n';
  }
  if (audit.replaced > 0) {
    out << "  " << audit.replaced
        << " no longer held: the slice was replaced since, and they cannot be checked\n";
  }
  if (audit.findings.empty()) {
    out << "  the points are those that were logged; " << audit.people - audit.replaced
        << " numbers are of rows that the slice holds\n";
  }
  return audit.findings.empty();
}

void audit(Context& context, const AuditOptions& options) {
  const collection::Collection collection = options.collection.load();
  const vault::Vault vault = options.vault.open(context);
  const std::vector<vault::KeptBatch> kept = vault.batches();
  const std::vector<LoggedBatch> logged = logged_batches(context, options, collection, vault.submitter());
  std::size_t wrong = 0;
  for (const LoggedBatch& one : logged) {
    const auto found = std::ranges::find(kept, one.leaf, &vault::KeptBatch::leaf);
    if (found == kept.end()) {
      context.out << base::to_hex(one.leaf) << ' ' << base::utc_text(one.statement.header.made)
                  << "\n  FOUND: the vault keeps no record of it\n";
      ++wrong;
      continue;
    }
    context.out << words_for(*found) << '\n';
    const auto table = std::ranges::find(collection.tables, found->slice.table, &collection::Table::name);
    if (table == collection.tables.end()) {
      throw base::Error("CND-1302", "The collection has no such table.")
          .with("table", base::Label(found->slice.table));
    }
    const node::BatchAudit result =
        node::audit_kept_batch(vault, *table, *found, one.statement, context.random);
    if (!show(context.out, result)) ++wrong;
  }
  context.out << logged.size() << (logged.size() == 1 ? " batch" : " batches") << " checked, " << wrong
              << " with findings\n";
  if (wrong > 0) context.exit = Exit::kRefused;
}

}  // namespace

void add_batch_command(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("batch", "Batches of pseudonyms, and who was in them");
  group->require_subcommand(1);

  auto shown = std::make_shared<VaultOptions>();
  CLI::App* command = group->add_subcommand("list", "The batches whose records a vault keeps");
  shown->add_to(*command);
  command->callback([&context, shown] { list(context, *shown); });

  auto options = std::make_shared<AuditOptions>();
  command = group->add_subcommand("audit", "Recompute batches that were logged, and look for hidden guesses");
  options->collection.add_to(*command);
  options->vault.add_to(*command);
  command
      ->add_option("--attestations", options->attestations,
                   "The hub's IDENTITY.attestations, or batches.jsonl of the outbox; repeated")
      ->required();
  command->add_option("--batch", options->leaf, "Only the batch with this leaf hash: 64 hexadecimal digits");
  command->callback([&context, options] { audit(context, *options); });
}

}  // namespace candour::cli
