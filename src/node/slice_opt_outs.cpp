#include "candour/node/slice_opt_outs.h"

#include "candour/node/vault_rows.h"

namespace candour::node {

SliceOptOuts OptOutsOfRun::of(const SliceJob& job) {
  // Whatever is not the one word that sends everybody is taken for the other.
  if (job.instruction.opt_out == "does-not-apply") return {};
  const std::int64_t now = clock_.now_unix_seconds();
  if (!filter_ || now >= filter_->valid_until()) {
    filter_.reset();
    filter_.emplace(opt_outs_.filter(now));
  }
  return {.filter = &*filter_,
          .left_out = opt_outs_.left_out(job.table, slice_of(vault_, job.collection, job.table, job.period),
                                         *filter_)};
}

void OptOutsOfRun::keep(const SliceJob& job, const SliceOptOuts& slice) {
  if (!slice.left_out) return;
  opt_outs_.keep_left_out({slice_of(vault_, job.collection, job.table, job.period), slice.left_out->rows,
                           clock_.now_unix_seconds()});
}

std::optional<std::int64_t> OptOutsOfRun::check_due() const {
  return filter_ ? std::optional(filter_->valid_until()) : std::nullopt;
}

}  // namespace candour::node
