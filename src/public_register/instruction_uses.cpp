#include "candour/base/catalogue.h"
#include "candour/instruction/verdict.h"
#include "candour/page/components.h"
#include "candour/page/table_html.h"
#include "candour/page/text.h"
#include "candour/public_register/instruction_sections.h"
#include "candour/public_register/refusals.h"
#include "candour/public_register/status.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

using page::Align;
using page::Html;
using page::Level;

std::string number(std::uint64_t value) { return page::grouped(static_cast<std::int64_t>(value)); }

Html releases_of(const InstructionEntry& entry) {
  if (entry.releases.empty())
    return page::paragraph(
        "No release stands in the log: this version enters none. What was computed under it does, above.");
  page::DataTable table{
      .id = "releases",
      .caption = "What was released",
      .columns = {{"Title"}, {"Period"}, {"When"}, {"Disclosure rules"}, {"SHA-256 of release.json"}},
      .rows = {},
      .total = {}};
  for (const instruction::ReleaseEntry& one : entry.releases) {
    table.rows.push_back({one.release.title + (one.release.supersedes ? " (a correction)" : ""),
                          one.release.period, moment_in_words(one.release.header.made),
                          listed(one.release.disclosure_rules), base::to_hex(one.release.release_sha256)});
  }
  return page::render_table(table);
}

}  // namespace

Html how_it_was_used(const Inputs& inputs, const InstructionEntry& entry) {
  const instruction::Uses& uses = entry.uses;
  Html html =
      page::render_table({.id = "uses",
                          .caption = "How often, as the log has it",
                          .columns = {{"What"}, {"Times", Align::kNumber}},
                          .rows = {{"A provider asked for pseudonyms", number(uses.batches)},
                                   {"A provider sent data", number(uses.submissions)},
                                   {"Providers that sent", number(entry.providers_used.size())},
                                   {"The hub said that it would compute", number(uses.runs)},
                                   {"It said what came of it", number(uses.results)},
                                   {"What was computed was sealed, and is open", number(uses.opened_runs)},
                                   {"A release was entered", number(uses.releases)},
                                   {"Something was refused", number(uses.refusals)},
                                   {"Data were erased", number(uses.erasures)}},
                          .total = {}});
  html +=
      page::paragraph("How many records there were is not said here: small numbers can point at a person.");
  html += page::heading(Level::kThree, "releases-title", "Released");
  html += releases_of(entry);
  html += page::heading(Level::kThree, "refusals-title", "Refused");
  html += refusals_table(*inputs.log, entry.instruction->id());
  return html;
}

Html how_it_ends(const Inputs& inputs, const InstructionEntry& entry) {
  const instruction::Instruction& order = *entry.instruction;
  std::vector<page::SummaryRow> rows{
      {"Ends by itself", Html::from_text(moment_in_words(order.expires))},
      {"Kept after that",
       Html::from_text(counted(static_cast<std::uint64_t>(order.retention_days), "day", "days"))},
      {"Rows and keys gone by", Html::from_text(moment_in_words(order.erased_by()))}};
  for (const instruction::ErasureEntry& one : entry.expiry_erasures) {
    rows.push_back(
        {"Erased", Html::from_text(one.erasure.collection + ", table " + one.erasure.table + ", " +
                                   counted(one.erasure.keys_destroyed, "key", "keys") + " destroyed, done " +
                                   moment_in_words(one.erasure.done) + ", the hub says")});
  }
  if (entry.revocation) {
    rows.push_back(
        {"Revoked",
         Html::from_text(moment_in_words(entry.revocation->header.made) +
                         (entry.revoked_at ? ", entry " + std::to_string(*entry.revoked_at) + " of the log"
                                           : ", handed in and not in the log yet"))});
    rows.push_back({"Why it was revoked", Html::from_text(free_text(inputs, entry.revocation->why))});
  } else {
    rows.push_back({"Revoked", Html::from_text("No. Any one of the bodies can do it, alone and at once.")});
  }
  return page::summary_list(rows);
}

Html why_in_force(const Inputs& inputs, const InstructionEntry& entry) {
  const instruction::Instruction& order = *entry.instruction;
  page::DataTable table{.id = "reasoning",
                        .caption = "Every condition, in the order in which each node asks it",
                        .columns = {{"Condition"}, {"Holds"}, {"Otherwise"}},
                        .rows = {},
                        .total = {}};
  for (const instruction::Check& check : instruction::reasoning(
           *inputs.log, {.instruction = order.id(), .mode = order.mode, .domain = order.domain},
           {.now = inputs.at, .witnessed = inputs.at})) {
    table.rows.push_back({std::string(check.condition.view()), check.holds ? "Yes" : "No",
                          std::string(check.code.view()) + ": " + std::string(check.reason.view())});
  }
  Html html =
      page::paragraph("At " + moment_in_words(inputs.at) +
                      ", and for no provider, collection, field or measure in particular: a node asks "
                      "the last conditions anew at each act. A node whose clock is wrong does nothing.");
  html += page::render_table(table);
  return html;
}

}  // namespace candour::public_register
