#include "candour/node/log_view.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/instruction/log_policy.h"
#include "candour/instruction/succession.h"
#include "candour/log/checkpoint.h"
#include "candour/log/policy.h"
#include "candour/node/domains.h"
#include "candour/node/federation.h"
#include "candour/node/redactions.h"
#include "candour/statement/batch.h"
#include "candour/statement/envelope.h"
#include "candour/statement/once.h"
#include "candour/statement/payload.h"

namespace candour::node {
namespace {

/// Nothing where it is no statement.
std::optional<statement::Id> id_of(std::string_view entry) {
  try {
    return statement::once_id(entry);
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

/// The batch of an entry; nothing where it is another statement.
std::optional<statement::Batch> batch_of(std::string_view entry) {
  try {
    return statement::parse_batch(statement::parse_envelope(entry, "batch").payload);
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::shared_ptr<const instruction::Charter> pinned_charter(const base::Disk& disk,
                                                           const std::filesystem::path& folder,
                                                           const base::Digest& federation) {
  const FirstCharter first = load_first_charter(disk, folder);
  const statement::Envelope envelope = statement::parse_envelope(first.envelope, instruction::kCharterKind);
  auto charter = std::make_shared<const instruction::Charter>(
      instruction::parse_charter(envelope.payload, first.providers));
  instruction::require_founded(envelope, *charter, federation);
  return charter;
}

LogView::LogView(Parts parts)
    : parts_(std::move(parts)),
      folded_(std::make_shared<const instruction::Register>(parts_.first->federation())),
      register_(folded_) {
  fold();
  redact();
}

void LogView::refresh() {
  const std::lock_guard one(refresh_mutex_);
  if (parts_.follow) {
    follow();
  } else {
    fold();
  }
  redact();
}

// Each step brought a larger checkpoint or a later time, so that there is an end.
void LogView::follow() {
  std::int64_t time = 0;
  while (true) {
    time = std::max(time, moment().witnessed);
    const log::Followed came = parts_.follow(*charter(), believed(time));
    fold();
    if (came.how != log::Followed::How::kStep) return;
    time = std::max(time, came.time);
  }
}

// Those in force; and those of a version whose delay was over, by the word of those in force, when they last
// signed. Its statement that this is so may be an entry that is still to come.
log::Trusted LogView::believed(std::int64_t time) const {
  const auto log = now();
  if (log->charters().empty()) return {{instruction::log_policy(*parts_.first)}, time};
  log::Trusted whom{{instruction::log_policy(*log->charter())}, time};
  const auto& due = log->charter_due(time);
  if (due != log->charter()) whom.policies.push_back(instruction::log_policy(*due));
  return whom;
}

// By both clocks: one that is ahead shows nothing before its day is over.
void LogView::redact() {
  const auto log = now();
  if (log->redactions().empty()) return;
  const instruction::Moment at = moment();
  apply_redactions(*log, parts_.store.bodies(), std::min(at.now, at.witnessed));
}

void LogView::refresh_if_older(std::int64_t seconds) {
  const instruction::Moment moment = this->moment();
  if (moment.now - moment.witnessed > seconds) refresh();
}

// The register is copied, changed and put in the place of the old one, so that who reads has one that stays.
void LogView::fold() {
  const log::HeadRecord published = parts_.store.published();
  const std::uint64_t end = published.head.size;
  std::shared_ptr<const instruction::Register> before;
  {
    const std::lock_guard lock(mutex_);
    before = folded_;
    if (before->size() >= end) {
      folded_note_ = published.note;
      return;
    }
  }
  auto next = std::make_shared<instruction::Register>(*before);
  std::vector<std::pair<statement::Batch, base::Digest>> batches;
  std::vector<std::pair<base::Digest, std::uint64_t>> ids;
  parts_.store.each_entry(next->size(), end, [&](std::uint64_t index, std::string_view entry) {
    std::string body;
    if (const auto digest = instruction::Register::body_of(entry)) {
      auto found = parts_.body_of(*digest);
      if (!found) {
        throw base::Error("CND-2017", "A body that an entry of the log names cannot be had.")
            .with("sha256", base::Label(base::to_hex(*digest)));
      }
      body = *std::move(found);
    }
    const std::size_t problems = next->problems().size();
    next->apply(entry, body);
    if (next->problems().size() > problems) return;
    if (const auto id = id_of(entry)) ids.emplace_back(base::sha256(*id), index);
    if (auto batch = batch_of(entry)) batches.emplace_back(*std::move(batch), statement::leaf_hash(entry));
  });
  const std::uint32_t version = next->charter()->version;
  if (before->charters().empty() || version != before->charter()->version) {
    require_domains(*next, *next->charter(),
                    [this](std::uint64_t index) { return parts_.store.entry(index); });
  }
  const std::lock_guard lock(mutex_);
  for (const auto& [batch, leaf] : batches) quota_.add(batch, leaf);
  for (const auto& [id, index] : ids) ids_.insert(id, index);
  quota_.forget(parts_.clock.now_unix_seconds());
  folded_ = std::move(next);
  folded_note_ = published.note;
  register_ = with_handed_in();
}

// One that binds nobody any more, because its signer's key is gone, is left out.
std::shared_ptr<const instruction::Register> LogView::with_handed_in() const {
  if (handed_in_.empty()) return folded_;
  auto next = std::make_shared<instruction::Register>(*folded_);
  for (const std::string& revocation : handed_in_) {
    try {
      next->hand_in(revocation);
    } catch (const base::Error&) {
      continue;
    }
  }
  return next;
}

std::optional<std::string> LogView::entry_with(const statement::Id& id) const {
  const std::lock_guard lock(mutex_);
  const auto index =
      ids_.find(base::sha256(id), [&](std::uint64_t at) { return id_of(parts_.store.entry(at)) == id; });
  return index ? std::optional(parts_.store.entry(*index)) : std::nullopt;
}

std::shared_ptr<const instruction::Register> LogView::now() const {
  const std::lock_guard lock(mutex_);
  return register_;
}

instruction::Moment LogView::moment() const {
  instruction::Moment moment{.now = parts_.clock.now_unix_seconds(), .witnessed = 0};
  std::string note;
  std::shared_ptr<const instruction::Register> log;
  {
    const std::lock_guard lock(mutex_);
    note = folded_note_;
    log = folded_;
  }
  if (note.empty() || log->charters().empty()) return moment;
  // It may be of a step, or of those whom the last of its entries replaced, or have a line that does not hold
  // of those who came: then there is no time.
  try {
    const auto verdict =
        log::judge_checkpoint(instruction::log_policy(*log->charter()), log::parse_checkpoint(note));
    if (verdict.holds()) moment.witnessed = log::lower_median_time(verdict.cosigned);
  } catch (const base::Error&) {
    moment.witnessed = 0;
  }
  return moment;
}

void LogView::hand_in(std::string_view revocation) {
  instruction::Register judged(*now());
  judged.hand_in(revocation);
  const std::lock_guard lock(mutex_);
  handed_in_.emplace_back(revocation);
  register_ = with_handed_in();
}

std::shared_ptr<const instruction::Charter> LogView::charter() {
  const auto log = now();
  return log->charters().empty() ? parts_.first : log->charter();
}

instruction::Verdict LogView::judge(const instruction::Act& act) {
  const auto log = now();
  if (log->charters().empty()) {
    return instruction::Verdict::refused("CND-2016", "The log does not begin with the federation's charter.");
  }
  return instruction::in_force(*log, act, moment());
}

void LogView::look_for(const base::Digest& leaf) {
  if (parts_.store.find(leaf)) return;
  try {
    refresh();
  } catch (const base::Error&) {
    return;  // require_entered refuses what is not there
  }
}

void LogView::require_entered(const instruction::Provider& provider, const statement::Batch& batch,
                              const base::Digest& leaf, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  quota_.require_within(provider, batch, leaf, now);
}

std::uint64_t LogView::used_since(std::string_view provider, std::int64_t since) {
  const std::lock_guard lock(mutex_);
  return quota_.used_since(provider, since);
}

std::string LogView::checkpoint() { return parts_.store.published().note; }

void LogView::each_entry(const log::EachEntry& each) const {
  parts_.store.each_entry(0, now()->size(), each);
}

}  // namespace candour::node
