#include "candour/public_register/instruction_page.h"

#include "candour/base/printable.h"
#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/public_register/difference.h"
#include "candour/public_register/frame.h"
#include "candour/public_register/instruction_sections.h"
#include "candour/public_register/status.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

using page::Html;
using page::Level;

Html facts(const InstructionEntry& entry, const StatusInWords& status) {
  const instruction::Instruction& order = *entry.instruction;
  Html standing = status_tags(status);
  standing += Html::from_text(" " + status.sentence);
  const auto notice = notice_end(entry);
  return page::summary_list(
      {{"Status", standing},
       {"Purpose", Html::from_text(spoken(order.purpose))},
       {"For whom", Html::from_text(order.recipient.name + " (" + order.recipient.legal_person + ")")},
       {"Known to the public since",
        Html::from_text(entry.known_since ? moment_in_words(*entry.known_since)
                                          : "Not established: no co-signed head of the log covers it yet")},
       {"Notice",
        Html::from_text(order.is_emergency()
                            ? "None: this is an emergency instruction, which ends within 30 days"
                            : counted(static_cast<std::uint64_t>(order.notice_days), "day", "days") +
                                  (notice ? ", until " + moment_in_words(*notice) : ""))},
       {"In force", Html::from_text("From " + moment_in_words(order.not_before) + " to " +
                                    moment_in_words(order.expires))},
       {"Where it stands", Html::from_text("Entry " + std::to_string(entry.index) +
                                           " of the log; leaf hash " + base::to_hex(entry.leaf))},
       {"Its name", Html::from_text(order.name + ", " + base::to_hex(order.id()))}});
}

Html why(const instruction::Instruction& order) {
  Html html = page::paragraph(order.why);
  html += page::heading(Level::kThree, "why-now", "Why now");
  html += page::paragraph(order.why_now);
  html += page::heading(Level::kThree, "benefits", "What is hoped from it");
  html += page::paragraph(order.benefits);
  html += page::heading(Level::kThree, "legal-basis", "Legal basis");
  html += page::paragraph(order.legal_basis);
  html += page::paragraph("These are the words of those who signed. That they are true is not established.");
  return html;
}

Html how_to_check(const instruction::Instruction& order) {
  Html html = Html::unescaped("<p>");
  html +=
      page::with_inline_code("`candour evidence " + base::to_hex(order.id()) +
                             " --log LOG --out FOLDER` puts the instruction, what decided about it and "
                             "the proofs of the log in one folder; `candour evidence verify FOLDER` checks "
                             "it without a network.");
  html += Html::unescaped("</p>\n");
  html += page::warning(
      "Not established here",
      page::paragraph(
          "Who signed, when it was public and what the log says was done under it can be checked. "
          "Not whether the reasons are the real ones, whether a hospital recorded its patients "
          "right, or what a recipient or processor does outside Candour."));
  return html;
}

}  // namespace

std::string render_instruction(const Inputs& inputs, const InstructionEntry& entry) {
  const instruction::Instruction& order = *entry.instruction;
  const StatusInWords status = status_of(inputs, entry);
  page::Page page = frame_of(inputs);
  page.title = base::printable(order.title);
  page.caption = status.is_emergency ? "Emergency instruction" : "Instruction";
  page.facts = facts(entry, status);
  struct Part {
    const char* id;
    const char* title;
    Html content;
  };
  const Part parts[] = {{"why", "What for, and why", why(order)},
                        {"decided", "Who decided", who_decided(entry, *inputs.log)},
                        {"seeing-title", "Who can see what", who_can_see(inputs, entry)},
                        {"taken", "What is taken", what_is_taken(inputs, entry)},
                        {"opt-out", "Can I say no?", opting_out(entry)},
                        {"cost", "Who is paid, and how much", what_it_costs(entry)},
                        {"accepted", "Accepted or compelled", who_accepted(entry)},
                        {"objected", "Objections", who_objected(inputs, entry)},
                        {"used", "How often it was used", how_it_was_used(inputs, entry)},
                        {"ends", "How it ends", how_it_ends(inputs, entry)},
                        {"versions", "Other versions", other_versions(inputs, entry)},
                        {"reasons", "Why it is in force, or not", why_in_force(inputs, entry)},
                        {"check", "How to check this", how_to_check(order)}};
  if (status.is_emergency) {
    page.content += page::warning(
        "Emergency instruction",
        page::paragraph(
            "The public had no notice of it. It ends within 30 days; to go on, a new one must be signed."));
  }
  for (const Part& part : parts) {
    page.contents.push_back({std::string("#") + part.id, part.title});
    page.content += page::heading(Level::kTwo, part.id, part.title);
    page.content += part.content;
  }
  return page::render_page(page);
}

}  // namespace candour::public_register
