#include <algorithm>
#include <set>

#include "candour/instruction/verdict.h"

// The twin cut: the same rows, once with and once without those who opted out. What differs is who did.
namespace candour::instruction {
namespace {

constexpr std::int64_t kDay = 86'400;

/// A name as one compares it: another case or another space makes no other body.
std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == ' ' || c == '\t' || c == '.' || c == ',') continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

/// Who has the rows in hand: the recipient, and whoever may see more than nothing.
std::set<std::string> holders_of(const Instruction& instruction) {
  std::set<std::string> holders{folded(instruction.recipient.legal_person),
                                folded(instruction.recipient.name)};
  for (const Processor& one : instruction.processors) {
    if (one.may_see == "nothing") continue;
    holders.insert(folded(one.legal_person));
    holders.insert(folded(one.name));
  }
  return holders;
}

bool meet(const std::set<std::string>& some, const std::set<std::string>& others) {
  return std::ranges::any_of(some, [&](const std::string& one) { return others.contains(one); });
}

bool same_collection(const Instruction& a, const Instruction& b) {
  return std::ranges::any_of(a.collections, [&](const InstructedCollection& one) {
    return std::ranges::any_of(b.collections, [&](const InstructedCollection& other) {
      return one.name == other.name || one.sha256 == other.sha256;
    });
  });
}

bool same_provider(const Instruction& a, const Instruction& b) {
  return std::ranges::any_of(
      a.providers, [&](const std::string& one) { return one == "*" ? !b.providers.empty() : b.covers(one); });
}

base::Date day_of(std::int64_t time) { return base::Date(static_cast<std::int32_t>(time / kDay)); }

/// Each gets the periods from data_from on that have begun before it ends.
bool same_period(const Instruction& a, const Instruction& b) {
  return a.data_from <= day_of(b.expires) && b.data_from <= day_of(a.expires);
}

/// What it brought is held, or may yet come. Rows that had to be gone are held until the hub says that they
/// are.
bool counts(const InstructionEntry& entry, std::int64_t now) {
  if (entry.uses.submissions > 0) return !entry.is_erased() || now < entry.instruction->expires;
  return !entry.revocation && now < entry.instruction->erased_by();
}

}  // namespace

const InstructionEntry* twin_of(const Register& log, const Instruction& instruction, std::uint64_t index,
                                std::int64_t now) {
  const std::set<std::string> holders = holders_of(instruction);
  for (const auto& [id, other] : log.instructions()) {
    const Instruction& twin = *other.instruction;
    if (id == instruction.id() || other.index >= index || twin.opt_out == instruction.opt_out) continue;
    if (counts(other, now) && same_collection(instruction, twin) && same_provider(instruction, twin) &&
        same_period(instruction, twin) && meet(holders, holders_of(twin))) {
      return &other;
    }
  }
  return nullptr;
}

}  // namespace candour::instruction
