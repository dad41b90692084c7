#include "candour/public_register/data_uses.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "candour/base/json.h"
#include "candour/base/stream.h"
#include "candour/page/components.h"
#include "candour/page/layout.h"
#include "candour/page/table_html.h"
#include "candour/public_register/frame.h"
#include "candour/public_register/refusals.h"
#include "candour/public_register/status.h"
#include "candour/public_register/words.h"
#include "candour/table/csv_writer.h"

namespace candour::public_register {
namespace {

using Entry = instruction::InstructionEntry;

std::string joined(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& one : texts) text += (text.empty() ? "" : "; ") + one;
  return text;
}

std::string signers_of(const Inputs& inputs, const Entry& entry) {
  return joined(instruction::votes(*entry.charter, *inputs.log->charter(), entry.signers));
}

std::string processors_of(const Entry& entry) {
  std::vector<std::string> names;
  for (const auto& one : entry.instruction->processors)
    names.push_back(one.name + " (" + one.legal_person + ")");
  return joined(names);
}

std::string data_sets_of(const Inputs& inputs, const Entry& entry) {
  std::vector<std::string> titles;
  for (const auto& one : entry.instruction->collections) {
    const collection::Collection* known = inputs.collection(one.sha256);
    titles.push_back(known == nullptr ? one.name : known->title);
  }
  return joined(titles);
}

std::string fields_of(const Entry& entry) {
  std::vector<std::string> lists;
  for (const auto& one : entry.instruction->collections)
    lists.push_back(one.name + ": " + listed(one.fields));
  return joined(lists);
}

std::string files_of(const Entry& entry) {
  std::vector<std::string> files;
  for (const auto& one : entry.releases) {
    files.push_back(one.release.title + ", " + one.release.period + ", " +
                    base::utc_text(one.release.header.made));
  }
  return joined(files);
}

std::string opt_out_reason(const instruction::Instruction& order) {
  if (order.opt_out == "applies") return order.opt_out_source;
  return order.opt_out_ground + (order.opt_out_source.empty() ? "" : ": " + order.opt_out_source);
}

constexpr DataUseColumn kColumns[] = {
    {"DSA reference", "reference", "The instruction's id, 32 hexadecimal digits.",
     [](const Inputs&, const Entry& of) { return base::to_hex(of.instruction->id()); }},
    {"Title", "title", "The instruction's title.",
     [](const Inputs&, const Entry& of) { return of.instruction->title; }},
    {"Data controllers", "data_controllers",
     "The legal persons whose signatures hold: they decided about purpose and means.",
     [](const Inputs& inputs, const Entry& of) { return signers_of(inputs, of); }},
    {"Data controller type", "data_controller_type", "Always Joint: no body can sign alone.",
     [](const Inputs&, const Entry&) { return std::string("Joint"); }},
    {"Recipient", "recipient", "Whom the data are for, and its legal person.",
     [](const Inputs&, const Entry& of) {
       return of.instruction->recipient.name + " (" + of.instruction->recipient.legal_person + ")";
     }},
    {"Data processors", "data_processors", "Who works on the data, each with its legal person.",
     [](const Inputs&, const Entry& of) { return processors_of(of); }},
    {"DSA runs from", "from", "When it begins, UTC.",
     [](const Inputs&, const Entry& of) { return base::utc_text(of.instruction->not_before); }},
    {"DSA runs to", "to", "When it ends, UTC.",
     [](const Inputs&, const Entry& of) { return base::utc_text(of.instruction->expires); }},
    {"Datasets", "datasets", "The collections' titles; the name where the folder is not at hand.",
     data_sets_of},
    {"Fields", "fields", "The only fields that may leave a provider.",
     [](const Inputs&, const Entry& of) { return fields_of(of); }},
    {"Type of data", "type_of_data",
     "Pseudonymised rows, or counts, which are personal data where they are small.",
     [](const Inputs&, const Entry& of) {
       const instruction::Mode mode = of.instruction->mode;
       if (mode == instruction::Mode::kErasure) return std::string("None: an erasure of what is held");
       return std::string(mode == instruction::Mode::kRecords ? "Pseudonymised" : "Counts, small ones exact");
     }},
    {"Sensitive or non-sensitive", "sensitive", "Always Sensitive: these are data about health.",
     [](const Inputs&, const Entry&) { return std::string("Sensitive"); }},
    {"Legal basis", "legal_basis", "The instruction's legal basis.",
     [](const Inputs&, const Entry& of) { return of.instruction->legal_basis; }},
    {"Opt outs honoured", "opt_outs_honoured", "Yes where the national data opt-out applies, else No.",
     [](const Inputs&, const Entry& of) {
       return std::string(of.instruction->opt_out == "applies" ? "Yes" : "No");
     }},
    {"Opt outs reason", "opt_outs_reason", "The ground where it does not apply, and what that rests on.",
     [](const Inputs&, const Entry& of) { return opt_out_reason(*of.instruction); }},
    {"Purpose", "purpose", "The instruction's word for its purpose.",
     [](const Inputs&, const Entry& of) { return of.instruction->purpose; }},
    {"Commercial purpose", "commercial_purpose", "Not recorded: an instruction has no such member.",
     [](const Inputs&, const Entry&) { return std::string("Not recorded"); }},
    {"Sublicensing allowed", "sublicensing", "Not provided for: an instruction cannot allow it.",
     [](const Inputs&, const Entry&) { return std::string("Not provided for"); }},
    {"Access method", "access_method", "Always Ongoing: data flow until the end; nobody may query them.",
     [](const Inputs&, const Entry&) { return std::string("Ongoing"); }},
    {"Objectives", "objectives", "Why, in the words of those who signed.",
     [](const Inputs&, const Entry& of) { return of.instruction->why; }},
    {"Processing", "processing", "The only measures that may be computed.",
     [](const Inputs&, const Entry& of) { return joined(of.instruction->measures); }},
    {"Expected benefits", "expected_benefits", "What is hoped from it, in the words of those who signed.",
     [](const Inputs&, const Entry& of) { return of.instruction->benefits; }},
    {"Files released", "files_released", "Each release: title, period, when it was signed.",
     [](const Inputs&, const Entry& of) { return files_of(of); }},
    {"Status", "status", "The word on the instruction's page, at the register's time.",
     [](const Inputs& inputs, const Entry& of) { return status_of(inputs, of).word; }},
    {"Emergency", "emergency", "Yes where the public had no notice.",
     [](const Inputs&, const Entry& of) {
       return std::string(of.instruction->is_emergency() ? "Yes" : "No");
     }},
    {"Why now", "why_now", "In the words of those who signed.",
     [](const Inputs&, const Entry& of) { return of.instruction->why_now; }},
    {"Known since", "known_since",
     "The witnesses' time of the first head that covers it, UTC; empty before one does.",
     [](const Inputs&, const Entry& of) {
       return of.known_since ? base::utc_text(*of.known_since) : std::string();
     }},
    {"Notice days", "notice_days", "How long the public must know of it before the first flow.",
     [](const Inputs&, const Entry& of) { return std::to_string(of.instruction->notice_days); }},
    {"Revoked", "revoked", "When a body revoked it, UTC; empty where none did.",
     [](const Inputs&, const Entry& of) {
       return of.revocation ? base::utc_text(of.revocation->header.made) : std::string();
     }},
    {"Erased by", "erased_by", "When rows and keys must be gone, UTC.",
     [](const Inputs&, const Entry& of) { return base::utc_text(of.instruction->erased_by()); }},
    {"Submissions", "submissions", "How often providers sent data under it.",
     [](const Inputs&, const Entry& of) { return std::to_string(of.uses.submissions); }},
    {"Objections", "objections", "How many objections are in the log.",
     [](const Inputs&, const Entry& of) { return std::to_string(of.objections.size()); }},
    {"Refusals", "refusals", "How often something was refused under it.",
     [](const Inputs&, const Entry& of) { return std::to_string(of.uses.refusals); }},
    {"Log index", "log_index", "Its entry in the log, from 0.",
     [](const Inputs&, const Entry& of) { return std::to_string(of.index); }}};

std::vector<const Entry*> in_log_order(const instruction::Register& log) {
  std::vector<const Entry*> entries;
  for (const auto& [id, entry] : log.instructions()) entries.push_back(&entry);
  std::ranges::sort(entries, {}, [](const Entry* one) { return one->index; });
  return entries;
}

}  // namespace

std::span<const DataUseColumn> data_use_columns() { return kColumns; }

std::string write_data_uses_csv(const Inputs& inputs) {
  base::TextSink sink;
  table::CsvWriter writer(sink);
  for (const DataUseColumn& column : kColumns) writer.field(column.title);
  writer.end_record();
  for (const Entry* entry : in_log_order(*inputs.log)) {
    for (const DataUseColumn& column : kColumns) writer.field(harmless_in_csv(column.text(inputs, *entry)));
    writer.end_record();
  }
  return sink.take();
}

std::string write_data_uses_json(const Inputs& inputs) {
  base::Json::Array lines;
  for (const Entry* entry : in_log_order(*inputs.log)) {
    base::Json::Object line;
    for (const DataUseColumn& column : kColumns) line.emplace_back(column.key, column.text(inputs, *entry));
    lines.emplace_back(std::move(line));
  }
  return base::write_json(base::Json::Object{{"federation", base::to_hex(inputs.log->federation())},
                                             {"log", inputs.log->charter()->log()},
                                             {"entries", inputs.log->size()},
                                             {"as_of", base::utc_text(inputs.at)},
                                             {"refusals", refusals_in_all(*inputs.log)},
                                             {"instructions", std::move(lines)}});
}

std::string render_data_page(const Inputs& inputs, std::uint64_t csv_bytes, std::uint64_t json_bytes) {
  page::Page page = frame_of(inputs);
  page.title = "The register for machines";
  page.lead = "A line an instruction, in the shape of NHS England’s data uses register.";
  page.content =
      page::downloads({{"register.csv", "The register", "CSV, " + counted(csv_bytes, "byte", "bytes")},
                       {"register.json", "The register", "JSON, " + counted(json_bytes, "byte", "bytes")},
                       {"feed.xml", "Everything that binds, newest first", "Atom"}});
  page::DataTable table{
      .id = "columns",
      .caption = "What each column means",
      .columns = {{"Column of the CSV"}, {"Member of the JSON", page::Align::kWhole}, {"Meaning"}},
      .rows = {},
      .total = {}};
  for (const DataUseColumn& column : kColumns) {
    table.rows.push_back({std::string(column.title), std::string(column.key), std::string(column.meaning)});
  }
  page.content += page::render_table(table);
  return page::render_page(page);
}

}  // namespace candour::public_register
