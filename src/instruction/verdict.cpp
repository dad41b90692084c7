#include "candour/instruction/verdict.h"

#include <algorithm>
#include <cstdlib>

namespace candour::instruction {
namespace {

constexpr std::int64_t kDay = 86'400;

/// What the conditions are about.
struct Case {
  const Register& log;
  const Act& act;
  const Moment& moment;
  const InstructionEntry& entry;

  [[nodiscard]] const Instruction& instruction() const { return *entry.instruction; }
  [[nodiscard]] const InstructedCollection* collection() const {
    return instruction().collection(act.collection);
  }
};

bool is_clock_right(const Case& of) { return std::abs(of.moment.now - of.moment.witnessed) <= kClockSeconds; }

bool is_not_revoked(const Case& of) { return !of.entry.revocation.has_value(); }

std::vector<std::string> persons_of_processors(const Instruction& instruction) {
  std::vector<std::string> persons;
  for (const Processor& one : instruction.processors) persons.push_back(one.legal_person);
  return persons;
}

bool is_signed_by_enough(const Case& of) {
  const auto persons = persons_of_processors(of.instruction());
  return votes(*of.entry.charter, *of.log.charter(), of.entry.signers, persons).size() >=
         of.entry.charter->threshold;
}

bool are_collections_known(const Case& of) {
  return std::ranges::all_of(of.instruction().collections, [&](const InstructedCollection& one) {
    return of.log.find(one.name, one.sha256) != nullptr;
  });
}

// A quorum may have been slow: what is not known yet is not over yet.
bool is_notice_over(const Case& of) {
  if (of.instruction().is_emergency()) return true;
  return of.entry.known_since && of.moment.now >= *of.entry.known_since + of.instruction().notice_days * kDay;
}

bool has_begun(const Case& of) {
  return of.moment.now >= of.instruction().not_before &&
         of.moment.now >= of.instruction().header.made - kClockSeconds;
}

bool is_not_over(const Case& of) { return of.moment.now < of.instruction().expires; }

bool has_no_twin(const Case& of) {
  return twin_of(of.log, of.instruction(), of.entry.index, of.moment.now) == nullptr;
}

bool is_provider(const Case& of) {
  return of.act.provider.empty() || of.log.charter()->provider(of.act.provider) != nullptr;
}
bool covers_provider(const Case& of) {
  return of.act.provider.empty() || of.instruction().covers(of.act.provider);
}
bool covers_collection(const Case& of) { return of.act.collection.empty() || of.collection() != nullptr; }
bool is_approved_collection(const Case& of) {
  if (of.act.collection_sha256 == nullptr) return true;
  return of.collection() != nullptr && of.collection()->sha256 == *of.act.collection_sha256;
}
bool is_of_mode(const Case& of) {
  return of.instruction().mode == of.act.mode && of.instruction().domain == of.act.domain;
}
bool is_of_period(const Case& of) {
  return !of.act.period_begins || *of.act.period_begins >= of.instruction().data_from;
}
bool covers_measures(const Case& of) {
  return std::ranges::all_of(of.act.measures, [&](const std::string& measure) {
    return std::ranges::find(of.instruction().measures, measure) != of.instruction().measures.end();
  });
}

struct Condition {
  base::Literal says;
  bool (*holds)(const Case&);
  base::ErrorCode code;
  base::Literal reason;
};

// In the order in which they are asked: first whether there is anything to ask.
constexpr Condition kConditions[] = {
    {"This node's clock agrees with the witnesses'.", is_clock_right, "CND-2036",
     "This node's clock and the witnesses' differ, or no checkpoint is fresh, so nothing is in force."},
    {"Nobody has revoked the instruction.", is_not_revoked, "CND-2031", "The instruction has been revoked."},
    {"Enough bodies have signed it, no processor among them.", is_signed_by_enough, "CND-2032",
     "Too few bodies have signed the instruction."},
    {"Every collection in it is in the log.", are_collections_known, "CND-2034",
     "A collection of the instruction is not in the log."},
    {"The public has known it for the days of notice.", is_notice_over, "CND-2033",
     "The instruction's notice period is not over."},
    {"It has begun.", has_begun, "CND-2021", "The instruction is not in force yet."},
    {"It is not over.", is_not_over, "CND-2022", "The instruction has expired."},
    {"Nobody gets the same rows under the other opt-out regime.", has_no_twin, "CND-2035",
     "Another instruction gives the same rows under the other opt-out regime: with both, one could tell who "
     "opted out."},
    {"The organisation is a provider of the federation.", is_provider, "CND-2027",
     "The organisation is no provider of this federation."},
    {"It covers the provider.", covers_provider, "CND-2023", "The instruction does not cover this provider."},
    {"It covers the collection.", covers_collection, "CND-2024",
     "The instruction does not cover this collection."},
    {"The collection is the one that was approved.", is_approved_collection, "CND-2025",
     "The collection is not the one that was approved."},
    {"It is for this mode and domain.", is_of_mode, "CND-2026",
     "The instruction is for another mode or domain."},
    {"It is for data of this period.", is_of_period, "CND-2029",
     "The instruction is for data of later periods."},
    {"Every measure is one that may run.", covers_measures, "CND-2038",
     "A measure is not one that the instruction names."}};

constexpr Condition kExists{"There is such an instruction in the log.", nullptr, "CND-2020",
                            "There is no such instruction in the log."};

}  // namespace

Act act_of(const statement::Batch& batch) {
  return {.instruction = batch.instruction,
          .mode = batch.collection.empty() ? Mode::kErasure : Mode::kRecords,
          .domain = batch.domain,
          .provider = batch.provider,
          .collection = batch.collection};
}

void Verdict::require() const {
  if (!in_force()) throw base::Error(code_, reason_);
}

std::vector<Check> reasoning(const Register& log, const Act& act, const Moment& moment) {
  const InstructionEntry* entry = log.find(act.instruction);
  std::vector<Check> checks{{kExists.says, kExists.code, kExists.reason, entry != nullptr}};
  if (entry == nullptr) return checks;
  const Case of{log, act, moment, *entry};
  for (const Condition& one : kConditions) {
    checks.push_back({one.says, one.code, one.reason, one.holds(of)});
  }
  return checks;
}

Verdict in_force(const Register& log, const Act& act, const Moment& moment) {
  const InstructionEntry* entry = log.find(act.instruction);
  if (entry == nullptr) return Verdict::refused(kExists.code, kExists.reason);
  const Case of{log, act, moment, *entry};
  for (const Condition& one : kConditions) {
    if (!one.holds(of)) return Verdict::refused(one.code, one.reason);
  }
  return Verdict::allowed();
}

}  // namespace candour::instruction
