#include "candour/pseudonym/asked.h"

#include <algorithm>

#include "candour/base/error.h"

namespace candour::pseudonym {

bool is_asked_set(const instruction::Domain& domain, const AskedSet& asked) {
  return asked.size() == domain.threshold &&
         std::ranges::adjacent_find(asked, std::ranges::greater_equal()) == asked.end() &&
         std::ranges::all_of(asked, [&](crypto::ShareIndex one) { return domain.share_key(one) != nullptr; });
}

crypto::Points weighted_keys(const instruction::Domain& domain, const AskedSet& asked) {
  CANDOUR_CHECK(is_asked_set(domain, asked));
  crypto::Points keys;
  crypto::Point sum;
  for (const crypto::ShareIndex one : asked) {
    keys.push_back(crypto::multiply(crypto::lagrange_at_zero(asked, one), *domain.share_key(one)));
    sum = sum + keys.back();
  }
  if (sum != domain.key) {
    throw base::Error("CND-2103", "The public values of a domain's shares do not give its key.")
        .with("domain", base::Label(domain.name));
  }
  return keys;
}

crypto::BatchProofContext proof_context(const statement::Batch& batch, const base::Digest& leaf,
                                        const AskedSet& asked, crypto::ShareIndex guardian,
                                        const crypto::Point& weighted_key) {
  return {.federation = batch.header.federation,
          .domain = batch.domain,
          .share_epoch = batch.epoch,
          .batch_leaf = leaf,
          .guardian = guardian,
          .asked = asked,
          .weighted_key = weighted_key};
}

}  // namespace candour::pseudonym
