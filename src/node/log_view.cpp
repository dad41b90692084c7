#include "candour/node/log_view.h"

#include "candour/base/error.h"
#include "candour/instruction/log_policy.h"
#include "candour/instruction/succession.h"
#include "candour/log/checkpoint.h"
#include "candour/log/policy.h"
#include "candour/node/domains.h"
#include "candour/node/federation.h"
#include "candour/statement/batch.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

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
      register_(std::make_shared<const instruction::Register>(parts_.first->federation())) {
  fold();
}

void LogView::refresh() {
  const std::lock_guard one(refresh_mutex_);
  if (parts_.follow) parts_.follow(*charter());
  fold();
}

void LogView::refresh_if_older(std::int64_t seconds) {
  const instruction::Moment moment = this->moment();
  if (moment.now - moment.witnessed > seconds) refresh();
}

// The register is copied, changed and put in the place of the old one, so that who reads has one that stays.
void LogView::fold() {
  auto next = std::make_shared<instruction::Register>(*now());
  const std::uint64_t end = parts_.store.published().head.size;
  if (next->size() >= end) return;
  std::vector<std::pair<statement::Batch, base::Digest>> batches;
  parts_.store.each_entry(next->size(), end, [&](std::uint64_t, std::string_view entry) {
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
    if (auto batch = batch_of(entry)) batches.emplace_back(*std::move(batch), statement::leaf_hash(entry));
  });
  if (next->charter()->version != checked_version_) {
    require_domains(*next, *next->charter(),
                    [this](std::uint64_t index) { return parts_.store.entry(index); });
  }
  const std::lock_guard lock(mutex_);
  for (const auto& [batch, leaf] : batches) quota_.add(batch, leaf);
  quota_.forget(parts_.clock.now_unix_seconds());
  checked_version_ = next->charter()->version;
  register_ = std::move(next);
}

std::shared_ptr<const instruction::Register> LogView::now() const {
  const std::lock_guard lock(mutex_);
  return register_;
}

instruction::Moment LogView::moment() const {
  instruction::Moment moment{.now = parts_.clock.now_unix_seconds(), .witnessed = 0};
  const log::HeadRecord published = parts_.store.published();
  if (published.note.empty()) return moment;
  const auto log = now();
  if (log->charters().empty()) return moment;
  moment.witnessed = log::lower_median_time(
      log::judge_checkpoint(instruction::log_policy(*log->charter()), log::parse_checkpoint(published.note))
          .cosigned);
  return moment;
}

void LogView::hand_in(std::string_view revocation) {
  const std::lock_guard one(refresh_mutex_);
  auto next = std::make_shared<instruction::Register>(*now());
  next->hand_in(revocation);
  const std::lock_guard lock(mutex_);
  register_ = std::move(next);
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

void LogView::require_entered(const instruction::Provider& provider, const statement::Batch& batch,
                              const base::Digest& leaf, std::int64_t now) {
  if (!parts_.store.find(leaf)) refresh();
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
