#include <algorithm>

#include "candour/base/sha256.h"
#include "candour/page/assets.h"
#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/table_html.h"
#include "candour/page/text.h"
#include "candour/public_register/federation_pages.h"
#include "candour/public_register/frame.h"
#include "candour/public_register/refusals.h"
#include "candour/public_register/status.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

using instruction::InstructionEntry;
using page::Align;

std::vector<const InstructionEntry*> newest_first(const instruction::Register& log) {
  std::vector<const InstructionEntry*> entries;
  for (const auto& [id, entry] : log.instructions()) entries.push_back(&entry);
  std::ranges::sort(entries, std::ranges::greater{}, [](const InstructionEntry* one) { return one->index; });
  return entries;
}

page::Html instructions_table(const Inputs& inputs, const std::vector<const InstructionEntry*>& entries) {
  if (entries.empty()) return page::paragraph("There is no instruction, so nothing may flow.");
  page::DataTable table{.id = "instructions",
                        .caption = "Every instruction, the newest first",
                        .columns = {{"Title"},
                                    {"Status"},
                                    {"Purpose and mode"},
                                    {"Ends"},
                                    {"Sent", Align::kNumber},
                                    {"Computed", Align::kNumber},
                                    {"Released", Align::kNumber},
                                    {"Refused", Align::kNumber}},
                        .rows = {},
                        .total = {}};
  const auto number = [](std::uint64_t value) { return page::grouped(static_cast<std::int64_t>(value)); };
  for (const InstructionEntry* one : entries) {
    const instruction::Instruction& order = *one->instruction;
    table.rows.push_back({page::TableCell(order.title, page_of(order.id())),
                          status_tags(status_of(inputs, *one)),
                          spoken(order.purpose) + ", " + std::string(instruction::name_of(order.mode)),
                          base::utc_day(order.expires).in_words(), number(one->uses.submissions),
                          number(one->uses.runs + one->uses.opened_runs), number(one->uses.releases),
                          number(one->uses.refusals)});
  }
  return page::render_table(table);
}

page::Html headline_of(const Inputs& inputs, const std::vector<const InstructionEntry*>& entries) {
  std::size_t in_force = 0, in_notice = 0;
  for (const InstructionEntry* one : entries) {
    const Status status = status_of(inputs, *one).status;
    if (status == Status::kInForce) ++in_force;
    if (status == Status::kInNotice || status == Status::kNotBegun) ++in_notice;
  }
  const auto number = [](std::uint64_t value) { return page::grouped(static_cast<std::int64_t>(value)); };
  return page::headline(
      {{number(in_force), in_force == 1 ? "instruction is in force" : "instructions are in force"},
       {number(in_notice), "announced, and nothing may flow under them yet"},
       {number(refusals_in_all(*inputs.log)), "times something was refused"},
       {number(overdue_sealed(inputs)), "sealed entries are overdue"}});
}

}  // namespace

std::string render_index(const Inputs& inputs) {
  const auto entries = newest_first(*inputs.log);
  page::Page page = frame_of(inputs);
  page.breadcrumbs.clear();
  page.title = "What may be done with patients’ records, and who ordered it";
  page.lead =
      "Data may leave a hospital or a practice only under one of these instructions. Each page is "
      "written from the log that the computers themselves ask, and from nothing else.";
  page.facts = page::summary_list(
      {{"Federation", page::Html::from_text(inputs.log->charter()->title)},
       {"As of", page::Html::from_text(moment_in_words(inputs.at))},
       {"The log’s own time",
        page::Html::from_text(inputs.log->log_time() == 0 ? "None: it has no co-signed head yet"
                                                          : moment_in_words(inputs.log->log_time()))}});
  page.content = headline_of(inputs, entries);
  page.content += page::heading(page::Level::kTwo, "all", "Instructions");
  page.content += instructions_table(inputs, entries);
  page.content += page::heading(page::Level::kTwo, "more", "More");
  page.content += page::bullets(
      {page::link("decides.html", "Who decides"),
       page::link("figures.html", "How much was sent, and how many people were left out"),
       page::link("problems.html", "Refusals, problems, incidents, sealed entries and redactions"),
       page::link("claims.html", "What we claim, and what is not enforced"),
       page::link("verify.html", "Verify an instruction, a statistic or your own receipt, in your browser"),
       page::link("data.html", "The register as CSV and JSON"),
       page::link("feed.xml", "Everything that binds, as a feed")});
  page.content += page::paragraph(
      "verify.html is one file, needs no network, and tells nobody what it is given: save it, and compare "
      "its "
      "SHA-256 with one that was published elsewhere. Here it is " +
      base::to_hex(base::sha256(base::as_bytes(page::verifier_page()))) + ".");
  page.content += page::warning(
      "Not established by this page",
      page::paragraph(
          "This page was written by one computer. What it says can be computed again from the log; "
          "the page of each instruction says how. A copy that somebody hands you may be an old one: "
          "compare its time."));
  return page::render_page(page);
}

}  // namespace candour::public_register
