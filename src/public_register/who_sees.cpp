#include "candour/public_register/who_sees.h"

#include <algorithm>
#include <set>

#include "candour/public_register/fields.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

using instruction::Instruction;
using instruction::Mode;

constexpr const char* kIdentity = "A name, an NHS number, a date of birth, a postcode";

std::string rows_in_words(const Inputs& inputs, const Instruction& order) {
  if (order.mode == Mode::kErasure) return "No record: 256 tokens a week, so that rows under them are erased";
  std::set<std::string> titles;
  for (const instruction::InstructedCollection& one : order.collections) {
    for (const FieldInWords& field : fields_that_leave(inputs, one)) titles.insert(field.in_short);
  }
  const std::string fields = listed({titles.begin(), titles.end()});
  if (order.mode == Mode::kRecords)
    return "One row for each record, under a pseudonym, with the provider that sent it and its period: " +
           fields;
  return "Each provider's own counts, small ones too: personal data in all but name. Counted from: " + fields;
}

std::string processor_sees(const Inputs& inputs, const Instruction& order,
                           const instruction::Processor& processor) {
  if (processor.may_see == "nothing") return "Nothing of the data, its contract says";
  if (processor.may_see == "counts") return "Counts alone, its contract says";
  return rows_in_words(inputs, order);
}

Seeing guardians_line(const instruction::Charter& charter, const Instruction& order) {
  std::vector<std::string> names;
  for (const instruction::Guardian& one : charter.guardians) names.push_back(one.name);
  Seeing line{.party = "Guardians: " + listed(names)};
  if (order.mode == Mode::kCounts) {
    line.sees = "The log: they take no part in counts";
    line.cannot_see = "Any record or count";
    line.held_by = "Nothing is sent to them";
    return line;
  }
  const instruction::Domain* domain = charter.domain(order.domain);
  line.sees = order.mode == Mode::kErasure
                  ? "That a provider asked for its 256 pseudonyms of the week, as it does every week"
                  : "Which provider asked for how many pseudonyms, padded, for which collection, and when";
  line.cannot_see = "A number, a pseudonym, a record; none of them can make a pseudonym alone";
  line.held_by = "Mathematics: numbers are blinded, and " +
                 (domain == nullptr ? std::string("a threshold of them")
                                    : counted(domain->threshold, "share", "shares")) +
                 " must act together";
  return line;
}

Seeing hub_line(const Inputs& inputs, const instruction::Charter& charter, const Instruction& order) {
  Seeing line{.party = "The hub: " + charter.hub.name + ", run by " + charter.hub.legal_person};
  line.sees = rows_in_words(inputs, order);
  if (order.mode != Mode::kCounts) {
    line.cannot_see = std::string(kIdentity) + "; a new pseudonym without the guardians";
    line.held_by =
        "Mathematics for names and numbers. That it runs only what is listed: its software, and the log "
        "makes it visible";
  } else {
    line.cannot_see = std::string(kIdentity) + "; any record";
    line.held_by = "No record is sent";
  }
  return line;
}

Seeing recipient_line(const Instruction& order) {
  Seeing line{.party = "The recipient: " + order.recipient.name + " (" + order.recipient.legal_person + ")"};
  line.sees = order.mode == Mode::kErasure ? "Nothing: rows are deleted, and none are given"
                                           : "What is released of these measures: " + listed(order.measures);
  line.cannot_see = "A row, whoever’s it is. It may ask no query of its own";
  line.held_by =
      "Nothing in Candour sends it rows. What it does with what it has: nothing here, only the law";
  return line;
}

}  // namespace

std::vector<Seeing> who_sees(const Inputs& inputs, const instruction::InstructionEntry& entry) {
  const Instruction& order = *entry.instruction;
  const instruction::Charter& charter = *entry.charter;
  std::vector<Seeing> lines;
  lines.push_back({"Your hospital or practice", "Your record, as it does for your care",
                   order.mode != Mode::kCounts ? "The pseudonyms at the hub; other providers' records"
                                               : "Other providers' records",
                   "It holds no key of the hub's; the hub sends it receipts and nothing else"});
  lines.push_back(guardians_line(charter, order));
  lines.push_back(hub_line(inputs, charter, order));
  lines.push_back(recipient_line(order));
  for (const instruction::Processor& one : order.processors) {
    lines.push_back({"Processor: " + one.name + " (" + one.legal_person + ")",
                     processor_sees(inputs, order, one), kIdentity,
                     one.may_see == "pseudonymised"
                         ? "Mathematics for names and numbers; all else is its contract"
                         : "Its contract, and no more: Candour does not enforce it"});
  }
  std::vector<std::string> bodies;
  for (const instruction::Controller& one : charter.controllers) {
    if (std::ranges::find(bodies, one.legal_person) == bodies.end()) bodies.push_back(one.legal_person);
  }
  lines.push_back({"The bodies that may sign: " + listed(bodies), "The log and what is published",
                   "Any record or count, unless they are named above",
                   "Nothing is sent to them; their keys open nothing"});
  std::vector<std::string> witnesses;
  for (const instruction::Witness& one : charter.witnesses) witnesses.push_back(one.name);
  lines.push_back({"Outside witnesses: " + listed(witnesses), "The log", "Any record or count",
                   "Nothing is sent to them but heads of the log"});
  lines.push_back({"Everybody", "This page, the log, and what is released", "Any record",
                   "The log never holds a record, nor anything of one that can be guessed"});
  return lines;
}

}  // namespace candour::public_register
