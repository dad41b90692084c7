#include "candour/log/policy.h"

#include <algorithm>
#include <optional>

#include "candour/base/error.h"

namespace candour::log {
namespace {

bool witness_signed(const std::vector<Cosigned>& cosigned, std::string_view name) {
  return std::ranges::any_of(cosigned, [&](const Cosigned& one) { return one.witness == name; });
}

const PolicyGroup* find_group(const Policy& policy, std::string_view name) {
  const auto found = std::ranges::find(policy.groups, name, &PolicyGroup::name);
  return found == policy.groups.end() ? nullptr : &*found;
}

// Whether a witness or group has enough, and what lacks where it has not. It ends, since a group's members
// stand before it.
bool has_enough(const Policy& policy, std::string_view name, const std::vector<Cosigned>& cosigned,
                std::vector<Lacking>& lacking) {
  const PolicyGroup* group = find_group(policy, name);
  if (group == nullptr) {
    if (witness_signed(cosigned, name)) return true;
    lacking.push_back({.name = std::string(name)});
    return false;
  }
  const std::size_t place = lacking.size();
  lacking.push_back({.name = std::string(name), .has = 0, .needs = group->least});
  std::size_t has = 0;
  for (const std::string& member : group->members) {
    if (has_enough(policy, member, cosigned, lacking)) ++has;
  }
  lacking[place].has = has;
  if (has < group->least) return false;
  lacking.resize(place);
  return true;
}

std::string how_many(const PolicyGroup& group) {
  if (group.least == group.members.size()) return "all";
  return group.least == 1 ? "any" : std::to_string(group.least);
}

std::string with_url(const std::string& url) { return url.empty() ? "\n" : " " + url + "\n"; }

}  // namespace

std::string write_policy(const Policy& policy) {
  std::string text;
  for (const PolicyLog& log : policy.logs) text += "log " + write_verifier_key(log.key) + with_url(log.url);
  for (const PolicyWitness& witness : policy.witnesses) {
    text += "witness " + witness.name + " " + write_verifier_key(witness.key) + with_url(witness.url);
  }
  for (const PolicyGroup& group : policy.groups) {
    text += "group " + group.name + " " + how_many(group);
    for (const std::string& member : group.members) text += " " + member;
    text += "\n";
  }
  return text + "quorum " + policy.quorum + "\n";
}

CheckpointVerdict judge_checkpoint(const Policy& policy, const SignedCheckpoint& checkpoint) {
  CheckpointVerdict verdict;
  std::vector<VerifierKey> keys;
  for (const PolicyLog& log : policy.logs) keys.push_back(log.key);
  for (const PolicyWitness& witness : policy.witnesses) keys.push_back(witness.key);
  for (const VerifiedSignature& one : verify_note(checkpoint.note, keys)) {
    if (one.key < policy.logs.size()) {
      if (keys[one.key].name == checkpoint.checkpoint.origin) verdict.signed_by_log = true;
    } else {
      verdict.cosigned.push_back({policy.witnesses[one.key - policy.logs.size()].name, one.time});
    }
  }
  verdict.quorum_met =
      policy.quorum == kNoQuorum || has_enough(policy, policy.quorum, verdict.cosigned, verdict.lacking);
  return verdict;
}

std::int64_t lower_median_time(const std::vector<Cosigned>& cosigned) {
  if (cosigned.empty()) return 0;
  std::vector<std::int64_t> times;
  for (const Cosigned& one : cosigned) times.push_back(one.time);
  const auto median = times.begin() + static_cast<std::ptrdiff_t>((times.size() - 1) / 2);
  std::ranges::nth_element(times, median);
  return *median;
}

}  // namespace candour::log
