#include "candour/node/log_references.h"

#include <algorithm>
#include <array>

#include "candour/base/date.h"
#include "candour/instruction/judge.h"
#include "candour/statement/batch.h"
#include "candour/statement/envelope.h"
#include "candour/statement/once.h"
#include "candour/statement/submission.h"
#include "candour/statement/withdraw.h"

namespace candour::node {
namespace {

AuditFinding finding(std::uint64_t index, std::string_view kind, std::string_view code, std::string says) {
  return {.index = index, .kind = std::string(kind), .code = std::string(code), .says = std::move(says)};
}

/// How long after it was made a statement may be entered: what the log's admission allows a batch, a
/// run, a submission and erasure orders, with five minutes each for the clocks of its maker and of the
/// witnesses.
struct Entered {
  std::string_view kind;
  std::int64_t seconds;
};
constexpr std::int64_t kClocksSeconds = 15 * 60;
constexpr std::array kEnteredWithin = {Entered{"batch", kClocksSeconds}, Entered{"run", kClocksSeconds},
                                       Entered{"submission", 86'400 + kClocksSeconds},
                                       Entered{"withdraw", 86'400 + kClocksSeconds}};

AuditFinding overdue_since(std::uint64_t index, std::string_view kind, std::string_view what,
                           std::int64_t due) {
  return finding(index, kind, "CND-2486", std::string(what) + " It was due " + base::utc_text(due) + ".");
}

}  // namespace

std::vector<AuditFinding> LogReferences::take(std::uint64_t index, std::string_view entry,
                                              std::int64_t after) {
  const std::string kind = instruction::judged_kind(entry);
  const std::string payload = statement::parse_any_envelope(entry).payload;
  const statement::Header header = statement::PayloadReader(std::string_view(payload)).header();
  std::vector<AuditFinding> found = refer(index, entry, kind, header, payload);
  const auto hours = std::ranges::find(kEnteredWithin, kind, &Entered::kind);
  if (hours != kEnteredWithin.end() && header.made < after - hours->seconds) {
    found.push_back(finding(index, kind, "CND-2555",
                            "It says that it was made " + base::utc_text(header.made) +
                                ", and the witnesses had signed the log without it " + base::utc_text(after) +
                                "."));
  }
  return found;
}

std::vector<AuditFinding> LogReferences::refer(std::uint64_t index, std::string_view entry,
                                               std::string_view kind, const statement::Header& header,
                                               std::string_view payload) {
  ids_.emplace_back(statement::once_id(kind, header.id), index);
  if (kind == "batch") {
    const statement::Batch batch = statement::parse_batch(payload);
    batches_.emplace(statement::leaf_hash(entry), Batch{index, batch.header.made, batch.instruction,
                                                        batch.provider, batch.collection, false});
  } else if (kind == "submission") {
    return take_submission(index, entry, payload);
  } else if (kind == "withdraw") {
    return take_withdraw(index, entry, payload);
  } else if (kind == "receipt") {
    return take_receipt(index, payload);
  } else if (kind == "run") {
    runs_.emplace(statement::leaf_hash(entry), Run{index, header.made});
  } else if (kind == "result") {
    runs_.erase(statement::parse_result(payload).run);
  }
  return {};
}

std::vector<AuditFinding> LogReferences::take_withdraw(std::uint64_t index, std::string_view entry,
                                                       std::string_view payload) {
  const statement::Withdraw withdraw = statement::parse_withdraw(payload);
  submissions_.emplace(base::sha256(base::as_bytes(entry)), withdraw.provider);
  return take_batches(index, "withdraw", std::span(&withdraw.batch, 1),
                      {.instruction = withdraw.instruction, .provider = withdraw.provider, .collection = ""});
}

std::vector<AuditFinding> LogReferences::take_submission(std::uint64_t index, std::string_view entry,
                                                         std::string_view payload) {
  const statement::Submission submission = statement::parse_submission(payload);
  submissions_.emplace(base::sha256(base::as_bytes(entry)), submission.provider);
  return take_batches(index, "submission", submission.batches,
                      {.instruction = submission.instruction,
                       .provider = submission.provider,
                       .collection = submission.collection});
}

std::vector<AuditFinding> LogReferences::take_batches(std::uint64_t index, std::string_view kind,
                                                      std::span<const base::Digest> batches,
                                                      const Batch& expected) {
  std::vector<AuditFinding> found;
  const auto refuse = [&](std::string_view says) {
    found.push_back(finding(index, kind, "CND-2483", std::string(says)));
  };
  for (const base::Digest& leaf : batches) {
    const auto batch = batches_.find(leaf);
    if (batch == batches_.end()) {
      refuse("It names a batch that is not in the log before it.");
      continue;
    }
    Batch& named = batch->second;
    if (named.provider != expected.provider) refuse("It uses a batch of another provider.");
    if (named.instruction != expected.instruction || named.collection != expected.collection) {
      refuse("It uses a batch of another instruction or collection.");
    }
    if (std::exchange(named.is_used, true)) refuse("It uses a batch that another submission has used.");
  }
  return found;
}

std::vector<AuditFinding> LogReferences::take_receipt(std::uint64_t index, std::string_view payload) const {
  const statement::Receipt receipt = statement::parse_receipt(payload);
  const auto answered = submissions_.find(receipt.submission);
  if (answered != submissions_.end() && answered->second == receipt.provider) return {};
  return {finding(index, "receipt", "CND-2484",
                  "It answers no submission that its provider has in the log before it.")};
}

std::vector<AuditFinding> LogReferences::repeated_ids() {
  std::ranges::sort(ids_);
  std::vector<AuditFinding> found;
  for (std::size_t i = 1; i < ids_.size(); ++i) {
    if (ids_[i].first != ids_[i - 1].first) continue;
    found.push_back(finding(ids_[i].second, "", "CND-2482",
                            "Its id is that of entry " + std::to_string(ids_[i - 1].second) + "."));
  }
  return found;
}

std::vector<AuditFinding> LogReferences::overdue(const instruction::Register& log, std::int64_t now) const {
  std::vector<AuditFinding> found;
  for (const auto& [leaf, run] : runs_) {
    const std::int64_t due = run.made + kPromiseSeconds;
    if (now > due) found.push_back(overdue_since(run.index, "run", "The run has no result.", due));
  }
  for (const auto& [leaf, batch] : batches_) {
    const std::int64_t due = batch.made + kPromiseSeconds;
    if (batch.is_used || now <= due) continue;
    found.push_back(overdue_since(batch.index, "batch", "No submission used the batch.", due));
  }
  const base::Date today = base::utc_day(now);
  for (const instruction::SealedEntry& one : log.sealed()) {
    if (one.opening || today <= one.sealed.open_by) continue;
    found.push_back(finding(one.index, "sealed", "CND-2486",
                            "The sealed entry is not open. It was due on " + one.sealed.open_by.iso() + "."));
  }
  for (const auto& [id, entry] : log.instructions()) {
    const std::int64_t due = entry.instruction->erased_by();
    if (entry.tables_used.empty() || entry.is_erased() || now <= due + kPromiseSeconds) continue;
    found.push_back(
        overdue_since(entry.index, "instruction", "What it brought is not said to be erased.", due));
  }
  std::ranges::sort(found, {}, &AuditFinding::index);
  return found;
}

}  // namespace candour::node
