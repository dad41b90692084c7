#include "candour/node/slice_flow.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/node/refusals.h"
#include "candour/node/vault_rows.h"
#include "candour/pseudonym/batch.h"
#include "candour/submission/outbox_names.h"
#include "candour/vault/regimes.h"

namespace candour::node {
namespace {

/// A batch is good for a day; what could not be sent until shortly before is planned anew.
constexpr std::int64_t kPlanLifeSeconds = 23 * 3600;

/// Whether a submission can never be received as it is, so that the next run must plan it anew: its rows are
/// no longer those of the plan, or the hub says that it is wrong or was overtaken.
bool is_beyond_mending(const base::Error& error) {
  if (error.code() == base::ErrorCode("CND-2204")) return true;
  const Fault fault = fault_of(refusal_by_other(error));
  return fault == Fault::kSubmission || fault == Fault::kOvertaken;
}

submission::Intent intent_of(const SliceOrder& order, const Source& source) {
  const SliceJob& job = order.job;
  return {.instruction = job.instruction.id(),
          .slice = {job.collection.name, job.table.name, job.period.name},
          .collection_sha256 = job.collection.digest,
          .rows_refused = source.rows_refused,
          .nil = source.nil,
          .opt_out = job.instruction.opt_out,
          .acceptance = order.acceptance,
          .legal_notice = order.legal_notice};
}

}  // namespace

vault::Slice SliceFlow::slice_in_vault(const SliceJob& job) const {
  return slice_of(around_.vault, job.collection, job.table, job.period);
}

/// What was signed before vaults remembered regimes, the outbox still knows.
void SliceFlow::require_regime(const SliceJob& job, const std::optional<LatestSubmission>& latest) {
  vault::Regimes regimes(around_.vault);
  if (latest && latest->source &&
      submission::stage_of(around_.disk, latest->folder) >= submission::Stage::kSigned) {
    regimes.remember(slice_in_vault(job), job.period, latest->source->opt_out,
                     around_.clock.now_unix_seconds());
  }
  regimes.require(slice_in_vault(job), job.period, job.instruction.opt_out);
}

SliceOutcome SliceFlow::send(const SliceOrder& order) {
  const SliceJob& job = order.job;
  const auto latest = latest_submission(around_.disk, around_.outbox, job);
  require_regime(job, latest);
  const SliceOptOuts opt_outs = opt_outs_.of(job);
  const Source source = source_of(around_.vault, job, opt_outs.fingerprint());
  // Rows are of the order under which they went, with its fields and its end: under another they go again.
  const bool is_received =
      latest && latest->received &&
      submission::load_manifest(around_.disk, latest->folder).instruction == job.instruction.id();
  if (is_received && latest->source == source && !order.even_unchanged) {
    opt_outs_.keep(job, opt_outs);
    return {.revision = latest->revision, .left_out = opt_outs.rows_left_out()};
  }
  if (latest && !latest->received && (latest->source != source || is_stale(job, latest->folder))) {
    around_.outbox.abandon(latest->folder);
  }
  const std::filesystem::path folder = around_.outbox.begin(intent_of(order, source), around_.hub);
  store_source(around_.disk, folder, source);
  if (opt_outs.left_out)
    store_left_out(around_.disk, folder,
                   {opt_outs.left_out->national_people, opt_outs.left_out->type1_people});
  order.require_in_force();
  // From here on somebody may have seen it, whatever becomes of this process.
  vault::Regimes(around_.vault)
      .remember(slice_in_vault(job), job.period, job.instruction.opt_out, around_.clock.now_unix_seconds());
  const auto port = order.make_port(folder, opt_outs.filter);
  try {
    const statement::Receipt receipt = around_.outbox.send(folder, *port, around_.hub);
    opt_outs_.keep(job, opt_outs);
    return {.revision = receipt.revision,
            .receipt = receipt,
            .rows = source.rows - (opt_outs.left_out ? opt_outs.left_out->rows.rows() : 0),
            .left_out = opt_outs.rows_left_out()};
  } catch (const base::Error& error) {
    if (is_beyond_mending(error)) around_.outbox.abandon(folder);
    throw;
  }
}

std::optional<std::uint32_t> SliceFlow::received_as_it_is(const SliceJob& job) const {
  const auto latest = latest_submission(around_.disk, around_.outbox, job);
  if (!latest || !latest->received || !latest->source) return std::nullopt;
  if (*latest->source != source_of(around_.vault, job, latest->source->left_out)) return std::nullopt;
  return latest->revision;
}

/// Whether it is under another order than is in force now, is so old that the hub might not take it any more,
/// or is of a clock that was ahead.
bool SliceFlow::is_stale(const SliceJob& job, const std::filesystem::path& folder) const {
  if (!submission::stage_of(around_.disk, folder)) return false;
  const statement::Submission draft = submission::load_plan(around_.disk, folder).draft;
  if (draft.instruction != job.instruction.id()) return true;
  const std::int64_t age = around_.clock.now_unix_seconds() - draft.header.made;
  return age > kPlanLifeSeconds || age < -pseudonym::kClockToleranceSeconds;
}

}  // namespace candour::node
