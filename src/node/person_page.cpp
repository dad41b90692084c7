// An answer to a person, in plain words: one list of facts, shown as text and as a page.
#include "candour/node/person_answer.h"
#include "candour/node/words.h"
#include "candour/page/components.h"
#include "candour/page/layout.h"

namespace candour::node {
namespace {

struct FactOfAnswer {
  std::string key, value;
  std::string file{};  ///< beside the page, to which the value leads
};

std::string why_of(const SentForPerson& one) {
  if (one.instruction == nullptr) return "The provider's copy of the log does not have the instruction.";
  return one.instruction->instruction->title + ": " + one.instruction->instruction->why;
}

std::string opt_out_of(const SentForPerson& one) {
  if (one.sent.opt_out == "applies") {
    return "The opt-out applied: records of people who had opted out were left out, and yours was not.";
  }
  std::string words = "The opt-out was not applied";
  if (one.instruction == nullptr) return words + ".";
  return words + ": " + one.instruction->instruction->opt_out_source;
}

std::vector<FactOfAnswer> facts_of(const SentForPerson& one, std::size_t& receipts) {
  std::vector<FactOfAnswer> facts;
  for (const RowOfPerson& row : one.rows) {
    facts.push_back({"What was sent", (row.in_words.empty() ? "No value of any field" : row.in_words) +
                                          ", under a pseudonym that is not shown here"});
  }
  facts.push_back({"Received", utc_in_words(one.received) + " UTC, revision " +
                                   std::to_string(one.sent.revision) +
                                   (one.replaced ? "; a later revision has replaced it" : "")});
  facts.push_back({"Why", why_of(one)});
  if (one.instruction != nullptr) {
    facts.push_back({"Legal basis", one.instruction->instruction->legal_basis});
    facts.push_back({"For", one.instruction->instruction->recipient.name});
    facts.push_back({"Where to complain", one.instruction->instruction->complain});
    facts.push_back({"Erased by", utc_in_words(one.instruction->instruction->erased_by()) + " UTC"});
  }
  facts.push_back({"Instruction", base::to_hex(one.sent.instruction)});
  facts.push_back({"National opt-out", opt_out_of(one)});
  facts.push_back({"Agreement", one.sent.acceptance == statement::Agreement::kAccepted
                                    ? "Your provider sent it as one that accepts the instruction. Whether "
                                      "somebody there put their name to that, the public register says."
                                    : "Your provider was compelled: " + one.sent.legal_notice});
  for (const Use& use : one.uses) {
    facts.push_back({use.by_person ? "A person opened it" : "A computer ran over it",
                     utc_in_words(use.made) + " UTC, " + use.words});
  }
  if (one.uses.empty()) facts.push_back({"Used", "The log shows no use of it yet."});
  for (std::size_t i = 0; i < one.receipts.size(); ++i) {
    const std::string name = receipt_name(++receipts);
    facts.push_back({"Your receipt", name, name});
  }
  if (one.receipts.empty())
    facts.push_back(
        {"Your receipt",
         "None yet: no checkpoint of the log and its witnesses covers it. Ask again in some minutes."});
  return facts;
}

std::string title_of(const SentForPerson& one) {
  return one.sent.collection + ", " + one.sent.table + ", " + one.sent.period;
}

std::string lead_of(const PersonAnswer& answer) {
  return std::to_string(answer.searched) + (answer.searched == 1 ? " submission" : " submissions") + " of " +
         answer.provider + (answer.searched == 1 ? " was" : " were") +
         " looked through: " + std::to_string(answer.holding.size()) + " held records of yours. As of " +
         utc_in_words(answer.made) + " UTC.";
}

/// What stands below every answer, whatever is in it.
std::vector<std::string> limits_of(const PersonAnswer& answer) {
  std::vector<std::string> limits = {
      "Nobody outside this provider was asked, and nobody learned of your question.",
      "Records of tables that are marked as sensitive are shown only to who asks in person. This holds "
      "whether or not there are any.",
      "The log does not say which submissions a run read: what is listed ran under the same instruction, on "
      "the same collection and period, while the submission was in force.",
      "The provider's copy of the log had " + std::to_string(answer.log_size) + " entries."};
  if (answer.not_searchable > 0) {
    limits.push_back(std::to_string(answer.not_searchable) +
                     " submissions were sent before the provider kept whose rows are where: whether they "
                     "held records of yours, nobody can show.");
  }
  for (const std::string& one : beyond_receipts()) limits.push_back("A receipt does not show " + one + ".");
  return limits;
}

constexpr const char* kIfWrong = "If you think that something is wrong";
constexpr const char* kWhoHelps =
    "Ask this provider for its Caldicott Guardian or its data protection officer. If that does not help, the "
    "Information Commissioner (ico.org.uk) hears complaints about how records of people are used.";

}  // namespace

std::string receipt_name(std::size_t number) {
  return "receipt-" + std::to_string(number) + ".candour-receipt.json";
}

std::string answer_text(const PersonAnswer& answer) {
  std::string text = lead_of(answer) + "\n";
  std::size_t receipts = 0;
  for (const SentForPerson& one : answer.holding) {
    text += "\n" + title_of(one) + "\n";
    for (const FactOfAnswer& fact : facts_of(one, receipts))
      text += "  " + fact.key + ": " + fact.value + "\n";
  }
  text += "\nWhat this does not say\n";
  for (const std::string& one : limits_of(answer)) text += "  - " + one + "\n";
  text += std::string("\n") + kIfWrong + "\n  " + kWhoHelps + "\n";
  return text;
}

std::string answer_page(const PersonAnswer& answer) {
  page::Page out;
  out.title = "Which submissions held records of yours";
  out.lead = lead_of(answer);
  out.phase = "An independent demonstration on synthetic patients.";
  out.content_policy = page::kStaticContentPolicy;
  std::size_t receipts = 0;
  for (std::size_t i = 0; i < answer.holding.size(); ++i) {
    const SentForPerson& one = answer.holding[i];
    out.content += page::heading(page::Level::kTwo, "submission-" + std::to_string(i + 1), title_of(one));
    std::vector<page::SummaryRow> rows;
    for (const FactOfAnswer& fact : facts_of(one, receipts)) {
      rows.push_back({fact.key, fact.file.empty() ? page::Html::from_text(fact.value)
                                                  : page::link(fact.file, fact.value)});
    }
    out.content += page::summary_list(rows);
  }
  out.content += page::heading(page::Level::kTwo, "limits", "What this does not say");
  std::vector<page::Html> limits;
  for (const std::string& one : limits_of(answer)) limits.push_back(page::Html::from_text(one));
  out.content += page::bullets(limits);
  out.content += page::heading(page::Level::kTwo, "wrong", kIfWrong);
  out.content += page::paragraph(kWhoHelps);
  out.footer_note = "Made at your provider, for you. There is no NHS number and no pseudonym on this page.";
  return page::render_page(out);
}

}  // namespace candour::node
