#include "candour/public_register/difference.h"

#include <algorithm>

#include "candour/base/printable.h"
#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/table_html.h"
#include "candour/public_register/frame.h"
#include "candour/public_register/status.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

using instruction::InstructionEntry;

std::string processor_in_words(const instruction::Processor& one) {
  return one.name + " (" + one.legal_person + "), may see: " + spoken(one.may_see) + "; value " +
         said(one.contract.value) + "; route " + said(one.contract.route) + "; notice " +
         said(one.contract.notice) + "; ends " + said(one.contract.expires) +
         "; extensions: " + listed(one.contract.extensions);
}

/// All of one name, in the order of the log.
std::vector<const InstructionEntry*> versions_of(const instruction::Register& log, const std::string& name) {
  std::vector<const InstructionEntry*> versions;
  for (const auto& [id, entry] : log.instructions()) {
    if (entry.instruction->name == name) versions.push_back(&entry);
  }
  std::ranges::sort(versions, {}, [](const InstructionEntry* one) { return one->index; });
  return versions;
}

}  // namespace

std::vector<Member> members_of(const instruction::Instruction& of) {
  std::vector<Member> members{{"Name", {of.name}},
                              {"Title", {of.title}},
                              {"Purpose", {spoken(of.purpose)}},
                              {"Why", {of.why}},
                              {"Why now", {of.why_now}},
                              {"What is hoped from it", {of.benefits}},
                              {"Where to complain", {of.complain}},
                              {"Legal basis", {of.legal_basis}},
                              {"Form of the data", {spoken(instruction::name_of(of.mode))}},
                              {"Domain of pseudonyms", {said(of.domain)}},
                              {"Opt-out", {spoken(of.opt_out)}},
                              {"Ground where the opt-out does not apply", {said(of.opt_out_ground)}},
                              {"What that rests on", {said(of.opt_out_source)}},
                              {"Providers", of.providers},
                              {"Recipient", {of.recipient.name + " (" + of.recipient.legal_person + ")"}}};
  Member collections{"Collections", {}}, processors{"Processors", {}}, interests{"Interests declared", {}};
  for (const auto& one : of.collections) {
    collections.texts.push_back(one.name + ", SHA-256 " + base::to_hex(one.sha256));
    members.push_back({"Fields of “" + one.name + "” that may leave", one.fields});
  }
  for (const auto& one : of.processors) processors.texts.push_back(processor_in_words(one));
  for (const auto& one : of.declarations_of_interest)
    interests.texts.push_back(one.signer + ": " + one.interests);
  members.push_back(std::move(collections));
  members.push_back(std::move(processors));
  members.push_back(std::move(interests));
  members.push_back({"Days of notice", {std::to_string(of.notice_days)}});
  members.push_back({"Periods from", {of.data_from.in_words()}});
  members.push_back({"Begins", {moment_in_words(of.not_before)}});
  members.push_back({"Ends", {moment_in_words(of.expires)}});
  members.push_back({"Days kept after its end", {std::to_string(of.retention_days)}});
  members.push_back({"Measures", of.measures});
  members.push_back({"Questions of one’s own", {of.queries}});
  return members;
}

const InstructionEntry* version_before(const instruction::Register& log, const InstructionEntry& entry) {
  const InstructionEntry* before = nullptr;
  for (const InstructionEntry* one : versions_of(log, entry.instruction->name)) {
    if (one->index < entry.index) before = one;
  }
  return before;
}

std::string difference_page_of(const statement::Id& instruction) {
  return "difference-" + base::to_hex(instruction) + ".html";
}

std::string render_difference(const Inputs& inputs, const InstructionEntry& before,
                              const InstructionEntry& after) {
  page::Page page = frame_of(inputs);
  page.title = "What changed: " + base::printable(after.instruction->title);
  page.caption = "Two instructions of one name";
  page.lead = "Entry " + std::to_string(after.index) + " of the log against entry " +
              std::to_string(before.index) + ", every member that the bodies signed.";
  page.content = changes_table("changes", "Members that differ",
                               changes(members_of(*before.instruction), members_of(*after.instruction)));
  page.content += page::bullets({page::link(page_of(before.instruction->id()), "The one before"),
                                 page::link(page_of(after.instruction->id()), "The one after")});
  return page::render_page(page);
}

page::Html other_versions(const Inputs& inputs, const InstructionEntry& entry) {
  const auto versions = versions_of(*inputs.log, entry.instruction->name);
  if (versions.size() == 1) return page::paragraph("There is no other instruction of this name.");
  page::DataTable table{.id = "other-versions",
                        .caption = "Instructions of this name",
                        .columns = {{"Entry of the log"}, {"Status"}, {"Ends"}, {"What changed"}},
                        .rows = {},
                        .total = {}};
  for (const InstructionEntry* one : versions) {
    const statement::Id& id = one->instruction->id();
    table.rows.push_back(
        {page::TableCell(std::to_string(one->index) + (one == &entry ? " (this one)" : ""), page_of(id)),
         status_tags(status_of(inputs, *one)), moment_in_words(one->instruction->expires),
         one == versions.front() ? page::TableCell("The first")
                                 : page::TableCell("Against the one before", difference_page_of(id))});
  }
  return page::render_table(table);
}

}  // namespace candour::public_register
