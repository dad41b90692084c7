#include "candour/pseudonym/ceremony_transcript.h"

#include <algorithm>
#include <set>
#include <span>

#include "candour/base/error.h"
#include "candour/pseudonym/ceremony_dealing.h"
#include "candour/pseudonym/ceremony_plan.h"
#include "candour/statement/envelope.h"

namespace candour::pseudonym {
namespace {

using crypto::ShareIndex;
using instruction::Charter;
using instruction::Domain;
using statement::Ceremony;
using statement::CeremonyDealer;
using statement::CeremonyPlan;
using ShareKeys = std::vector<std::pair<ShareIndex, crypto::Point>>;

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2155", "The transcript of the ceremony does not hold.")
      .with("rule", base::Label(rule.view()));
}

ShareKeys dealt_share_keys(const CeremonyPlan& plan, std::span<const CeremonyDealer> dealers) {
  ShareKeys keys;
  for (const ShareIndex index : plan.receivers) keys.emplace_back(index, dealt_share_key(dealers, index));
  return keys;
}

void require_dealer(const CeremonyPlan& plan, const CeremonyDealer& dealer, const Domain* old) {
  const statement::CeremonyOpening& opening = dealer.opening;
  if (opening.commitments.size() != plan.threshold) {
    refuse("a dealer has another number of commitments than guardians are needed");
  }
  if (commitment_to(plan, dealer.guardian, opening) != dealer.commitment) {
    refuse("a dealer opened something other than it had committed to");
  }
  if (!verify_opening(plan, dealer.guardian, opening)) {
    refuse("a dealer does not prove that it knows what it shares");
  }
  if (old != nullptr && opening.commitments.front() != reshared_point(plan, *old, dealer.guardian)) {
    refuse("a dealer dealt something other than its old share");
  }
}

}  // namespace

Ceremony make_transcript(const CeremonyPlan& plan,
                         const std::vector<Message<statement::CeremonyCommit>>& commits,
                         const std::vector<Message<statement::CeremonyDeal>>& deals) {
  Ceremony ceremony;
  ceremony.plan = plan;
  ceremony.header = {plan.federation, plan.log, statement::ceremony_id(plan), 0};
  for (const auto& commit : commits) {
    ceremony.header.made = std::max(ceremony.header.made, commit.statement.header.made);
    ceremony.commits.push_back(commit.payload_sha256);
    if (commit.statement.commitment) {
      ceremony.dealers.push_back({commit.statement.guardian, *commit.statement.commitment, {}});
    }
  }
  CANDOUR_CHECK(ceremony.dealers.size() == deals.size());
  for (std::size_t i = 0; i < deals.size(); ++i) {
    CANDOUR_CHECK(ceremony.dealers[i].guardian == deals[i].statement.guardian);
    ceremony.dealers[i].opening = deals[i].statement.opening;
    ceremony.deals.push_back(deals[i].payload_sha256);
  }
  ceremony.key = dealt_key(ceremony.dealers);
  ceremony.share_keys = dealt_share_keys(plan, ceremony.dealers);
  return ceremony;
}

void require_transcript(const Ceremony& ceremony, const Charter& charter) {
  const CeremonyPlan& plan = ceremony.plan;
  require_plan(plan, charter);
  if (!std::ranges::equal(ceremony.dealers, plan.dealers, {}, &CeremonyDealer::guardian)) {
    refuse("the dealers are not those of the plan");
  }
  if (ceremony.commits.size() != statement::participants(plan).size() ||
      ceremony.deals.size() != plan.dealers.size()) {
    refuse("there are not as many messages as participants");
  }
  const Domain* old = charter.domain(plan.domain);  // of a new key: none, as the plan's rules say
  for (const CeremonyDealer& dealer : ceremony.dealers) require_dealer(plan, dealer, old);
  if (ceremony.key != dealt_key(ceremony.dealers) || ceremony.key.is_identity()) {
    refuse("the key is not the sum of what was dealt, or is the identity");
  }
  if (old != nullptr && ceremony.key != old->key) refuse("the key is not the one of before");
  if (ceremony.share_keys != dealt_share_keys(plan, ceremony.dealers)) {
    refuse("a share's key does not follow from the commitments");
  }
  std::set<crypto::Point> seen{crypto::Point(), ceremony.key};
  for (const auto& [index, key] : ceremony.share_keys) {
    if (!seen.insert(key).second) refuse("two keys are the same, or one is the identity");
  }
}

VerifiedCeremony verify_ceremony(std::string_view bytes, const Charter& charter) {
  const statement::Envelope envelope = statement::parse_envelope(bytes, statement::kCeremonyKind);
  const Ceremony ceremony = statement::parse_ceremony(envelope.payload);
  require_transcript(ceremony, charter);
  const std::vector<ShareIndex> all = statement::participants(ceremony.plan);
  std::vector<crypto::SigningPublicKey> keys;
  for (const ShareIndex index : all) keys.push_back(charter.guardian(index)->signing_key);
  if (statement::only_signers_of(envelope, keys).size() != all.size()) {
    refuse("a participant has not signed it");
  }
  return {ceremony, base::sha256(base::as_bytes(bytes))};
}

Domain domain_of(const VerifiedCeremony& verified, std::string purpose) {
  const Ceremony& ceremony = verified.ceremony;
  return {.name = ceremony.plan.domain,
          .purpose = std::move(purpose),
          .epoch = ceremony.plan.epoch,
          .threshold = ceremony.plan.threshold,
          .key = ceremony.key,
          .share_keys = ceremony.share_keys,
          .ceremony = verified.sha256};
}

void check_domain(const Domain& domain, const VerifiedCeremony& verified) {
  const auto require = [](bool holds, base::Literal value) {
    if (holds) return;
    throw base::Error("CND-2156", "The charter's domain is not what its key ceremony gave.")
        .with("value", base::Label(value.view()));
  };
  const Domain given = domain_of(verified, domain.purpose);
  require(domain.name == given.name, "name");
  require(domain.ceremony == given.ceremony, "ceremony");
  require(domain.epoch == given.epoch, "epoch");
  require(domain.threshold == given.threshold, "threshold");
  require(domain.key == given.key, "key");
  require(domain.share_keys == given.share_keys, "share");
}

}  // namespace candour::pseudonym
