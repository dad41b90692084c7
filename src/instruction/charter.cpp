#include "candour/instruction/charter.h"

#include <algorithm>
#include <set>

namespace candour::instruction {
namespace {

const auto* found_or_null(const auto& range, auto found) { return found == range.end() ? nullptr : &*found; }

}  // namespace

const crypto::Point* Domain::share_key(crypto::ShareIndex index) const {
  const auto found =
      std::ranges::find(share_keys, index, &std::pair<crypto::ShareIndex, crypto::Point>::first);
  return found == share_keys.end() ? nullptr : &found->second;
}

const Guardian* Charter::guardian(crypto::ShareIndex index) const {
  return found_or_null(guardians, std::ranges::find(guardians, index, &Guardian::index));
}
const Provider* Charter::provider(std::string_view code) const {
  return found_or_null(providers, std::ranges::find(providers, code, &Provider::code));
}
const Domain* Charter::domain(std::string_view name) const {
  return found_or_null(domains, std::ranges::find(domains, name, &Domain::name));
}
bool Charter::is_compromised(const crypto::SigningPublicKey& key) const {
  return std::ranges::find(compromised, key) != compromised.end();
}

std::vector<std::string> votes(const Charter& charter, const Charter& newest,
                               std::span<const crypto::SigningPublicKey> signers,
                               std::span<const std::string> excluded) {
  std::set<std::string> persons;
  for (const Controller& one : charter.controllers) {
    if (one.legal_person == charter.hub.legal_person || newest.is_compromised(one.key)) continue;
    if (std::ranges::find(excluded, one.legal_person) != excluded.end()) continue;
    if (std::ranges::find(signers, one.key) != signers.end()) persons.insert(one.legal_person);
  }
  return {persons.begin(), persons.end()};
}

}  // namespace candour::instruction
