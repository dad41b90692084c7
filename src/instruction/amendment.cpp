#include "candour/instruction/amendment.h"

#include <algorithm>
#include <functional>

#include "candour/base/error.h"

namespace candour::instruction {
namespace {

/// Puts one at its place in the charter's order, instead of that of the same name.
template <typename T, typename Member>
void enter(std::vector<T>& all, Member member, T one) {
  const auto at = std::ranges::lower_bound(all, std::invoke(member, one), {}, member);
  if (at != all.end() && std::invoke(member, *at) == std::invoke(member, one)) {
    *at = std::move(one);
  } else {
    all.insert(at, std::move(one));
  }
}

bool has_key(const Charter& charter, const crypto::SigningPublicKey& key) {
  const auto has = [&](const auto& all, auto member) {
    return std::ranges::find(all, key, member) != all.end();
  };
  return key == charter.hub.signing_key || key == charter.log_key || key == charter.producer_key ||
         has(charter.controllers, &Controller::key) || has(charter.guardians, &Guardian::signing_key) ||
         has(charter.guardians, &Guardian::witness_key) || has(charter.witnesses, &Witness::witness_key) ||
         has(charter.providers, &Provider::signing_key);
}

}  // namespace

Charter next_version(const Charter& before, base::Random& random, const base::Clock& clock) {
  Charter next = before;
  ++next.version;
  random.fill(next.header.id);
  next.header.made = clock.now_unix_seconds();
  return next;
}

void set_quota(Charter& charter, std::string_view provider, const Quota& quota) {
  const auto found = std::ranges::find(charter.providers, provider, &Provider::code);
  if (found == charter.providers.end()) {
    throw base::Error("CND-2048", "The charter has nobody whom this change is about.")
        .with("provider", base::Label(provider));
  }
  found->quota_day = quota.day;
  found->quota_30_days = quota.thirty_days;
}

void enter_provider(Charter& charter, Provider provider) {
  if (const Provider* before = charter.provider(provider.code)) {
    provider.quota_day = before->quota_day;
    provider.quota_30_days = before->quota_30_days;
  }
  enter(charter.providers, &Provider::code, std::move(provider));
}

void list_compromised(Charter& charter, const crypto::SigningPublicKey& key) {
  if (!has_key(charter, key)) {
    throw base::Error("CND-2048", "The charter has nobody whom this change is about.")
        .with("key", base::Label(base::to_hex(key)));
  }
  enter(charter.compromised, std::identity{}, key);
}

void enter_domain(Charter& charter, Domain domain) {
  enter(charter.domains, &Domain::name, std::move(domain));
}

}  // namespace candour::instruction
