#include <algorithm>

#include "candour/base/error.h"
#include "candour/instruction/judge.h"
#include "candour/instruction/log_policy.h"
#include "candour/instruction/register.h"
#include "candour/log/proof.h"
#include "candour/public_register/evidence.h"
#include "candour/public_register/evidence_files.h"
#include "candour/public_register/status.h"
#include "candour/public_register/words.h"
#include "candour/statement/envelope.h"
#include "candour/statement/head.h"

namespace candour::public_register {
namespace {

using instruction::Register;

constexpr std::size_t kFederationFileBytes = 65;

[[noreturn]] void refuse(std::string_view path) {
  throw base::Error("CND-2653", "A file of the evidence is missing, or not in its form.")
      .with("file", base::Label(path));
}

const std::string& file_of(const EvidenceFiles& files, const std::string& path) {
  const auto found = files.find(path);
  if (found == files.end()) refuse(path);
  return found->second;
}

struct Entry {
  std::uint64_t index = 0;
  std::string path{};
  const std::string* bytes = nullptr;
};

/// The statements, in the order of the log.
std::vector<Entry> entries_of(const EvidenceFiles& files) {
  std::vector<Entry> entries;
  for (const auto& [path, bytes] : files) {
    if (!path.starts_with("entries/") || path.ends_with(".tlog-proof")) continue;
    const auto index = index_of_entry(path);
    if (!index || (!entries.empty() && entries.back().index >= *index)) refuse(path);
    entries.push_back({*index, path, &bytes});
  }
  return entries;
}

Register fold(const EvidenceFiles& files, const std::vector<Entry>& entries, const base::Digest& federation) {
  Register folded(federation);
  for (const Entry& one : entries) {
    folded.skip_to(one.index);
    const auto needed = Register::body_of(*one.bytes);
    const auto body = needed ? files.find(body_path(*needed)) : files.end();
    folded.apply(*one.bytes, body == files.end() ? std::string_view() : std::string_view(body->second));
  }
  (void)folded.charter();
  return folded;
}

/// Everything that the questions are asked of.
struct Case {
  const EvidenceFiles& files;
  std::vector<Entry> entries;
  base::Digest federation{};
  Register log;
  log::SignedCheckpoint checkpoint;
  log::Policy policy;
  log::CheckpointVerdict head;
};

Case read_case(const EvidenceFiles& files) {
  const std::string& name = file_of(files, "federation");
  const auto federation = name.size() == kFederationFileBytes
                              ? base::from_hex_exactly<32>(std::string_view(name).substr(0, 64))
                              : std::nullopt;
  if (!federation) refuse("federation");
  std::vector<Entry> entries = entries_of(files);
  Register log = fold(files, entries, *federation);
  log::SignedCheckpoint checkpoint = log::parse_checkpoint(file_of(files, "checkpoint"));
  log::Policy policy = instruction::log_policy(*log.charter());
  log::CheckpointVerdict head = log::judge_checkpoint(policy, checkpoint);
  return {files,          std::move(entries),    *federation,
          std::move(log), std::move(checkpoint), std::move(policy),
          std::move(head)};
}

EvidenceVerdict whose(const Case& of, const std::optional<base::Digest>& pinned) {
  EvidenceVerdict verdict{.question = "Is it the federation that I mean?", .says = {}};
  if (!pinned) {
    verdict.says = "You named none. This folder is of " + base::to_hex(of.federation) + ": ask its parties.";
  } else if (*pinned == of.federation) {
    verdict.finding = Finding::kHolds;
    verdict.says = "Version 1 of its charter has the digest that you named.";
  } else {
    verdict.finding = Finding::kFails;
    verdict.says = "It is of another: " + base::to_hex(of.federation) + ".";
  }
  return verdict;
}

EvidenceVerdict is_head_signed(const Case& of) {
  EvidenceVerdict verdict{.question = "Have the log and enough witnesses signed the head?", .says = {}};
  const bool is_policy = file_of(of.files, "policy") == log::write_policy(of.policy);
  const bool is_ours = of.checkpoint.checkpoint.origin == of.log.charter()->log();
  verdict.finding = of.head.holds() && is_policy && is_ours ? Finding::kHolds : Finding::kFails;
  verdict.says = std::to_string(of.head.cosigned.size()) + " of its witnesses did; " +
                 std::to_string(of.log.charter()->quorum) + " must." +
                 (is_policy ? "" : " The file `policy` is not the charter's.");
  if (of.head.holds())
    verdict.says += " At " + moment_in_words(log::lower_median_time(of.head.cosigned)) + ".";
  return verdict;
}

/// The head from which the checkpoint was taken stands after what it covers, and proves itself.
bool is_head_of(const Case& of, const Entry& entry) {
  return &entry == &of.entries.back() && instruction::judged_kind(*entry.bytes) == "head" &&
         statement::parse_head(statement::parse_envelope(*entry.bytes, "head").payload).checkpoint ==
             file_of(of.files, "checkpoint");
}

bool is_in_log(const Case& of, const Entry& entry) {
  const auto file = of.files.find(proof_path(entry.index));
  if (file == of.files.end()) return is_head_of(of, entry);
  const log::Proof proof = log::parse_proof(file->second);
  return proof.index == entry.index && proof.checkpoint == of.checkpoint &&
         log::verify_proof(base::as_bytes(*entry.bytes), proof, of.policy).included;
}

EvidenceVerdict are_in_log(const Case& of) {
  EvidenceVerdict verdict{.question = "Is every statement in the log, at its place?", .says = {}};
  for (const Entry& one : of.entries) {
    if (is_in_log(of, one)) continue;
    verdict.finding = Finding::kFails;
    verdict.says = "Not proven: " + one.path + ".";
    return verdict;
  }
  verdict.finding = Finding::kHolds;
  verdict.says = counted(of.entries.size(), "statement is.", "statements are.");
  return verdict;
}

EvidenceVerdict do_bind(const Case& of) {
  EvidenceVerdict verdict{.question = "Does every statement hold by the rules of its kind?",
                          .finding = Finding::kHolds,
                          .says = "Each is signed by who must have signed it."};
  if (!of.log.problems().empty()) {
    const instruction::Problem& first = of.log.problems().front();
    verdict.finding = Finding::kFails;
    verdict.says =
        "Entry " + std::to_string(first.index) + " binds nobody: " + first.code + ", " + first.rule;
  }
  return verdict;
}

EvidenceVerdict how_it_stands(const Case& of, const instruction::InstructionEntry& entry) {
  const Inputs inputs{.log = &of.log, .at = log::lower_median_time(of.head.cosigned)};
  const StatusInWords status = status_of(inputs, entry);
  EvidenceVerdict verdict{.question = "How did the instruction stand when that head was signed?", .says = {}};
  verdict.finding = of.head.holds() ? Finding::kHolds : Finding::kNotEstablished;
  verdict.says = status.word + (status.is_emergency ? ", an emergency instruction. " : ". ") +
                 status.sentence + " Signed by " +
                 listed(instruction::votes(*entry.charter, *of.log.charter(), entry.signers)) +
                 "; known since " +
                 (entry.known_since ? moment_in_words(*entry.known_since) : "no head that is here") + ".";
  return verdict;
}

EvidenceVerdict are_collections_theirs(const Case& of, const instruction::Instruction& order) {
  EvidenceVerdict verdict{.question = "Are the collections those that were signed for?", .says = {}};
  for (const instruction::InstructedCollection& one : order.collections) {
    const std::string prefix = collection_path(one.sha256);
    collection::FolderFiles folder;
    for (auto file = of.files.lower_bound(prefix); file != of.files.end() && file->first.starts_with(prefix);
         ++file) {
      folder[file->first.substr(prefix.size())] = file->second;
    }
    if (folder.empty()) {
      verdict.says = "The files of a collection are not in this folder.";
    } else if (collection::digest_of_files(folder) != one.sha256) {
      verdict.finding = Finding::kFails;
      verdict.says = "The files under " + prefix + " are others.";
      return verdict;
    }
  }
  if (verdict.says.empty()) {
    verdict.finding = Finding::kHolds;
    verdict.says = "Their files have the digests that the instruction names.";
  }
  return verdict;
}

/// The instruction that the folder is about.
const instruction::InstructionEntry& subject_of(const Case& of) {
  const std::string& name = file_of(of.files, "instruction");
  for (const auto& [id, entry] : of.log.instructions()) {
    if (name == base::to_hex(id) + "\n") return entry;
  }
  refuse("instruction");
}

}  // namespace

std::vector<EvidenceVerdict> verify_evidence(const EvidenceFiles& files,
                                             const std::optional<base::Digest>& pinned) {
  const Case of = read_case(files);
  const instruction::InstructionEntry& entry = subject_of(of);
  return {whose(of, pinned),
          is_head_signed(of),
          are_in_log(of),
          do_bind(of),
          how_it_stands(of, entry),
          are_collections_theirs(of, *entry.instruction),
          {"Is this all that there was?", Finding::kNotEstablished,
           "Who collected it chose. Compare it with a full copy of the log."},
          {"Are its reasons true, and was it obeyed outside Candour?", Finding::kNotEstablished,
           "No log can show that."}};
}

}  // namespace candour::public_register
