#include "candour/instruction/succession.h"

#include <algorithm>
#include <set>

#include "candour/base/error.h"

namespace candour::instruction {
namespace {

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2013", "The charter does not follow from the version before.")
      .with("rule", base::Label(rule.view()));
}

void require_lasting(const Charter& before, const Charter& after) {
  if (after.federation() != before.federation() || after.log() != before.log())
    refuse("it is another federation's");
  if (after.version != before.version + 1) refuse("its version is not the next one");
  if (after.founders_key != before.founders_key) refuse("the founders' key is another");
  // An outside witness and every verifier's policy have the log's key from version 1.
  if (after.log_key != before.log_key) refuse("the log's key is another, which witnesses cannot follow yet");
  for (const Domain& domain : before.domains) {
    const Domain* now = after.domain(domain.name);
    // One that is taken out could come back with another key and threshold, without the guardians.
    if (now == nullptr) refuse("a domain is left out");
    // Another key would part everybody's history in two; new shares of the same key come with a new epoch.
    if (now->key != domain.key) refuse("the key of a domain is another");
    if (now->epoch < domain.epoch) refuse("the shares of a domain are older ones");
    if (now->epoch == domain.epoch && *now != domain) refuse("a domain is another in the same epoch");
  }
  if (!std::ranges::includes(after.compromised, before.compromised)) refuse("a key is compromised no longer");
}

std::uint16_t guardians_needed(const Charter& before) {
  std::uint16_t most = 0;
  for (const Domain& one : before.domains) most = std::max(most, one.threshold);
  // Before there is a domain nobody has a share: then more than half of those who will.
  return most > 0 ? most : static_cast<std::uint16_t>(before.guardians.size() / 2 + 1);
}

bool thresholds_differ(const Charter& before, const Charter& after) {
  return std::ranges::any_of(
      before.domains, [&](const Domain& one) { return after.domain(one.name)->threshold != one.threshold; });
}

bool widens_a_provider(const Charter& before, const Charter& after) {
  return std::ranges::any_of(after.providers, [&](const Provider& now) {
    const Provider* was = before.provider(now.code);
    return was == nullptr || was->signing_key != now.signing_key || was->tls_key != now.tls_key ||
           now.quota_day > was->quota_day || now.quota_30_days > was->quota_30_days;
  });
}

std::vector<crypto::SigningPublicKey> keys_of(const Charter& before, const Charter& after) {
  std::vector<crypto::SigningPublicKey> keys;
  for (const Controller& one : before.controllers) keys.push_back(one.key);
  for (const Controller& one : after.controllers) keys.push_back(one.key);
  for (const Guardian& one : before.guardians) keys.push_back(one.signing_key);
  return keys;
}

}  // namespace

void require_shared_witness(const Charter& before, const Charter& after) {
  std::set<crypto::SigningPublicKey> all;
  std::size_t dishonest = 0;
  for (const Charter* one : {&before, &after}) {
    for (const Guardian& guardian : one->guardians) all.insert(guardian.witness_key);
    for (const Witness& witness : one->witnesses) all.insert(witness.witness_key);
    for (const Domain& domain : one->domains) {
      dishonest = std::max<std::size_t>(dishonest, domain.threshold - 1U);
    }
  }
  if (before.quorum + std::size_t{after.quorum} <= all.size() + dishonest) {
    refuse(
        "a quorum of it need not share an honest witness with one of the version before: change fewer at "
        "a time");
  }
}

ChangeRules rules_of_change(const Charter& before, const Charter& after) {
  require_lasting(before, after);
  require_shared_witness(before, after);
  if (before.guardians != after.guardians || before.witnesses != after.witnesses ||
      before.quorum != after.quorum || thresholds_differ(before, after)) {
    return {.guardians = guardians_needed(before), .delay_seconds = kProtectedSeconds};
  }
  return {.guardians = 0, .delay_seconds = widens_a_provider(before, after) ? kProviderSeconds : 0};
}

void require_founded(const statement::Envelope& envelope, const Charter& first,
                     const base::Digest& federation) {
  if (first.version != 1 || first.federation() != federation) {
    throw base::Error("CND-2011", "The charter is another federation's.");
  }
  (void)statement::only_signers_of(envelope, std::span(&first.founders_key, 1));
}

void require_succession(const statement::Envelope& envelope, const Charter& before, const Charter& after) {
  const ChangeRules rules = rules_of_change(before, after);
  const auto signers = statement::only_signers_of(envelope, keys_of(before, after));
  const std::size_t old_votes = votes(before, after, signers).size();
  const std::size_t new_votes = votes(after, after, signers).size();
  if (old_votes < before.threshold || new_votes < after.threshold) {
    throw base::Error("CND-2014", "Too few bodies have signed the charter.")
        .with("of_the_version_before", old_votes)
        .with("needed_before", before.threshold)
        .with("of_the_new_version", new_votes)
        .with("needed", after.threshold);
  }
  const auto guardians =
      static_cast<std::size_t>(std::ranges::count_if(before.guardians, [&](const Guardian& one) {
        return !after.is_compromised(one.signing_key) &&
               std::ranges::find(signers, one.signing_key) != signers.end();
      }));
  if (guardians < rules.guardians) {
    throw base::Error("CND-2015", "Too few guardians have agreed to a change of what protects people.")
        .with("guardians", guardians)
        .with("needed", rules.guardians);
  }
}

}  // namespace candour::instruction
