#include "candour/instruction/judge_statement.h"
#include "candour/statement/batch.h"
#include "candour/statement/erasure.h"
#include "candour/statement/incident.h"
#include "candour/statement/opt_out_figures.h"
#include "candour/statement/refusal.h"
#include "candour/statement/run.h"
#include "candour/statement/submission.h"
#include "candour/statement/withdraw.h"

// What happens under an instruction: batches, submissions and their receipts, runs and results, releases; and
// what nodes say of it: refusals, erasures, incidents, figures.
namespace candour::instruction {

Judged Judge::batch() const {
  const statement::Batch claim = statement::parse_batch(claimed("batch"));
  const statement::Batch batch = statement::parse_batch(by_provider("batch", claim.provider));
  require_here(batch.header);
  require_in_force(act_of(batch), batch.header.made);
  return {.id = batch.header.id, .effect = [id = batch.instruction](Register& log, const Standing&) {
            ++log.instructions_.at(id).uses.batches;
          }};
}

Judged Judge::submission() const {
  const statement::Submission claim = statement::parse_submission(claimed("submission"));
  const auto submission = statement::parse_submission(by_provider("submission", claim.provider));
  require_here(submission.header);
  const Instruction& order = *known(submission.instruction).instruction;
  require_in_force({.instruction = submission.instruction,
                    .mode = order.mode,
                    .domain = order.domain,
                    .provider = submission.provider,
                    .collection = submission.collection,
                    .collection_sha256 = &submission.collection_sha256},
                   submission.header.made);
  if (submission.opt_out != order.opt_out) {
    throw base::Error("CND-2043", "The submission is under another opt-out regime than its instruction.");
  }
  return {.id = submission.header.id, .effect = [submission](Register& log, const Standing&) {
            InstructionEntry& entry = log.instructions_.at(submission.instruction);
            ++entry.uses.submissions;
            entry.providers_used.insert(submission.provider);
            entry.tables_used.emplace(submission.collection, submission.table);
            if (submission.acceptance == statement::Agreement::kCompelled) {
              entry.compelled[submission.provider] = submission.legal_notice;
            }
          }};
}

Judged Judge::withdraw() const {
  const statement::Withdraw claim = statement::parse_withdraw(claimed("withdraw"));
  const auto withdraw = statement::parse_withdraw(by_provider("withdraw", claim.provider));
  require_here(withdraw.header);
  require_in_force({.instruction = withdraw.instruction,
                    .mode = Mode::kErasure,
                    .domain = known(withdraw.instruction).instruction->domain,
                    .provider = withdraw.provider},
                   withdraw.header.made);
  return {.id = withdraw.header.id, .effect = [withdraw](Register& log, const Standing&) {
            InstructionEntry& entry = log.instructions_.at(withdraw.instruction);
            ++entry.uses.submissions;
            entry.providers_used.insert(withdraw.provider);
          }};
}

Judged Judge::receipt() const {
  const auto receipt = statement::parse_receipt(by_hub("receipt"));
  require_here(receipt.header);
  // A submission has one receipt: another of the same would have another id.
  statement::require_derived_id(receipt.header, "receipt", receipt.submission);
  return nothing(receipt.header);
}

Judged Judge::sealing_key() const {
  const auto key = statement::parse_sealing_key(by_hub("sealing-key"));
  require_here(key.header);
  return nothing(key.header);
}

Judged Judge::run() const {
  const statement::Run run = statement::parse_run(by_hub("run"));
  require_here(run.header);
  const Instruction& order = *known(run.instruction).instruction;
  require_in_force({.instruction = run.instruction,
                    .mode = order.mode,
                    .domain = order.domain,
                    .collection = run.collection,
                    .measures = run.measures},
                   run.header.made);
  return {.id = run.header.id, .effect = [id = run.instruction](Register& log, const Standing& standing) {
            ++log.instructions_.at(id).uses.runs;
            log.runs_.emplace(standing.leaf, id);
          }};
}

Judged Judge::result() const {
  const statement::Result result = statement::parse_result(by_hub("result"));
  require_here(result.header);
  const auto run = log_.runs_.find(result.run);
  if (run == log_.runs_.end()) {
    throw base::Error("CND-2044", "The result is of a run that the log does not have, or that has a result.");
  }
  return {.id = result.header.id,
          .effect = [leaf = result.run, id = run->second](Register& log, const Standing&) {
            ++log.instructions_.at(id).uses.results;
            log.results_[leaf] = id;
            log.runs_.erase(leaf);
          }};
}

Judged Judge::release() const {
  const statement::Release release = statement::parse_release(by("release", now().producer_key));
  require_here(release.header);
  const Instruction& order = *known(release.instruction).instruction;
  require_in_force({.instruction = release.instruction, .mode = order.mode, .domain = order.domain},
                   release.header.made);
  const auto result = log_.results_.find(release.run);
  if (result == log_.results_.end() || result->second != release.instruction) {
    throw base::Error("CND-2045", "The release is of a run that has no result, or of another instruction's.");
  }
  return {.id = release.header.id, .effect = [release](Register& log, const Standing& standing) {
            InstructionEntry& entry = log.instructions_.at(release.instruction);
            ++entry.uses.releases;
            entry.releases.push_back({standing, release});
          }};
}

Judged Judge::refusal() const {
  const statement::Refusal claim = statement::parse_refusal(claimed("refusal"));
  const statement::Refusal refusal = statement::parse_refusal(by_party("refusal", claim.at));
  require_here(refusal.header);
  return {.id = refusal.header.id, .effect = [refusal](Register& log, const Standing&) {
            RefusalCount& count =
                log.refusals_[{refusal.instruction, refusal.code, refusal.role, refusal.act}];
            count.since = count.times == 0 ? refusal.since : std::min(count.since, refusal.since);
            count.until = std::max(count.until, refusal.until);
            count.times += refusal.times;
            if (!refusal.instruction) return;
            const auto found = log.instructions_.find(*refusal.instruction);
            if (found != log.instructions_.end()) found->second.uses.refusals += refusal.times;
          }};
}

Judged Judge::erasure() const {
  const auto erasure = statement::parse_erasure(by_hub("erasure"));
  require_here(erasure.header);
  (void)known(erasure.instruction);
  return {.id = erasure.header.id, .effect = [erasure](Register& log, const Standing& standing) {
            InstructionEntry& entry = log.instructions_.at(erasure.instruction);
            ++entry.uses.erasures;
            if (erasure.what == statement::ErasureGround::kExpiry) {
              entry.expiry_erasures.push_back({standing, erasure});
            }
          }};
}

Judged Judge::incident() const {
  const statement::Incident claim = statement::parse_incident(claimed("incident"));
  const statement::Incident incident = statement::parse_incident(by_party("incident", claim.party));
  require_here(incident.header);
  return {.id = incident.header.id, .effect = [incident](Register& log, const Standing& standing) {
            log.incidents_.push_back({standing, incident});
            log.texts_.push_back({standing, "incident", incident.text});
          }};
}

Judged Judge::opt_out_figures() const {
  const auto claim = statement::parse_opt_out_figures(claimed("opt-out-figures"));
  const auto figures = statement::parse_opt_out_figures(by_provider("opt-out-figures", claim.provider));
  require_here(figures.header);
  return {.id = figures.header.id, .effect = [figures](Register& log, const Standing& standing) {
            log.opt_out_figures_.push_back({standing, figures});
          }};
}

}  // namespace candour::instruction
