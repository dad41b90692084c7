#include "candour/instruction/log_policy.h"

namespace candour::instruction {

std::string witness_name(const Charter& charter, const Guardian& guardian) {
  return charter.log() + "/guardian-" + std::to_string(guardian.index);
}

log::Policy log_policy(const Charter& charter) {
  log::Policy policy{.logs = {{.key = {charter.log(), log::KeyType::kEd25519, charter.log_key}}}};
  log::PolicyGroup quorum{.name = "quorum", .least = charter.quorum};
  const auto add = [&](std::string name, std::string key_name, const crypto::SigningPublicKey& key) {
    quorum.members.push_back(name);
    policy.witnesses.push_back({std::move(name), {std::move(key_name), log::KeyType::kCosignature, key}, {}});
  };
  for (const Guardian& one : charter.guardians) {
    add("guardian-" + std::to_string(one.index), witness_name(charter, one), one.witness_key);
  }
  for (const Witness& one : charter.witnesses) add(one.name, one.name, one.witness_key);
  policy.groups.push_back(std::move(quorum));
  policy.quorum = "quorum";
  return policy;
}

}  // namespace candour::instruction
