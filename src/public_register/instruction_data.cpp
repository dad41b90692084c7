#include "candour/base/printable.h"
#include "candour/page/components.h"
#include "candour/page/table_html.h"
#include "candour/public_register/fields.h"
#include "candour/public_register/instruction_sections.h"
#include "candour/public_register/who_sees.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

using page::Html;
using page::Level;

Html collection_in_words(const Inputs& inputs, const instruction::InstructedCollection& of,
                         instruction::Mode mode, std::size_t number) {
  const collection::Collection* collection = inputs.collection(of.sha256);
  const std::string title = collection == nullptr ? base::printable(of.name) : collection->title;
  Html html = page::heading(Level::kThree, "collection-" + std::to_string(number), title);
  if (collection == nullptr) {
    html += page::paragraph(
        "The folder with this digest is not at hand, so its words are not shown here; the names below are "
        "the instruction's own.");
  }
  page::DataTable table{.id = "fields-" + std::to_string(number),
                        .caption = (mode == instruction::Mode::kCounts ? "What is counted by: "
                                                                       : "What may leave a provider: ") +
                                   title,
                        .columns = {{"Field"}, {"What is left of it"}, {"Its name in the data"}},
                        .rows = {},
                        .total = {}};
  if (mode == instruction::Mode::kRecords) {
    const auto pseudonymised = pseudonymised_field(inputs, of);
    if (pseudonymised)
      table.rows.push_back(
          {*pseudonymised, "Only a pseudonym that no one party can make or undo", "pseudonym"});
    table.rows.push_back({"The provider that sends, and the period", "As they are", "submitter, period"});
  }
  for (const FieldInWords& field : fields_that_leave(inputs, of)) {
    table.rows.push_back({field.title, field.leaves, field.name});
  }
  html += page::render_table(table);
  if (collection != nullptr) {
    html += page::paragraph("What stays: " + listed(fields_that_stay(inputs, of, mode)) + ".");
  }
  const instruction::CollectionEntry* entry = inputs.log->find(of.name, of.sha256);
  html += page::paragraph("The collection “" + of.name + "”, SHA-256 " + base::to_hex(of.sha256) +
                          (entry == nullptr ? ", is not in the log."
                                            : ", is entry " + std::to_string(entry->index) + " of the log."));
  return html;
}

/// Whether a person can keep their records out, and what they can still do.
std::string may_one_say_no(const instruction::Instruction& order) {
  if (order.mode == instruction::Mode::kErasure)
    return "Nothing is taken under this one, so there is nothing to say no to.";
  if (order.mode == instruction::Mode::kCounts) {
    return "No: your records stay where they are, but you are counted there, and no list of opt-outs is read "
           "for counts. You can still object at your own provider, and complain.";
  }
  if (order.opt_out == "applies") {
    return "Yes: whoever has a national data opt-out is left out. One who has not can still set it, for what "
           "is sent from then on.";
  }
  return "No, not for this one: your national data opt-out does not keep your records out of it. You can "
         "still ask your own provider what it sent, object to it there, and complain.";
}

}  // namespace

Html who_can_see(const Inputs& inputs, const InstructionEntry& entry) {
  page::DataTable table{.id = "seeing",
                        .caption = "Who can see what, and what keeps the rest from them",
                        .columns = {{"Who"}, {"Can see"}, {"Cannot see"}, {"What holds that"}},
                        .rows = {},
                        .total = {}};
  for (const Seeing& one : who_sees(inputs, entry)) {
    table.rows.push_back({one.party, one.sees, one.cannot_see, one.held_by});
  }
  return page::render_table(table);
}

const char* in_which_form(instruction::Mode mode) {
  if (mode == instruction::Mode::kErasure)
    return "Nothing is taken: it says only whose rows are to be erased";
  return mode == instruction::Mode::kRecords
             ? "Pseudonymised rows, one for each record"
             : "Counts alone; the smallest are exact and can point at a person";
}

Html what_is_taken(const Inputs& inputs, const InstructionEntry& entry) {
  const instruction::Instruction& order = *entry.instruction;
  Html html =
      page::summary_list({{"From whom", Html::from_text(providers_in_words(order))},
                          {"In which form", Html::from_text(in_which_form(order.mode))},
                          {"From which period on", Html::from_text(order.data_from.in_words())},
                          {"What is computed", Html::from_text(listed(order.measures))},
                          {"Questions of one’s own",
                           Html::from_text(order.queries == "none" ? "Nobody may ask any" : order.queries)}});
  std::size_t number = 0;
  for (const instruction::InstructedCollection& one : order.collections) {
    html += collection_in_words(inputs, one, order.mode, ++number);
  }
  return html;
}

Html opting_out(const InstructionEntry& entry) {
  const instruction::Instruction& order = *entry.instruction;
  Html html = page::paragraph(may_one_say_no(order));
  std::vector<page::SummaryRow> rows{{"National data opt-out", Html::from_text(opt_out_in_words(order))}};
  if (order.opt_out != "applies") {
    rows.push_back({"On which ground", Html::from_text(opt_out_ground_in_words(order.opt_out_ground))});
  }
  rows.push_back({"What that rests on", Html::from_text(said(order.opt_out_source))});
  rows.push_back({"Where to complain", Html::from_text(order.complain)});
  html += page::summary_list(rows);
  html += page::paragraph(
      "Each provider applies the opt-out itself, before anything leaves. That one did so can be seen only "
      "there: a person can ask their own provider what was sent.");
  return html;
}

}  // namespace candour::public_register
