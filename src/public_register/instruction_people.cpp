#include <algorithm>
#include <set>

#include "candour/page/components.h"
#include "candour/page/table_html.h"
#include "candour/public_register/instruction_sections.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

using page::Html;
using page::TableCell;

/// The legal persons that may sign, in the charter's order of names.
std::vector<std::string> bodies_of(const instruction::Charter& charter) {
  std::vector<std::string> bodies;
  for (const instruction::Controller& one : charter.controllers) {
    if (std::ranges::find(bodies, one.legal_person) == bodies.end()) bodies.push_back(one.legal_person);
  }
  return bodies;
}

bool has_signed(const InstructionEntry& entry, const std::string& body) {
  return std::ranges::any_of(entry.charter->controllers, [&](const instruction::Controller& one) {
    return one.legal_person == body && std::ranges::find(entry.signers, one.key) != entry.signers.end();
  });
}

std::string interests_of(const instruction::Instruction& order, const std::string& body) {
  for (const instruction::Interest& one : order.declarations_of_interest) {
    if (one.signer == body) return one.interests == "none" ? "None, it declares" : one.interests;
  }
  return "Nothing declared";
}

std::vector<std::string> voters_of(const InstructionEntry& entry, const instruction::Charter& newest) {
  std::vector<std::string> processors;
  for (const instruction::Processor& one : entry.instruction->processors) {
    processors.push_back(one.legal_person);
  }
  return instruction::votes(*entry.charter, newest, entry.signers, processors);
}

}  // namespace

Html who_decided(const InstructionEntry& entry, const instruction::Register& log) {
  const std::vector<std::string> voters = voters_of(entry, *log.charter());
  page::DataTable table{.id = "bodies",
                        .caption = "The bodies that may decide, and what they did",
                        .columns = {{"Body"}, {"Signed"}, {"Interests that it declares"}},
                        .rows = {},
                        .total = {}};
  const std::vector<std::string> bodies = bodies_of(*entry.charter);
  for (const std::string& body : bodies) {
    const bool counts = std::ranges::find(voters, body) != voters.end();
    const std::string signed_text = counts                    ? "Yes"
                                    : has_signed(entry, body) ? "Yes, and it does not count"
                                                              : "No";
    table.rows.push_back({body, signed_text, interests_of(*entry.instruction, body)});
  }
  Html html =
      page::paragraph(std::to_string(voters.size()) + " of " + counted(bodies.size(), "body", "bodies") +
                      " signed. " + std::to_string(entry.charter->threshold) +
                      " must. A body has one vote, however many keys it holds, and whoever works on "
                      "the data has none.");
  html += page::render_table(table);
  html += page::paragraph(
      "The interests are the bodies' own statements. That a body said nothing untrue is not established.");
  return html;
}

Html what_it_costs(const InstructionEntry& entry) {
  const auto& processors = entry.instruction->processors;
  if (processors.empty())
    return page::paragraph(
        "The instruction names no contract. Who runs the hub stands under “Who can see what”.");
  page::DataTable table{.id = "contracts",
                        .caption = "Who works on the data for the recipient, and under which contract",
                        .columns = {{"Processor"},
                                    {"Legal person"},
                                    {"May see"},
                                    {"Value"},
                                    {"How it was awarded"},
                                    {"Contract notice"},
                                    {"Contract ends"},
                                    {"Extensions"}},
                        .rows = {},
                        .total = {}};
  for (const instruction::Processor& one : processors) {
    table.rows.push_back({one.name, one.legal_person, spoken(one.may_see), said(one.contract.value),
                          said(one.contract.route), said(one.contract.notice), said(one.contract.expires),
                          listed(one.contract.extensions)});
  }
  return page::render_table(table);
}

Html who_accepted(const InstructionEntry& entry) {
  std::vector<std::vector<TableCell>> rows;
  std::set<std::string> known;
  for (const instruction::AcceptanceEntry& one : entry.acceptances) {
    known.insert(one.acceptance.provider);
    rows.push_back({one.acceptance.provider, "Accepted",
                    one.acceptance.name + ", " +
                        spoken(statement::word_of(one.acceptance.role, statement::kOffices)) + ", on " +
                        moment_in_words(one.acceptance.header.made)});
  }
  for (const auto& [provider, notice] : entry.compelled) {
    known.insert(provider);
    rows.push_back({provider, "Compelled", "Legal notice: " + notice});
  }
  for (const std::string& provider : entry.providers_used) {
    if (!known.contains(provider)) {
      rows.push_back({provider, "Sent as one that accepts",
                      "Its program is set so; no person’s acceptance is in the log"});
    }
  }
  if (rows.empty() && entry.instruction->mode == instruction::Mode::kCounts) {
    return page::paragraph(
        "No provider has said in the log that it accepts. Counts do not pass through the log: who sent some, "
        "it "
        "does not say.");
  }
  if (rows.empty()) return page::paragraph("No provider has accepted it or sent under it yet.");
  return page::render_table({.id = "acceptances",
                             .caption = "Providers that accepted or were compelled",
                             .columns = {{"Provider"}, {"How"}, {"By whom, when"}},
                             .rows = std::move(rows),
                             .total = {}});
}

Html who_objected(const Inputs& inputs, const InstructionEntry& entry) {
  if (entry.objections.empty()) return page::paragraph("Nobody has objected in the log.");
  page::DataTable table{.id = "objections",
                        .caption = "Objections",
                        .columns = {{"Who"}, {"When"}, {"Reasons"}, {"Answer due"}},
                        .rows = {},
                        .total = {}};
  for (const instruction::ObjectionEntry& one : entry.objections) {
    const bool is_past = base::utc_day(inputs.at) > one.objection.answer_due;
    table.rows.push_back({one.objection.party, moment_in_words(one.objection.header.made),
                          free_text(inputs, one.objection.reasons),
                          one.objection.answer_due.in_words() + (is_past ? " (past)" : "")});
  }
  return page::render_table(table);
}

}  // namespace candour::public_register
