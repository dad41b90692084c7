#include "candour/node/evaluation.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include "candour/base/error.h"
#include "candour/node/refusals.h"

namespace candour::node {
namespace {

void keep_evidence(const Asking& asking, const std::filesystem::path& evidence,
                   const pseudonym::GuardianFailure& failure) {
  asking.around.log.event("guardian.failed")
      .with("guardian", failure.guardian)
      .with("name", base::Label(failure.name))
      .with("batch", base::Label(base::to_hex(failure.batch)))
      .with(failure.error);
  if (failure.answer.empty()) return;
  // A guardian's signature under a wrong answer convinces anybody who has the charter.
  const std::string stem = "guardian-" + std::to_string(failure.guardian) + "-" + base::to_hex(failure.batch);
  asking.around.disk.make_folder(evidence);
  const auto keep = [&](const char* ending, const base::Bytes& bytes) {
    const std::filesystem::path path = evidence / (stem + ending);
    if (!asking.around.disk.exists(path)) asking.around.disk.store_new(path, base::as_text(bytes));
  };
  keep(".request", failure.request);
  keep(".answer", failure.answer);
}

}  // namespace

pseudonym::Evaluation evaluate(const Asking& asking, const EvaluationOf& of,
                               std::span<const pseudonym::Identifier> identifiers) {
  if (asking.seen.out_of_reach) throw base::Error(*asking.seen.out_of_reach);
  const NodeConfig& config = asking.around.config;
  std::vector<std::unique_ptr<pseudonym::GuardianPort>> ports;
  std::vector<pseudonym::GuardianAccess> guardians;
  // A charter may name guardians that have no share: who is about to join, or has left.
  const instruction::Domain& domain = *asking.charter.domain(of.domain);
  for (const auto& [index, key] : domain.share_keys) {
    const instruction::Guardian& guardian = *asking.charter.guardian(index);
    ports.push_back(asking.around.peers.guardian(guardian));
    guardians.push_back({guardian.index, ports.back().get()});
  }
  std::ranges::stable_partition(guardians, [&](const pseudonym::GuardianAccess& one) {
    return !asking.seen.failed.contains(one.index);
  });
  std::mutex keeping;  // one thread at a time uses the vault
  bool has_refused = false;
  const pseudonym::EvaluationJob evaluation{
      .charter = asking.charter,
      .purpose = {.instruction = of.instruction,
                  .domain = of.domain,
                  .provider = asking.provider,
                  .collection = of.collection},
      .signing_key = asking.key,
      .seed = of.seed,
      .guardians = std::move(guardians),
      .clock = asking.around.clock,
      // The threads of a machine of many organisations are at work on them already.
      .threads = config.provider.organisations.size() > 1 ? 1 : config.provider.threads,
      .on_batch =
          [&](const pseudonym::BatchPlan& planned, const pseudonym::BlindedBatch& batch) {
            if (of.keep) {
              const std::lock_guard lock(keeping);
              of.keep(planned, batch);
            }
            // No guardian evaluates what the public cannot see.
            asking.around.peers.enter(batch.envelope);
          },
      .on_failure =
          [&](const pseudonym::GuardianFailure& failure) {
            asking.seen.failed.insert(failure.guardian);
            has_refused = has_refused || failure.error.code() == base::ErrorCode("CND-2460");
            keep_evidence(asking, of.evidence, failure);
          }};
  try {
    return pseudonym::evaluate_batches(evaluation, identifiers, asking.around.progress);
  } catch (const base::Error& error) {
    // What a guardian refuses is this batch's; where none answers, the next would fare no better.
    if (error.code() == base::ErrorCode("CND-2110") && !has_refused) asking.seen.out_of_reach = error;
    // A smaller slice may have room in a quota where a large one had none; many in a row have not.
    const std::string refusal = refusal_by_other(error);
    const bool is_over_quota = refusal == "CND-2123" || refusal == "CND-2124";
    if (is_over_quota && ++asking.seen.over_quota == 3) asking.seen.out_of_reach = error;
    throw;
  }
}

}  // namespace candour::node
