#include "candour/public_register/evidence.h"

#include <algorithm>
#include <array>
#include <set>

#include "candour/base/error.h"
#include "candour/instruction/judge.h"
#include "candour/instruction/log_policy.h"
#include "candour/instruction/register.h"
#include "candour/log/proof.h"
#include "candour/public_register/evidence_files.h"
#include "candour/statement/envelope.h"
#include "candour/statement/head.h"
#include "candour/statement/redaction.h"
#include "candour/statement/run.h"

namespace candour::public_register {
namespace {

using instruction::Register;

/// The tree over all entries, each complete subtree's hash once.
class EntryTree final : public log::HashSource {
 public:
  explicit EntryTree(std::span<const std::string> entries) {
    std::vector<base::Digest>& leaves = levels_.emplace_back();
    for (const std::string& one : entries) leaves.push_back(log::leaf_hash(base::as_bytes(one)));
    while (levels_.back().size() > 1) {
      std::vector<base::Digest> above;
      const std::vector<base::Digest>& below = levels_.back();
      for (std::size_t i = 0; i + 1 < below.size(); i += 2)
        above.push_back(log::node_hash(below[i], below[i + 1]));
      levels_.push_back(std::move(above));
    }
  }
  base::Digest subtree(unsigned level, std::uint64_t index) override { return levels_.at(level).at(index); }

 private:
  std::vector<std::vector<base::Digest>> levels_;
};

std::string payload_of(const std::string& entry, std::string_view kind) {
  return statement::parse_envelope(entry, kind).payload;
}

/// Which entries speak of one instruction, or decide whether what they say holds. It is asked in the order of
/// the log, and only of entries that hold.
class Selection {
 public:
  explicit Selection(const statement::Id& instruction) : instruction_(instruction) {}

  [[nodiscard]] bool wants(const std::string& entry, const std::string& kind) {
    const bool is_in = is_of_ours(entry, kind);
    if (is_in) entries_.insert(statement::leaf_hash(entry));
    return is_in;
  }

 private:
  [[nodiscard]] bool is_of_ours(const std::string& entry, const std::string& kind) const {
    constexpr std::array<std::string_view, 7> kGoverning{
        "charter", "ceremony", "collection", "instruction", "revocation", "head", "opening"};
    if (kind == "sealed" || kind == "incident" || std::ranges::find(kGoverning, kind) != kGoverning.end())
      return true;
    if (kind == "acceptance")
      return is_ours(statement::parse_acceptance(payload_of(entry, kind)).instruction);
    if (kind == "objection") return is_ours(statement::parse_objection(payload_of(entry, kind)).instruction);
    if (kind == "release") return is_ours(statement::parse_release(payload_of(entry, kind)).instruction);
    if (kind == "erasure") return is_ours(statement::parse_erasure(payload_of(entry, kind)).instruction);
    if (kind == "refusal")
      return statement::parse_refusal(payload_of(entry, kind)).instruction == instruction_;
    if (kind == "result") return entries_.contains(statement::parse_result(payload_of(entry, kind)).run);
    if (kind == "redaction") {
      return entries_.contains(statement::parse_redaction(payload_of(entry, kind)).entry);
    }
    return kind == "run" && is_ours(statement::parse_run(payload_of(entry, kind)).instruction);
  }
  [[nodiscard]] bool is_ours(const statement::Id& id) const { return id == instruction_; }
  statement::Id instruction_;
  std::set<base::Digest> entries_{};  ///< leaves of those that are in
};

struct Taken {
  std::uint64_t index = 0;
  std::string kind{};
};

/// The checkpoint, and that the log's entries are what it says.
log::SignedCheckpoint checkpoint_of(const LogAtHand& of, const Register& register_of,
                                    const std::string& newest, log::HashSource& tree) {
  const std::string& note = of.checkpoint.empty() ? newest : of.checkpoint;
  const auto refuse = [](base::Literal rule) {
    throw base::Error("CND-2652", "There is no co-signed checkpoint under which the evidence could stand.")
        .with("rule", base::Label(rule.view()));
  };
  if (note.empty()) refuse("the log has no head, and no checkpoint was given");
  log::SignedCheckpoint checkpoint = log::parse_checkpoint(note);
  const log::Head& head = checkpoint.checkpoint.head;
  if (head.size == 0 || head.size > of.entries.size())
    refuse("it is of more entries than are at hand, or of none");
  if (log::root_of(tree, head.size) != head.root) refuse("its root is not that of the entries at hand");
  if (!log::judge_checkpoint(instruction::log_policy(*register_of.charter()), checkpoint).holds()) {
    refuse("the charter's log and witnesses have not signed it");
  }
  return checkpoint;
}

void add_collections(EvidenceFiles& files, const LogAtHand& log, const instruction::Instruction& order) {
  for (const collection::FolderFiles& folder : log.collections) {
    const base::Digest digest = collection::digest_of_files(folder);
    if (std::ranges::find(order.collections, digest, &instruction::InstructedCollection::sha256) ==
        order.collections.end()) {
      continue;
    }
    for (const auto& [path, bytes] : folder) files[collection_path(digest) + path] = bytes;
  }
}

}  // namespace

EvidenceFiles collect_evidence(const LogAtHand& log, const statement::Id& instruction) {
  Register folded(log.federation);
  Selection selection(instruction);
  std::vector<Taken> taken;
  EvidenceFiles files;
  std::string newest_head;
  for (const std::string& entry : log.entries) {
    const std::uint64_t index = folded.size();
    const auto needed = Register::body_of(entry);
    const std::string body = needed ? log.body(*needed).value_or("") : "";
    folded.apply(entry, body);
    if (!folded.problems().empty() && folded.problems().back().index == index) continue;
    const std::string kind = instruction::judged_kind(entry);
    if (!selection.wants(entry, kind)) continue;
    taken.push_back({index, kind});
    if (needed) files[body_path(*needed)] = body;
    if (kind == "head") newest_head = statement::parse_head(payload_of(entry, kind)).checkpoint;
  }
  EntryTree tree(log.entries);
  const log::SignedCheckpoint checkpoint = checkpoint_of(log, folded, newest_head, tree);
  const std::uint64_t size = checkpoint.checkpoint.head.size;
  const instruction::InstructionEntry* order = folded.find(instruction);
  if (order == nullptr || order->index >= size) {
    throw base::Error("CND-2651", "The checkpoint covers no such instruction.")
        .with("instruction", base::Label(base::to_hex(instruction)));
  }
  const std::string note = log::write_note(checkpoint.note);
  for (const Taken& one : taken) {
    // The head that holds this checkpoint stands after what it covers: it proves itself by its signatures.
    const bool is_its_head = one.kind == "head" && note == newest_head && one.index == taken.back().index;
    if (one.index >= size && !is_its_head) continue;
    files[entry_path(one.index, one.kind)] = log.entries[one.index];
    if (one.index >= size) continue;
    files[proof_path(one.index)] = log::write_proof(
        {.index = one.index, .path = log::prove_inclusion(tree, one.index, size), .checkpoint = checkpoint});
  }
  files["instruction"] = base::to_hex(instruction) + "\n";
  files["federation"] = base::to_hex(log.federation) + "\n";
  files["checkpoint"] = note;
  files["policy"] = log::write_policy(instruction::log_policy(*folded.charter()));
  add_collections(files, log, *order->instruction);
  files["README.txt"] = evidence_readme(*order, size);
  return files;
}

}  // namespace candour::public_register
