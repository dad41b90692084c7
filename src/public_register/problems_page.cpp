#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/table_html.h"
#include "candour/public_register/federation_pages.h"
#include "candour/public_register/frame.h"
#include "candour/public_register/redactions.h"
#include "candour/public_register/refusals.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

using page::Html;
using page::Level;

bool is_overdue(const Inputs& inputs, const instruction::SealedEntry& one) {
  return !one.opening && base::utc_day(inputs.at) > one.sealed.open_by;
}

Html sealed_table(const Inputs& inputs) {
  if (inputs.log->sealed().empty()) return page::paragraph("There is none.");
  page::DataTable table{
      .id = "sealed",
      .caption = "Sealed entries",
      .columns = {{"Entry"}, {"Of what"}, {"Sealed"}, {"To be opened by"}, {"Now"}, {"What it hid"}},
      .rows = {},
      .total = {}};
  for (const instruction::SealedEntry& one : inputs.log->sealed()) {
    table.rows.push_back({std::to_string(one.index),
                          spoken(statement::word_of(one.sealed.of, statement::kSealedKinds)),
                          moment_in_words(one.sealed.header.made), one.sealed.open_by.in_words(),
                          one.opening               ? page::tag(page::TagColour::kGreen, "Opened")
                          : is_overdue(inputs, one) ? page::tag(page::TagColour::kRed, "Overdue")
                                                    : page::tag(page::TagColour::kGrey, "Sealed"),
                          hidden_in_words(inputs, one)});
  }
  return page::render_table(table);
}

Html incidents_table(const Inputs& inputs) {
  if (inputs.log->incidents().empty()) return page::paragraph("There is none.");
  page::DataTable table{.id = "incidents",
                        .caption = "Incidents",
                        .columns = {{"Entry"}, {"What"}, {"Who says so"}, {"When"}, {"In words"}},
                        .rows = {},
                        .total = {}};
  for (const instruction::IncidentEntry& one : inputs.log->incidents()) {
    table.rows.push_back({std::to_string(one.index),
                          spoken(statement::word_of(one.incident.what, statement::kIncidentKinds)),
                          one.incident.party, moment_in_words(one.incident.header.made),
                          free_text(inputs, one.incident.text)});
  }
  return page::render_table(table);
}

Html redactions_table(const Inputs& inputs) {
  const RedactionTotals totals = redaction_totals(inputs);
  Html all = page::paragraph("Of the " + counted(totals.texts, "free text", "free texts") +
                             " beside the log, " + counted(totals.redacted, "is redacted", "are redacted") +
                             ", " + counted(totals.bytes, "byte", "bytes") + " in all.");
  if (inputs.log->redactions().empty()) return all;
  page::DataTable table{
      .id = "redactions",
      .caption = "Redactions",
      .columns = {{"Entry"}, {"Whose text"}, {"Bytes"}, {"Redacted"}, {"Why, until when"}, {"Now"}},
      .rows = {},
      .total = {}};
  for (const instruction::RedactionEntry& one : inputs.log->redactions()) {
    table.rows.push_back({std::to_string(one.of_index), spoken(one.of_kind),
                          std::to_string(one.redaction.text.bytes),
                          moment_in_words(one.redaction.header.made), redaction_in_words(one),
                          one.is_over(inputs.at) ? page::tag(page::TagColour::kGrey, "Over")
                                                 : page::tag(page::TagColour::kRed, "Redacted")});
  }
  all += page::render_table(table);
  return all;
}

Html problems_table(const instruction::Register& log) {
  if (log.problems().empty()) return page::paragraph("There is none: every entry holds.");
  page::DataTable table{.id = "problems",
                        .caption = "Entries that bind nobody",
                        .columns = {{"Entry"}, {"It says that it is"}, {"Rule that it breaks"}},
                        .rows = {},
                        .total = {}};
  for (const instruction::Problem& one : log.problems()) {
    table.rows.push_back({std::to_string(one.index),
                          one.kind.empty() ? "Nothing that is known" : spoken(one.kind),
                          one.code + ": " + one.rule});
  }
  return page::render_table(table);
}

}  // namespace

std::uint64_t overdue_sealed(const Inputs& inputs) {
  std::uint64_t overdue = 0;
  for (const instruction::SealedEntry& one : inputs.log->sealed()) overdue += is_overdue(inputs, one) ? 1 : 0;
  return overdue;
}

std::string render_problems(const Inputs& inputs) {
  page::Page page = frame_of(inputs);
  page.title = "Refusals, problems, incidents, sealed entries and redactions";
  page.contents = {{"#refused", "Refused"},
                   {"#sealed-title", "Sealed entries"},
                   {"#incidents-title", "Incidents"},
                   {"#redactions-title", "Redacted texts"},
                   {"#binding-nobody", "Entries that bind nobody"}};
  page.content = page::heading(Level::kTwo, "refused", "Refused");
  page.content += page::paragraph(
      "A refusal is a rule at work: something was asked that no instruction allowed. Each node writes its "
      "own. Refusals of strangers are counted by the hour.");
  page.content += refusals_table(*inputs.log, std::nullopt);
  page.content += page::heading(Level::kTwo, "sealed-title", "Sealed entries");
  page.content += page::paragraph(
      "A run or an incident may be kept closed for up to 180 days, if the bodies sign for it. An order, a "
      "revocation or data never.");
  page.content += sealed_table(inputs);
  page.content += page::heading(Level::kTwo, "incidents-title", "Incidents");
  page.content += incidents_table(inputs);
  page.content += page::heading(Level::kTwo, "redactions-title", "Redacted texts");
  page.content += page::paragraph(
      "Bodies can take a text away that somebody wrote: for ever only where a person can be told from it, "
      "and else for up to 365 days, which they can sign for again. That it was there, and how large, stays. "
      "Nothing else can be redacted.");
  page.content += redactions_table(inputs);
  page.content += page::downloads({{"redactions.json", "The redactions", "JSON"}});
  page.content += page::heading(Level::kTwo, "binding-nobody", "Entries that bind nobody");
  page.content += page::paragraph(
      "The log should never have taken these. No node obeys them; they are shown so that everybody can see "
      "that they are there.");
  page.content += problems_table(*inputs.log);
  return page::render_page(page);
}

}  // namespace candour::public_register
