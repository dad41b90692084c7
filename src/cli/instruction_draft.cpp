#include "candour/cli/instruction_draft.h"

#include <algorithm>
#include <set>
#include <utility>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/instruction/opt_out_ground.h"

namespace candour::cli {
namespace {

using instruction::InstructedCollection;
using instruction::Instruction;

constexpr std::int64_t kDay = 86'400;

/// What stands above a member of a skeleton.
constexpr std::pair<std::string_view, std::string_view> kComments[] = {
    {"title", "What the public reads first."},
    {"purpose", "One word, for example official-statistics."},
    {"why", "Why it is done, why now, and to what benefit, in plain words."},
    {"complain", "Where people complain."},
    {"legal_basis", "The law that allows or requires it."},
    {"mode", "\"records\" (pseudonymised rows, in a domain) or \"counts\" (domain = \"\")."},
    {"opt_out",
     "\"applies\", with the approval as opt_out_source (26/CAG/0001); or \"does-not-apply\", with its "
     "ground\n"
     "# and what that rests on (docs/reference/opt-out-grounds.md)."},
    {"providers", "ODS codes, or \"*\" alone."},
    {"notice_days",
     "How long the public has known before the first flow. 0 is an emergency: over in 30 days."},
    {"data_from", "Only periods that begin on this day or later."},
    {"not_before", "In force from the first to before the second."},
    {"retention_days", "After it has expired; then every row and key goes."},
    {"[recipient]", "Who gets it."},
    {"[[collections]]", "Those that the measures read: no other field leaves."},
    {"[[declarations_of_interest]]", "What each body that signs has to gain: \"none\", or which."},
};

/// The columns that leave: names, each once, in the tables' order.
std::vector<std::string> columns_of(const collection::Collection& collection) {
  std::vector<std::string> names;
  for (const collection::Table& table : collection.tables) {
    const table::Schema schema = table.minimised_schema();
    for (const table::ColumnSpec& column : schema.columns()) {
      if (std::ranges::find(names, column.name) == names.end()) names.push_back(column.name);
    }
  }
  return names;
}

/// What the measures read, in the tables' order; every column where there is no measure.
std::vector<std::string> fields_needed(const collection::Collection& collection) {
  std::set<std::string> read;
  for (const collection::Measure& one : collection.measures) {
    for (std::string& field : collection.fields_read(one)) read.insert(std::move(field));
  }
  std::vector<std::string> fields = columns_of(collection);
  if (!collection.measures.empty())
    std::erase_if(fields, [&](const std::string& name) { return !read.contains(name); });
  return fields;
}

void check_ground(const Instruction& instruction, std::vector<std::string>& problems) {
  if (instruction.opt_out == "applies") {
    if (instruction.opt_out_source.empty())
      problems.push_back("opt_out_source: it must name the approval, such as 26/CAG/0001");
    return;
  }
  const auto grounds = instruction::opt_out_grounds();
  const auto found =
      std::ranges::find(grounds, instruction.opt_out_ground, &instruction::OptOutGroundEntry::code);
  if (found == grounds.end()) {
    problems.push_back("opt_out_ground: the national policy has no such ground: " +
                       instruction.opt_out_ground);
  } else if (instruction.opt_out_source.empty()) {
    problems.push_back("opt_out_source: it must name " + std::string(found->rests_on));
  }
}

}  // namespace

Instruction draft_of(const collection::Collection& collection) {
  Instruction instruction;
  instruction.collections = {{collection.name, collection.digest, fields_needed(collection)}};
  instruction.providers = {"*"};
  for (const collection::Measure& one : collection.measures) instruction.measures.push_back(one.name);
  instruction.queries = "none";
  return instruction;
}

std::string write_skeleton(const collection::Collection& collection, const base::Clock& clock,
                           const instruction::Charter* charter) {
  Instruction instruction = draft_of(collection);
  instruction.name = collection.name + "-statistics";
  instruction.opt_out = "applies";
  instruction.not_before = clock.now_unix_seconds() / kDay * kDay + (instruction.notice_days + 1) * kDay;
  instruction.expires = instruction.not_before + 365 * kDay;
  instruction.data_from = base::utc_day(instruction.not_before);
  instruction.retention_days = 730;
  if (charter != nullptr) {
    if (charter->domains.size() == 1) instruction.domain = charter->domains.front().name;
    for (const instruction::Controller& one : charter->controllers) {
      instruction.declarations_of_interest.push_back({one.legal_person, ""});
    }
  }
  const std::string bare = instruction::write_draft(instruction);
  std::string text;
  std::set<std::string_view> said;
  for (std::size_t at = 0; at < bare.size();) {
    const std::size_t end = std::min(bare.find('\n', at), bare.size() - 1) + 1;
    const std::string_view line = std::string_view(bare).substr(at, end - at);
    for (const auto& [member, comment] : kComments) {
      const bool begins = member.starts_with('[') ? line == std::string(member) + "\n"
                                                  : line.starts_with(std::string(member) + " =");
      if (begins && said.insert(member).second) text.append("# ").append(comment).append("\n");
    }
    text += line;
    at = end;
  }
  return text;
}

std::vector<std::string> problems_of(const Instruction& instruction,
                                     const collection::Collection& collection) {
  std::vector<std::string> problems;
  const InstructedCollection* part = instruction.collection(collection.name);
  if (part == nullptr) return {"it does not name the collection " + collection.name};
  if (part->sha256 != collection.digest) {
    problems.push_back(collection.name + ": the folder has the digest " + base::to_hex(collection.digest) +
                       ", not the one that the instruction names");
  }
  const std::vector<std::string> columns = columns_of(collection);
  for (const std::string& field : part->fields) {
    if (std::ranges::find(columns, field) == columns.end()) {
      problems.push_back(collection.name + ": " + field + " is no field that is left after minimisation");
    }
  }
  for (const collection::Measure& measure : collection.measures) {
    if (std::ranges::find(instruction.measures, measure.name) == instruction.measures.end()) continue;
    if (instruction.mode == instruction::Mode::kRecords &&
        !collection.table(measure.table).has_any_of(part->fields)) {
      problems.push_back(collection.name + ": the measure " + measure.name + " counts rows of " +
                         measure.table + ", of which no field may leave, so that no row goes: list one");
    }
    for (const std::string& field : collection.fields_read(measure)) {
      if (std::ranges::find(part->fields, field) != part->fields.end()) continue;
      problems.push_back(collection.name + ": the measure " + measure.name + " reads " + field +
                         ", which may not leave");
    }
  }
  return problems;
}

std::vector<std::string> problems_of(const Instruction& instruction,
                                     const std::vector<collection::Collection>& collections) {
  std::vector<std::string> problems;
  check_ground(instruction, problems);
  for (const collection::Collection& one : collections) {
    for (std::string& problem : problems_of(instruction, one)) problems.push_back(std::move(problem));
  }
  for (const std::string& measure : instruction.measures) {
    const bool known = std::ranges::any_of(collections, [&](const collection::Collection& one) {
      return std::ranges::find(one.measures, measure, &collection::Measure::name) != one.measures.end();
    });
    if (!known) problems.push_back("measures: no collection of the instruction has the measure " + measure);
  }
  return problems;
}

}  // namespace candour::cli
