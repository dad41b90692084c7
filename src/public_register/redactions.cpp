#include "candour/public_register/redactions.h"

#include <set>

#include "candour/base/date.h"
#include "candour/base/json.h"

namespace candour::public_register {

RedactionTotals redaction_totals(const Inputs& inputs) {
  RedactionTotals totals;
  std::set<base::Digest> seen;
  for (const instruction::TextEntry& one : inputs.log->texts()) {
    if (!seen.insert(one.text.commitment).second) continue;
    ++totals.texts;
    if (inputs.log->redacted(one.text.commitment, inputs.at) == nullptr) continue;
    ++totals.redacted;
    totals.bytes += one.text.bytes;
  }
  return totals;
}

std::string write_redactions_json(const Inputs& inputs) {
  const RedactionTotals totals = redaction_totals(inputs);
  base::Json::Array redactions;
  for (const instruction::RedactionEntry& one : inputs.log->redactions()) {
    const statement::Redaction& said = one.redaction;
    redactions.push_back(
        base::Json::Object{{"entry", one.of_index},
                           {"kind", one.of_kind},
                           {"bytes", std::int64_t{said.text.bytes}},
                           {"by_entry", one.index},
                           {"made", base::utc_text(said.header.made)},
                           {"reason", statement::word_of(said.reason, statement::kRedactionReasons)},
                           {"until", said.until ? said.until->iso() : "for-ever"},
                           {"over", one.is_over(inputs.at)}});
  }
  return base::write_json(base::Json::Object{{"federation", base::to_hex(inputs.log->federation())},
                                             {"log", inputs.log->charter()->log()},
                                             {"entries", inputs.log->size()},
                                             {"as_of", base::utc_text(inputs.at)},
                                             {"texts", totals.texts},
                                             {"redacted", totals.redacted},
                                             {"redacted_bytes", totals.bytes},
                                             {"redactions", std::move(redactions)}});
}

}  // namespace candour::public_register
