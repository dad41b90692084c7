#include "candour/instruction/verdict.h"

#include <algorithm>

namespace candour::instruction {
namespace {

bool covers(const std::vector<std::string>& providers, std::string_view provider) {
  return std::ranges::any_of(providers,
                             [&](const std::string& one) { return one == "*" || one == provider; });
}

}  // namespace

void Verdict::require() const {
  if (!in_force()) throw base::Error(code_, reason_);
}

Verdict in_force(const Charter& charter, const Act& act, std::int64_t now) {
  const Instruction* found = charter.find(act.instruction);
  if (found == nullptr) return Verdict::refused("CND-2020", "There is no such instruction.");
  if (now < found->not_before) return Verdict::refused("CND-2021", "The instruction is not in force yet.");
  if (now >= found->expires) return Verdict::refused("CND-2022", "The instruction has expired.");
  // To say that opted-out people were left out, and to send them, would be worse than to send nothing.
  if (found->opt_out != "does-not-apply") {
    return Verdict::refused("CND-2028",
                            "The national opt-out cannot be applied yet, so nothing is sent under it.");
  }
  if (charter.provider(act.provider) == nullptr) {
    return Verdict::refused("CND-2027", "The organisation is no provider of this federation.");
  }
  if (!covers(found->providers, act.provider)) {
    return Verdict::refused("CND-2023", "The instruction does not cover this provider.");
  }
  const auto collection = std::ranges::find(found->collections, act.collection, &InstructedCollection::name);
  if (collection == found->collections.end()) {
    return Verdict::refused("CND-2024", "The instruction does not cover this collection.");
  }
  if (act.collection_sha256 != nullptr && collection->sha256 != *act.collection_sha256) {
    return Verdict::refused("CND-2025", "The collection is not the one that was approved.");
  }
  if (found->mode != act.mode || (act.mode == Mode::kRecords && found->domain != act.domain)) {
    return Verdict::refused("CND-2026", "The instruction is for another mode or domain.");
  }
  if (act.period_begins && *act.period_begins < found->data_from) {
    return Verdict::refused("CND-2029", "The instruction is for data of later periods.");
  }
  return Verdict::allowed();
}

}  // namespace candour::instruction
