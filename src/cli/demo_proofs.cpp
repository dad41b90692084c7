#include "candour/cli/demo_proofs.h"

#include <algorithm>

#include "candour/log/folder_files.h"
#include "candour/log/store.h"
#include "candour/node/person_answer.h"
#include "candour/node/persons.h"

namespace candour::cli {
namespace {

/// Takes in the people of a slice.
void add_people(node::Persons& persons, const vault::Vault& vault, const collection::Table& table,
                const vault::Slice& slice) {
  vault::RowCursor rows = vault.rows(table, slice);
  table::IdentifiableChunk chunk{table::Chunk(table.row_schema())};
  while (rows.next(chunk)) persons.add(chunk);
  persons.finish();
}

std::string_view words_of(node::Finding finding) {
  if (finding == node::Finding::kHolds) return "holds";
  return finding == node::Finding::kFails ? "FAILS" : "open";
}

std::string_view words_of(node::AuditAnswer answer) {
  if (answer == node::AuditAnswer::kHolds) return "holds";
  return answer == node::AuditAnswer::kFails ? "FAILS" : "open";
}

}  // namespace

bool DemoProofs::holds() const {
  return audit.holds() && std::ranges::all_of(receipt, [](const node::ReceiptCheck& one) {
           return one.finding == node::Finding::kHolds;
         });
}

DemoProofs prove(Context& context, const DemoFederation& federation, const vault::Vault& vault,
                 const collection::Table& table, const vault::Slice& slice) {
  const std::int64_t now = context.clock.now_unix_seconds();
  const instruction::Register log = federation.log();
  log::FolderFiles files(context.disk, federation.folder() / "hub" / "log");
  DemoProofs proofs;
  proofs.audit = node::audit_log(files, log.federation(), now, context.progress);
  node::Persons persons(table.person, vault.row_count(slice));
  add_people(persons, vault, table, slice);
  if (persons.identifiers().empty()) return proofs;
  proofs.provider = slice.submitter;
  const std::filesystem::path machine = federation.folder() / federation.machine_of(slice.submitter);
  log::Store mirror(context.disk, machine / "log");
  const node::PersonAnswer answer =
      node::answer_person({.disk = context.disk,
                           .outbox = federation.organisation(slice.submitter) / "outbox",
                           .vault = vault,
                           .store = mirror,
                           .log = log,
                           .now = now,
                           .may_show = [](const submission::SliceName&) { return true; }},
                          persons.identifiers().front());
  for (const node::SentForPerson& one : answer.holding) {
    for (const std::string& text : one.receipts) {
      if (proofs.receipts++ > 0) continue;
      proofs.receipt = node::check_receipt(node::parse_person_receipt(text),
                                           {.federation = log.federation(), .log = &log});
    }
  }
  return proofs;
}

std::string render_proofs(const DemoProofs& proofs) {
  std::string out = "\nThe log, verified as an outsider would\n\n";
  for (std::size_t i = 0; i < proofs.audit.verdicts.size(); ++i) {
    out.append("  ").append(words_of(proofs.audit.verdicts.at(i).answer)).append("  ");
    out.append(node::kAuditSentences.at(i)).append("\n");
    for (const node::AuditFinding& one : proofs.audit.verdicts.at(i).findings) {
      out += "         " + one.kind + " " + one.code + " " + one.says + "\n";
    }
  }
  if (proofs.provider.empty()) return out;
  out += "\nOne person's receipt, made at " + proofs.provider +
         (proofs.receipts == 1 ? ", the only one of theirs" : ", one of " + std::to_string(proofs.receipts)) +
         "\n\n";
  for (const node::ReceiptCheck& one : proofs.receipt) {
    out.append("  ").append(words_of(one.finding)).append("  ").append(one.words).append("\n");
  }
  return out;
}

}  // namespace candour::cli
