#include "candour/node/person_receipt.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/instruction/log_policy.h"
#include "candour/log/proof.h"
#include "candour/statement/envelope.h"
#include "candour/statement/submission.h"

namespace candour::node {
namespace {

constexpr std::string_view kFormat = "candour-receipt-v1";
constexpr std::size_t kRowAtMostBytes = 65'536;
constexpr std::int64_t kRowsAtMost = 1'000'000'000'000;

PersonReceipt read_receipt(std::string_view text) {
  statement::PayloadReader reader(text);
  if (reader.text("format", 64) != kFormat) statement::refuse_member("format", "another format");
  PersonReceipt receipt;
  receipt.submission = reader.text("submission", statement::kEnvelopeAtMostBytes);
  receipt.proof = reader.text("proof", log::kProofAtMostBytes);
  receipt.policy = reader.text("policy", log::kPolicyAtMostBytes);
  receipt.index = static_cast<std::uint64_t>(reader.integer("index", 0, kRowsAtMost));
  receipt.count = static_cast<std::uint64_t>(reader.integer("count", 1, kRowsAtMost));
  receipt.row = reader.text("row", kRowAtMostBytes);
  std::ranges::copy(reader.bytes("salt", receipt.salt.size()), receipt.salt.begin());
  receipt.path = reader.digests("path", log::kPathAtMost);
  reader.finish();
  return receipt;
}

/// The three texts of a receipt, read.
struct Parts {
  statement::Submission submission;
  log::Proof proof;
  log::Policy policy;
};

Parts parts_of(const PersonReceipt& receipt) {
  const auto envelope = statement::parse_envelope(receipt.submission, "submission");
  return {statement::parse_submission(envelope.payload), log::parse_proof(receipt.proof),
          log::parse_policy(receipt.policy)};
}

ReceiptCheck answer(std::string_view check, bool holds, std::string_view yes, std::string_view no) {
  return {check, holds ? Finding::kHolds : Finding::kFails, std::string(holds ? yes : no)};
}
ReceiptCheck open(std::string_view check, std::string_view why) {
  return {check, Finding::kOpen, std::string(why)};
}

ReceiptCheck check_row(const PersonReceipt& receipt, const statement::Submission& submission) {
  base::Bytes leaf(receipt.salt.begin(), receipt.salt.end());
  leaf.insert(leaf.end(), receipt.row.begin(), receipt.row.end());
  return answer("row",
                log::verify_inclusion(log::leaf_hash(leaf), receipt.index,
                                      {receipt.count, submission.commitment}, receipt.path),
                "The row is under what the submission commits to.",
                "The row is not under what the submission commits to.");
}

ReceiptCheck check_federation(const statement::Submission& submission, const Believed& believed) {
  if (!believed.federation) return open("federation", "Which federation it is of, nobody told.");
  return answer("federation", submission.header.federation == *believed.federation,
                "The submission is of the federation that you named.",
                "The submission is of another federation.");
}

/// Of all versions that were in force the one whose witnesses the receipt names; the newest where none is.
log::Policy policy_of(const PersonReceipt& receipt, const instruction::Register& log) {
  for (const instruction::CharterEntry& one : log.charters()) {
    if (!one.in_force_from) continue;
    log::Policy policy = instruction::log_policy(*one.charter);
    if (log::write_policy(policy) == receipt.policy) return policy;
  }
  return instruction::log_policy(*log.charter());
}

ReceiptCheck check_provider(const PersonReceipt& receipt, const Parts& parts, const Believed& believed) {
  if (believed.log == nullptr) {
    return open("provider", "Who signed the submission is not established: no charter was given.");
  }
  const statement::Submission& submission = parts.submission;
  const instruction::Provider* provider =
      believed.log->charter_at(parts.proof.index).charter->provider(submission.provider);
  bool holds = provider != nullptr && submission.header.federation == believed.federation;
  if (holds) {
    try {
      (void)statement::verified_payload(receipt.submission, "submission", provider->signing_key);
    } catch (const base::Error&) {
      holds = false;
    }
  }
  return answer("provider", holds,
                "The provider that it names signed the submission, as the charter of then has it.",
                "The submission is not signed by the provider that it names, as the charter of then has it.");
}

ReceiptCheck check_log(const PersonReceipt& receipt, const Parts& parts) {
  const log::Checkpoint& checkpoint = parts.proof.checkpoint.checkpoint;
  return answer("log",
                checkpoint.origin == parts.submission.header.log &&
                    log::verify_inclusion(log::leaf_hash(base::as_bytes(receipt.submission)),
                                          parts.proof.index, checkpoint.head, parts.proof.path),
                "The submission is in the log, under the checkpoint.",
                "The submission is not under the checkpoint of its log.");
}

ReceiptCheck check_witnesses(const log::Proof& proof, const log::Policy& policy) {
  bool holds = false;
  try {
    holds = log::judge_checkpoint(policy, proof.checkpoint).holds();
  } catch (const base::Error&) {
    holds = false;
  }
  return answer("witnesses", holds, "The log signed the checkpoint and enough witnesses cosigned it.",
                "The checkpoint is not signed by the log and cosigned by enough witnesses.");
}

ReceiptCheck check_policy(const PersonReceipt& receipt, const log::Policy& judged_by,
                          const instruction::Register* log) {
  if (log == nullptr) {
    return open("policy", "Whom to believe, the receipt's maker chose: no charter was given.");
  }
  return answer("policy", receipt.policy == log::write_policy(judged_by),
                "The receipt's log and witnesses are those of a charter that was in force.",
                "The receipt's log and witnesses are no charter's. It was judged by the newest one's.");
}

}  // namespace

std::string write_person_receipt(const PersonReceipt& receipt) {
  base::Json::Array path;
  for (const base::Digest& one : receipt.path) path.emplace_back(base::to_hex(one));
  return base::write_json(base::Json::Object{{"format", kFormat},
                                             {"submission", receipt.submission},
                                             {"proof", receipt.proof},
                                             {"policy", receipt.policy},
                                             {"index", receipt.index},
                                             {"count", receipt.count},
                                             {"row", receipt.row},
                                             {"salt", base::to_hex(receipt.salt)},
                                             {"path", std::move(path)}});
}

PersonReceipt parse_person_receipt(std::string_view text) {
  try {
    if (text.size() <= kPersonReceiptAtMostBytes) return read_receipt(text);
  } catch (const base::Error&) {
    // Which member, a reader of ours may say; the file is a stranger's, and its words are not repeated.
  }
  throw base::Error("CND-2491", "The file is no receipt of a person, or was changed.");
}

std::vector<ReceiptCheck> check_receipt(const PersonReceipt& receipt, const Believed& believed) {
  Parts parts;
  try {
    parts = parts_of(receipt);
  } catch (const base::Error&) {
    return {{"form", Finding::kFails, "It does not hold a submission, a proof and a policy."}};
  }
  const instruction::Register* log = believed.log;
  const log::Policy policy = log != nullptr ? policy_of(receipt, *log) : parts.policy;
  return {{"form", Finding::kHolds, "It holds a submission, a proof and a policy."},
          check_row(receipt, parts.submission),
          check_federation(parts.submission, believed),
          check_provider(receipt, parts, believed),
          check_log(receipt, parts),
          check_witnesses(parts.proof, policy),
          check_policy(receipt, policy, log)};
}

std::vector<std::string> beyond_receipts() {
  return {"that the row is about you, or is right: it has no name and no number in it",
          "that you have no other rows in the submission",
          "how many rows the submission has: nothing public says it",
          "what was done with the row later: only the log says that"};
}

}  // namespace candour::node
