#include "candour/pseudonym/ceremony_plan.h"

#include <algorithm>
#include <iterator>

#include "candour/base/error.h"

namespace candour::pseudonym {
namespace {

using instruction::Charter;
using instruction::Domain;
using statement::CeremonyKind;
using statement::CeremonyPlan;
using Indices = std::vector<crypto::ShareIndex>;

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2150", "The ceremony cannot be held as it was asked for.")
      .with("rule", base::Label(rule.view()));
}

Indices holders(const Domain& domain) {
  Indices indices;
  for (const auto& [index, key] : domain.share_keys) indices.push_back(index);
  return indices;
}

Indices all_guardians(const Charter& charter) {
  Indices indices;
  for (const instruction::Guardian& guardian : charter.guardians) indices.push_back(guardian.index);
  return indices;
}

// The name becomes part of names of files.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name.front() != '-' && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool are_guardians(const Charter& charter, const Indices& indices) {
  return std::ranges::is_sorted(indices, std::less_equal<>()) && !indices.empty() &&
         indices.size() <= statement::kCeremonyGuardiansAtMost &&
         std::ranges::all_of(indices, [&](auto index) { return charter.guardian(index) != nullptr; });
}

void require_resharing(const CeremonyPlan& plan, const Domain& domain) {
  const Indices old = holders(domain);
  if (!std::ranges::includes(old, plan.dealers)) refuse("a dealer has no share of this domain");
  if (plan.dealers.size() != domain.threshold) {
    refuse("there are not as many dealers as shares are needed");
  }
  if (plan.epoch <= domain.epoch) refuse("the epoch is not later than the charter's");
  const bool same = plan.receivers == old && plan.threshold == domain.threshold;
  if (plan.kind != CeremonyKind::kReshare && !same) {
    refuse("a refresh or recovery changes neither the guardians nor how many are needed: use reshare");
  }
  if (plan.kind == CeremonyKind::kRecover && std::ranges::includes(plan.dealers, plan.receivers)) {
    refuse("every guardian is a dealer: no share is lost");
  }
}

}  // namespace

void require_plan(const CeremonyPlan& plan, const Charter& charter) {
  if (plan.federation != charter.federation() || plan.log != charter.log() ||
      plan.charter_version != charter.version) {
    refuse("it is of another federation or charter version");
  }
  if (!is_name(plan.domain)) refuse("a domain's name is lower-case letters, digits and hyphens, at most 64");
  if (!are_guardians(charter, plan.dealers) || !are_guardians(charter, plan.receivers)) {
    refuse("dealers and receivers are guardians of the charter, each once, at most 10");
  }
  if (plan.threshold < 2) refuse("at least two guardians are needed: one alone would hold the whole key");
  if (plan.threshold > plan.receivers.size()) refuse("more guardians are needed than there are");
  const Domain* domain = charter.domain(plan.domain);
  if (plan.kind != CeremonyKind::kNew) {
    if (domain == nullptr) refuse("the charter has no such domain");
    return require_resharing(plan, *domain);
  }
  if (domain != nullptr) refuse("the charter has this domain already, and a key is never replaced");
  if (plan.dealers != plan.receivers) refuse("the dealers of a new key are those who receive its shares");
}

CeremonyPlan plan_ceremony(const Charter& charter, const CeremonyRequest& request) {
  const Domain* domain = charter.domain(request.domain);
  CeremonyPlan plan{.federation = charter.federation(),
                    .log = charter.log(),
                    .charter_version = charter.version,
                    .kind = request.kind,
                    .domain = request.domain,
                    .epoch = request.epoch,
                    .threshold = request.threshold,
                    .dealers = request.dealers,
                    .receivers = request.receivers};
  const bool keeps_guardians =
      domain != nullptr && (plan.kind == CeremonyKind::kRefresh || plan.kind == CeremonyKind::kRecover);
  if (plan.epoch == 0) plan.epoch = domain == nullptr ? 1 : domain->epoch + 1;
  if (plan.threshold == 0 && domain != nullptr) plan.threshold = domain->threshold;
  if (plan.receivers.empty()) plan.receivers = keeps_guardians ? holders(*domain) : all_guardians(charter);
  std::ranges::sort(plan.receivers);
  if (plan.kind == CeremonyKind::kRecover && request.lost.empty()) refuse("nobody said whose share is lost");
  if (plan.dealers.empty() && plan.kind == CeremonyKind::kNew) plan.dealers = plan.receivers;
  if (plan.dealers.empty() && domain != nullptr) {
    for (const crypto::ShareIndex index : holders(*domain)) {
      const bool is_lost = std::ranges::find(request.lost, index) != request.lost.end();
      if (!is_lost && plan.dealers.size() < domain->threshold) plan.dealers.push_back(index);
    }
  }
  std::ranges::sort(plan.dealers);
  for (const crypto::ShareIndex index : request.lost) {
    if (std::ranges::find(plan.dealers, index) != plan.dealers.end()) {
      refuse("a guardian whose share is lost cannot deal");
    }
  }
  require_plan(plan, charter);
  return plan;
}

}  // namespace candour::pseudonym
