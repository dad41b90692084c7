#include "candour/node/person_answer.h"

#include <algorithm>
#include <map>
#include <set>

#include "candour/base/error.h"
#include "candour/collection/field_parse.h"
#include "candour/instruction/judge.h"
#include "candour/instruction/log_policy.h"
#include "candour/log/proof.h"
#include "candour/log/tile_reader.h"
#include "candour/statement/envelope.h"
#include "candour/submission/outbox_names.h"

namespace candour::node {
namespace {

using std::filesystem::path;

std::string payload_of(std::string_view entry, std::string_view kind) {
  return statement::parse_envelope(entry, kind).payload;
}

/// What the mirror says about submissions and their uses, read once.
class LogUses {
 public:
  LogUses(const log::Store& store, const instruction::Register& log, std::uint64_t size) {
    for (const instruction::Problem& one : log.problems()) problems_.insert(one.index);
    store.each_entry(0, size, [&](std::uint64_t index, std::string_view entry) { take(index, entry); });
  }

  /// Where the hub received what replaced this submission; nothing while it is in force.
  [[nodiscard]] std::optional<std::uint64_t> replaced_at(const base::Digest& identity) const {
    const auto next = replaces_.find(identity);
    const auto received = next == replaces_.end() ? received_.end() : received_.find(next->second);
    if (received == received_.end()) return std::nullopt;
    return received->second;
  }

  /// What ran and was published between two places in the log.
  [[nodiscard]] std::vector<Use> of(const statement::Submission& sent, std::uint64_t from,
                                    std::optional<std::uint64_t> until) const {
    std::vector<Use> uses;
    for (const Ran& ran : runs_) {
      const statement::Run& run = ran.run;
      const bool is_ours = run.instruction == sent.instruction && run.collection == sent.collection &&
                           (run.period.empty() || run.period == sent.period);
      if (!is_ours || ran.index < from || (until && ran.index > *until)) continue;
      uses.push_back({run.header.made, run.by == statement::RunBy::kPerson, words_of(run)});
      for (const Use& one : ran.after) uses.push_back(one);
    }
    return uses;
  }

 private:
  struct Ran {
    std::uint64_t index = 0;
    statement::Run run;
    std::vector<Use> after{};
  };

  static std::string words_of(const statement::Run& run) {
    std::string words = "purpose: " + std::string(statement::word_of(run.purpose, statement::kRunPurposes));
    for (const std::string& measure : run.measures) words += ", measure " + measure;
    return words + (run.who.empty() ? "" : ", by the " + run.who);
  }

  void add_after(const base::Digest& run, Use use) {
    const auto found = run_at_.find(run);
    if (found != run_at_.end()) runs_[found->second].after.push_back(std::move(use));
  }

  void take(std::uint64_t index, std::string_view entry) {
    const std::string kind = instruction::judged_kind(entry);
    if (kind == "submission") {
      const auto one = statement::parse_submission(payload_of(entry, kind));
      if (one.supersedes) replaces_[*one.supersedes] = base::sha256(base::as_bytes(entry));
      return;
    }
    if (kind == "receipt") {
      received_.emplace(statement::parse_receipt(payload_of(entry, kind)).submission, index);
      return;
    }
    if (problems_.contains(index)) return;
    if (kind == "run") {
      run_at_[statement::leaf_hash(entry)] = runs_.size();
      runs_.push_back({index, statement::parse_run(payload_of(entry, kind))});
    } else if (kind == "result") {
      const auto one = statement::parse_result(payload_of(entry, kind));
      add_after(one.run, {one.header.made, false,
                          "its result, disclosure control: " +
                              std::string(statement::word_of(one.disclosure, statement::kDisclosures))});
    } else if (kind == "release") {
      const auto one = statement::parse_release(payload_of(entry, kind));
      add_after(one.run, {one.header.made, false, "published: " + one.title});
    }
  }

  std::set<std::uint64_t> problems_;
  std::vector<Ran> runs_;
  std::map<base::Digest, std::size_t> run_at_;      ///< leaf → place in runs_
  std::map<base::Digest, base::Digest> replaces_;   ///< identity → of the one that replaces it
  std::map<base::Digest, std::uint64_t> received_;  ///< identity → index of its receipt
};

bool holds(const log::Policy& policy, const log::SignedCheckpoint& checkpoint) {
  try {
    return log::judge_checkpoint(policy, checkpoint).holds();
  } catch (const base::Error&) {
    return false;
  }
}

/// One receipt a row, where the newest checkpoint covers the submission's entry and is signed by those in
/// force: while witnesses change it is not, for a moment.
std::vector<std::string> receipts_of(const AnswerParts& parts, const std::string& envelope,
                                     std::uint64_t entry, const std::vector<RowOfPerson>& rows) {
  const log::HeadRecord published = parts.store.published();
  if (published.note.empty() || entry >= published.head.size) return {};
  const log::SignedCheckpoint checkpoint = log::parse_checkpoint(published.note);
  const log::Policy policy = instruction::log_policy(*parts.log.charter());
  if (!holds(policy, checkpoint)) return {};
  log::TileReader reader(parts.store, published.head);
  PersonReceipt receipt{
      .submission = envelope,
      .proof = log::write_proof({.index = entry,
                                 .path = log::prove_inclusion(reader, entry, published.head.size),
                                 .checkpoint = checkpoint}),
      .policy = log::write_policy(policy)};
  std::vector<std::string> made;
  for (const RowOfPerson& one : rows) {
    receipt.index = one.index;
    receipt.count = one.count;
    receipt.row = one.row;
    receipt.salt = one.salt;
    receipt.path = one.path;
    made.push_back(write_person_receipt(receipt));
  }
  return made;
}

}  // namespace

pseudonym::Identifier nhs_number_of_person(base::ByteView typed) {
  pseudonym::Identifier number{std::string()};
  number.reveal().reserve(16);  // a text that grew would leave digits behind
  bool holds = true;
  for (const std::uint8_t byte : typed) {
    if (byte == ' ' || byte == '\r' || byte == '\n') continue;
    holds = holds && byte >= '0' && byte <= '9' && number.reveal().size() < 10;
    if (holds) number.reveal().push_back(static_cast<char>(byte));
  }
  if (!holds || number.reveal().size() != 10 || !collection::nhs_number_check_digit_holds(number.reveal())) {
    throw base::Error("CND-2492", "What was given is no NHS number.");
  }
  return number;
}

PersonAnswer answer_person(const AnswerParts& parts, const pseudonym::Identifier& number) {
  const PersonTag tag = person_tag(parts.vault, number);
  const std::uint64_t size = parts.store.published().head.size;
  PersonAnswer answer{
      .provider = parts.vault.submitter(), .made = parts.now, .log_size = size, .holding = {}};
  const LogUses uses(parts.store, parts.log, size);
  if (!parts.disk.exists(parts.outbox)) return answer;
  for (const std::string& name : parts.disk.list(parts.outbox)) {
    const path folder = parts.outbox / name;
    if (submission::stage_of(parts.disk, folder) != submission::Stage::kReceived) continue;
    const std::string envelope =
        base::load_text(parts.disk, folder / submission::kManifestFile, statement::kEnvelopeAtMostBytes);
    SentForPerson one{.sent = statement::parse_submission(payload_of(envelope, "submission")),
                      .rows = {},
                      .receipts = {},
                      .uses = {}};
    if (!parts.may_show(submission::slice_of(one.sent))) continue;
    auto rows = rows_of_person(parts.disk, folder, parts.vault, one.sent, tag);
    ++(rows ? answer.searched : answer.not_searchable);
    if (!rows || rows->empty()) continue;
    one.rows = *std::move(rows);
    const std::string stored =
        base::load_text(parts.disk, folder / submission::kReceiptFile, statement::kEnvelopeAtMostBytes);
    one.received = statement::parse_receipt(payload_of(stored, "receipt")).header.made;
    one.instruction = parts.log.find(one.sent.instruction);
    const auto until = uses.replaced_at(base::sha256(base::as_bytes(envelope)));
    one.replaced = until.has_value();
    if (const auto entry = parts.store.find(statement::leaf_hash(envelope)); entry && *entry < size) {
      one.receipts = receipts_of(parts, envelope, *entry, one.rows);
      one.uses = uses.of(one.sent, *entry, until);
    }
    answer.holding.push_back(std::move(one));
  }
  return answer;
}

}  // namespace candour::node
