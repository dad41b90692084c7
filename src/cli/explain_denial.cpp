// `candour explain-denial [ID]`: a refusal in the log, in plain words: which rule denied it, who set the
// rule, and what would allow it. Without an id, every refusal that the log has.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <ostream>

#include "candour/base/catalogue.h"
#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/cli/statement_files.h"
#include "candour/instruction/judge.h"
#include "candour/instruction/verdict.h"
#include "candour/statement/envelope.h"
#include "candour/statement/refusal.h"

namespace candour::cli {
namespace {

constexpr std::size_t kShown = 80;

struct Denial {
  std::uint64_t index = 0;
  statement::Refusal refusal;
};

std::vector<Denial> denials_of(const std::vector<std::string>& entries) {
  std::vector<Denial> found;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (instruction::judged_kind(entries[i]) != "refusal") continue;
    found.push_back({i, statement::parse_refusal(statement::parse_envelope(entries[i], "refusal").payload)});
  }
  return found;
}

std::string title_of(std::string_view code) {
  const base::CataloguePage* page = base::find_page(code);
  return page == nullptr ? "a rule that this program does not know" : std::string(page->title);
}

/// Where a rule stands that can deny something, by how its code begins; the first that fits counts.
enum class SetBy { kInstruction, kCharter, kProgram };
SetBy set_by(std::string_view code) {
  struct Row {
    std::string_view code;
    SetBy by;
  };
  // Pinned keys, quotas and guardians are the charter's; periods, fields, providers and ends the
  // instruction's.
  static constexpr std::array kRows = {
      Row{"CND-2463", SetBy::kCharter},    Row{"CND-2452", SetBy::kCharter},
      Row{"CND-2113", SetBy::kCharter},    Row{"CND-2123", SetBy::kCharter},
      Row{"CND-2124", SetBy::kCharter},    Row{"CND-2036", SetBy::kProgram},
      Row{"CND-2027", SetBy::kCharter},    Row{"CND-2032", SetBy::kCharter},
      Row{"CND-2030", SetBy::kProgram},    Row{"CND-2034", SetBy::kProgram},
      Row{"CND-2035", SetBy::kProgram},    Row{"CND-2039", SetBy::kProgram},
      Row{"CND-202", SetBy::kInstruction}, Row{"CND-203", SetBy::kInstruction},
      Row{"CND-2043", SetBy::kInstruction}};
  const auto row = std::ranges::find_if(kRows, [&](const Row& one) { return code.starts_with(one.code); });
  return row == kRows.end() ? SetBy::kProgram : row->by;
}

/// The bodies whose keys these are.
std::string bodies_of(const instruction::Charter& charter,
                      const std::vector<crypto::SigningPublicKey>& signers) {
  std::string bodies;
  for (const instruction::Controller& one : charter.controllers) {
    if (std::ranges::find(signers, one.key) == signers.end()) continue;
    bodies += (bodies.empty() ? "" : ", ") + base::printable(one.legal_person, kShown);
  }
  return bodies;
}

void write_who_set_it(std::ostream& out, const instruction::Register& log, const Denial& denial,
                      const instruction::InstructionEntry* entry) {
  const SetBy by = set_by(denial.refusal.code);
  out << "Who set it:  ";
  if (by == SetBy::kInstruction && entry != nullptr) {
    out << bodies_of(*entry->charter, entry->signers) << ", who signed the instruction (entry "
        << entry->index << ").\n";
  } else if (by == SetBy::kInstruction) {
    out << "nobody gave such an instruction; without one in force nothing is allowed.\n";
  } else if (by == SetBy::kCharter) {
    const instruction::CharterEntry& charter = log.charter_at(denial.index);
    out << "version " << charter.charter->version << " of the charter (entry " << charter.index
        << "), signed by its controllers.\n";
  } else {
    out << "every node's program: the rule holds for everybody, whatever is ordered.\n";
  }
}

/// Whose data were concerned; empty where it was no provider's.
std::string provider_of(const instruction::Register& log, const statement::Refusal& refusal) {
  if (refusal.role == statement::NodeRole::kProvider) return refusal.at;
  return log.charter()->provider(refusal.to) != nullptr ? refusal.to : "";
}

void write_what_helps(std::ostream& out, std::string_view code) {
  if (code == "CND-2020") {
    out << "What would allow it: an instruction in force that covers it, signed by the bodies.\n";
    return;
  }
  const base::CataloguePage* page = base::find_page(code);
  if (page != nullptr) out << "What helps:  " << page->remedy << '\n';
}

/// For a denial without an instruction: those that are in force now for that provider.
void write_others_now(std::ostream& out, const instruction::Register& log, const std::string& provider,
                      std::int64_t now) {
  if (provider.empty()) return;
  bool is_any = false;
  for (const auto& [id, entry] : log.instructions()) {
    const instruction::Instruction& order = *entry.instruction;
    const instruction::Verdict verdict = instruction::in_force(
        log, {.instruction = id, .mode = order.mode, .domain = order.domain, .provider = provider},
        {.now = now, .witnessed = now});
    if (!verdict.in_force()) continue;
    is_any = true;
    out << "Now:         in force for " << base::printable(provider, kShown) << " is " << base::to_hex(id)
        << ", " << base::printable(order.title, kShown) << " (" << instruction::name_of(order.mode) << ").\n";
  }
  if (!is_any) {
    out << "Now:         no instruction in force covers " << base::printable(provider, kShown) << ".\n";
  }
}

/// What of the instruction does not hold now: for a denial that was a matter of time it is another answer.
void write_now(std::ostream& out, const instruction::Register& log,
               const instruction::InstructionEntry& entry, const Denial& denial, std::int64_t now) {
  const instruction::Instruction& order = *entry.instruction;
  const std::string provider = provider_of(log, denial.refusal);
  for (const instruction::Check& one : instruction::reasoning(
           log, {.instruction = order.id(), .mode = order.mode, .domain = order.domain, .provider = provider},
           {.now = now, .witnessed = now})) {
    if (!one.holds)
      out << "Now:         it would be refused, " << one.code.view() << ": " << one.reason.view() << '\n';
    if (!one.holds) return;
  }
  out << "Now:         as far as the log can tell, the instruction is in force for it.\n";
}

void explain(Context& context, const instruction::Register& log, const Denial& denial) {
  const statement::Refusal& refusal = denial.refusal;
  std::ostream& out = context.out;
  const auto act = statement::kRefusedActs.at(static_cast<std::size_t>(refusal.act));
  out << "Refused:     to " << act << ", "
      << (refusal.to.empty() ? "to strangers" : "to " + base::printable(refusal.to, kShown)) << ", "
      << refusal.times << (refusal.times == 1 ? " time" : " times");
  if (refusal.since == refusal.until) {
    out << " at " << base::utc_text(refusal.since) << '\n';
  } else {
    out << " from " << base::utc_text(refusal.since) << " to " << base::utc_text(refusal.until) << '\n';
  }
  out << "By:          " << base::printable(refusal.at, kShown) << ", a "
      << statement::kNodeRoles.at(static_cast<std::size_t>(refusal.role)) << "; entry " << denial.index
      << " of the log\n";
  out << "Rule:        " << refusal.code << ", " << title_of(refusal.code) << '\n';
  const instruction::InstructionEntry* entry = refusal.instruction ? log.find(*refusal.instruction) : nullptr;
  if (entry != nullptr) {
    out << "Instruction: " << base::to_hex(*refusal.instruction) << ", "
        << base::printable(entry->instruction->title, kShown) << '\n';
  }
  write_who_set_it(out, log, denial, entry);
  write_what_helps(out, refusal.code);
  const bool is_condition = refusal.code.starts_with("CND-202") || refusal.code.starts_with("CND-203");
  if (entry != nullptr && is_condition) {
    write_now(out, log, *entry, denial, context.clock.now_unix_seconds());
  } else if (entry == nullptr && is_condition) {
    write_others_now(out, log, provider_of(log, refusal), context.clock.now_unix_seconds());
  }
  out << "What was asked for is not in the log: a refusal never repeats it. `candour explain " << refusal.code
      << "` has the rule's page.\n";
}

void list(Context& context, const std::vector<Denial>& denials) {
  for (const Denial& one : denials) {
    context.out << base::to_hex(one.refusal.header.id) << "  " << base::utc_text(one.refusal.since) << "  "
                << one.refusal.code << "  " << base::printable(one.refusal.at, kShown) << " refused "
                << (one.refusal.to.empty() ? "strangers" : base::printable(one.refusal.to, kShown)) << ": "
                << title_of(one.refusal.code) << '\n';
  }
}

void explain_denial(Context& context, const LogOptions& options, const std::string& id) {
  const node::LogReader reader = options.reader(context.disk);
  const std::vector<Denial> denials = denials_of(reader.entries());
  if (id.empty()) return list(context, denials);
  const auto found = std::ranges::find_if(
      denials, [&](const Denial& one) { return base::to_hex(one.refusal.header.id) == id; });
  if (found == denials.end()) {
    throw base::Error("CND-2577", "The log has no refusal with this id.").with("id", base::Label(id));
  }
  explain(context, options.load(context.disk), *found);
}

}  // namespace

void add_explain_denial_command(CLI::App& app, Context& context) {
  struct Options {
    LogOptions log;
    std::string id;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "explain-denial", "A refusal in the log: which rule denied it, who set it, what would allow it");
  command->add_option("ID", options->id,
                      "The refusal's id, 32 hexadecimal digits; without one, every refusal with its id");
  options->log.add_to(*command);
  command->callback([&context, options] { explain_denial(context, options->log, options->id); });
}

}  // namespace candour::cli
