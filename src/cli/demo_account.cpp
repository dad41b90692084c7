#include "candour/cli/demo_account.h"

#include <sys/resource.h>

#include <cstdio>

#include "candour/base/catalogue.h"
#include "candour/page/text.h"

namespace candour::cli {
namespace {

std::string grouped(std::uint64_t number) { return page::grouped(static_cast<std::int64_t>(number)); }

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  }
  return text;
}

std::string what_leaves(const instruction::Instruction& order) {
  if (order.mode != instruction::Mode::kRecords) return "no record leaves";
  return "of a record leave a pseudonym, " + listed(order.collections.front().fields);
}

std::string entry_of(std::uint64_t index) { return "entry " + std::to_string(index) + " of the log"; }

/// Who made the keys of pseudonyms.
std::string render_ceremony(const instruction::Register& log, const instruction::Domain& domain) {
  std::vector<std::string> names;
  for (const auto& [index, share] : domain.share_keys) {
    const instruction::Guardian* guardian = log.charter()->guardian(index);
    if (guardian != nullptr) names.push_back(guardian->name);
  }
  const auto entry = log.ceremony(domain.ceremony);
  return "  key ceremony" + (entry ? ", " + entry_of(*entry) : "") + "\n    " + listed(names) +
         " made a key that none of them has;\n    a threshold of " + std::to_string(domain.threshold) +
         " of " + std::to_string(names.size()) + " must act together to use it\n    domain     " +
         domain.name + ": " + domain.purpose + "\n    transcript SHA-256 " + base::to_hex(domain.ceremony) +
         "\n";
}

const instruction::CharterEntry& in_force(const instruction::Register& log) {
  const instruction::CharterEntry* found = &log.charters().front();
  for (const instruction::CharterEntry& one : log.charters()) {
    if (one.in_force_from) found = &one;
  }
  return *found;
}

}  // namespace

std::string render_who_decides(const instruction::Register& log) {
  std::string out = "\nWho decides\n\n";
  const instruction::Charter& charter = *log.charter();
  for (const instruction::Domain& domain : charter.domains) out += render_ceremony(log, domain);
  out += "  charter, version " + std::to_string(charter.version) + ", " + entry_of(in_force(log).index) +
         "\n    federation " + base::to_hex(log.federation()) + "\n    " +
         std::to_string(charter.controllers.size()) + " controllers, each of a body of its own; " +
         std::to_string(charter.threshold) + " bodies must sign an instruction\n";
  for (const instruction::Controller& one : charter.controllers) {
    out += "      " + one.name + ": " + one.legal_person + "\n";
  }
  std::vector<std::string> guardians, witnesses;
  for (const instruction::Guardian& one : charter.guardians) guardians.push_back(one.name);
  for (const instruction::Witness& one : charter.witnesses) witnesses.push_back(one.name);
  out += "    " + std::to_string(guardians.size()) + " guardians: " + listed(guardians) + "\n    " +
         std::to_string(witnesses.size()) + " outside witnesses: " + listed(witnesses) +
         "\n    quorum: " + std::to_string(charter.quorum) + " of these " +
         std::to_string(guardians.size() + witnesses.size()) +
         " must cosign the log\n    hub: " + charter.hub.name + ", run by " + charter.hub.legal_person +
         ", which has no vote\n";
  std::vector<std::string> codes;
  for (const instruction::Provider& one : charter.providers) codes.push_back(one.code);
  constexpr std::size_t kCodesShown = 16;
  if (codes.size() > kCodesShown) codes.resize(kCodesShown);
  return out + "    " + grouped(charter.providers.size()) + " providers: " + listed(codes) +
         (codes.size() < charter.providers.size() ? ", …\n" : "\n");
}

std::string render_hospitals(const DemoAccount& account) {
  std::string out = "\nIn the hospitals\n\n  " + grouped(account.providers) + " providers, " +
                    grouped(account.nil_returns) + " of them with a nil return\n  " +
                    grouped(account.rows_in) + " rows in, " + grouped(account.rows_accepted) + " kept, " +
                    grouped(account.rows_refused) + " refused\n";
  for (const auto& [rule, rows] : account.refused_by_rule) out += "    " + grouped(rows) + "  " + rule + '\n';
  out += account.mismatches.empty()
             ? "  what was refused is what was planted: the same lines, the same rules\n"
             : "  " + grouped(account.mismatches.size()) + " refusals are not those that were planted:\n";
  for (std::size_t i = 0; i < std::min<std::size_t>(account.mismatches.size(), 10); ++i) {
    const LedgerMismatch& one = account.mismatches[i];
    out += "    " + one.provider + " line " + std::to_string(one.line) + " " + one.rule +
           (one.planted ? " was planted and not refused\n" : " was refused and not planted\n");
  }
  return out;
}

std::string render_refusals(const std::vector<DemoRefusal>& refusals) {
  std::string out = "\nA flow that nobody ordered\n\n  there is no instruction in the log yet:\n";
  for (const DemoRefusal& one : refusals) {
    out += "    " + one.party + (one.code.empty() ? " did not refuse to " : " refused to ") + one.act;
    const base::CataloguePage* page = base::find_page(one.code);
    if (page != nullptr) out.append(": ").append(one.code).append(", ").append(page->title);
    out += "\n";
  }
  return out + "  guardians and hub enter theirs in the log; a machine without an order asks nobody\n";
}

std::string render_instructions(const instruction::Register& log) {
  std::vector<const instruction::InstructionEntry*> entries;
  for (const auto& [id, entry] : log.instructions()) entries.push_back(&entry);
  std::ranges::sort(entries, {}, [](const auto* one) { return one->index; });
  std::string out = "\nThe instructions, signed\n\n";
  for (const instruction::InstructionEntry* one : entries) {
    const instruction::Instruction& order = *one->instruction;
    const std::int64_t days = (order.expires - order.not_before) / 86'400;
    out += "  “" + order.title + "”, " + entry_of(one->index) + "\n    signed by " +
           listed(instruction::votes(*one->charter, *log.charter(), one->signers)) + "\n    notice " +
           std::to_string(order.notice_days) + " days: " + (order.is_emergency() ? "an emergency, " : "") +
           "over in " + std::to_string(days) + " days\n    mode " +
           std::string(instruction::name_of(order.mode)) + ", for " + order.recipient.name + "\n    " +
           what_leaves(order) + "\n    why: " + order.why + "\n    the national opt-out " +
           (order.opt_out == "applies" ? "applies" : "does not apply: " + order.opt_out_source) +
           "\n    what it brought is erased by " + base::utc_text(order.erased_by()).substr(0, 10) +
           "\n    " + base::to_hex(order.id()) + "\n";
  }
  return out;
}

std::string render_counts(const DemoAccount& account) {
  return "\nCounts: counted where the records lie\n\n  " + grouped(account.providers) +
         " providers counted, the hub added up and released; " + grouped(account.comparison.cells) +
         " figures compared\n  with those that were published, " +
         (account.comparison.holds() ? "and none differs\n" : "and they DIFFER\n");
}

std::string render_records(const DemoAccount& account) {
  return "\nRecords: rows without names, under pseudonyms\n\n  the providers' machines sent, by way of the "
         "guardians; the hub counted its rows and released\n  the tables are " +
         std::string(account.tables_differ.empty() ? "the same, byte for byte\n" : "NOT the same\n");
}

std::string render_patient(const DemoAccount& account) {
  return std::string("\nOne row (a synthetic patient): what the hospital holds, and what ") +
         (account.parties.empty() ? "is left of it" : "the hub holds") + "\n\n" +
         account.row_before_and_after;
}

std::string render_costs(const DemoAccount& account) {
  std::string out = "\nTime\n\n";
  char line[96];
  for (const StageTime& stage : account.times) {
    std::snprintf(line, sizeof line, "  %-20s %8.1f s\n", stage.name.c_str(), stage.seconds);
    out += line;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  out += "  peak memory          " + grouped(static_cast<std::uint64_t>(usage.ru_maxrss) / 1024) +
         " MiB, of this process\n";
  if (account.parties.empty()) return out;
  out += "\nProcesses of records mode\n\n";
  for (const PartyAccount& party : account.parties) {
    std::snprintf(line, sizeof line, "  %-20s %8.1f s CPU %8llu MiB at most\n", party.name.c_str(),
                  party.end.cpu_seconds, static_cast<unsigned long long>(party.end.peak_bytes >> 20));
    out += line;
  }
  return out;
}

std::string render_comparison(const DemoAccount& account) {
  std::string out = "\n";
  if (!account.tables_differ.empty()) {
    out += "tables that differ between records mode and counts mode:";
    for (const std::string& table : account.tables_differ) out += " " + table;
    out += "\n";
  } else if (!account.tables_compared.empty()) {
    out += "tables identical: records mode, counts mode\n";
  }
  return out + account.not_compared + release::summary_line(account.comparison) + '\n';
}

}  // namespace candour::cli
