#include "candour/public_register/evidence_files.h"

#include <algorithm>

#include "candour/base/printable.h"
#include "candour/public_register/words.h"

namespace candour::public_register {
namespace {

constexpr std::size_t kIndexDigits = 12;
constexpr std::string_view kEntries = "entries/";
constexpr std::string_view kEntrySuffix = ".dsse";

std::string digits(std::uint64_t index) {
  const std::string text = std::to_string(index);
  return std::string(kIndexDigits - std::min(kIndexDigits, text.size()), '0') + text;
}

}  // namespace

std::string entry_path(std::uint64_t index, std::string_view kind) {
  return std::string(kEntries) + digits(index) + "-" + std::string(kind) + std::string(kEntrySuffix);
}

std::string proof_path(std::uint64_t index) { return std::string(kEntries) + digits(index) + ".tlog-proof"; }

std::string body_path(const base::Digest& digest) { return "bodies/" + base::to_hex(digest); }

std::string collection_path(const base::Digest& digest) {
  return "collections/" + base::to_hex(digest) + "/";
}

std::optional<std::uint64_t> index_of_entry(std::string_view path) {
  if (!path.starts_with(kEntries) || !path.ends_with(kEntrySuffix)) return std::nullopt;
  path.remove_prefix(kEntries.size());
  if (path.size() < kIndexDigits || path[kIndexDigits] != '-') return std::nullopt;
  std::uint64_t index = 0;
  for (const char c : path.substr(0, kIndexDigits)) {
    if (c < '0' || c > '9') return std::nullopt;
    index = index * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return index;
}

std::string evidence_readme(const instruction::InstructionEntry& entry, std::uint64_t log_size) {
  const instruction::Instruction& order = *entry.instruction;
  return "Evidence about one instruction\n\n" + base::printable(order.title) + "\n" +
         base::to_hex(order.id()) + "\nEntry " + std::to_string(entry.index) + " of the log " +
         base::printable(order.header.log) + ", of which the first " + counted(log_size, "entry", "entries") +
         " are covered.\n\n"
         "To check it, on a computer without a network:\n\n"
         "  candour evidence verify FOLDER --federation DIGEST\n\n"
         "DIGEST is how you know the federation: ask more than one of its parties for it. Without it nothing "
         "shows whose evidence this is.\n\n"
         "What it establishes\n\n"
         "- Each statement in entries/ was in the log under the head in `checkpoint`, signed by the log and "
         "by "
         "the witnesses that `policy` names, at the times that stand with their signatures.\n"
         "- Who signed the instruction, under which charter, and since when it was public.\n"
         "- Whether it was in force at the time of that head, by the rule that every node of the federation "
         "asks.\n"
         "- What was said in the log about it: acceptances, objections, revocation, runs, results, releases, "
         "refusals, erasures.\n"
         "- That the files in collections/ are those that the bodies signed for.\n\n"
         "What it does not establish\n\n"
         "- That nothing else was done. It shows what the log holds, not what was never entered.\n"
         "- That nothing was left out of this folder. Who collected it chose; compare it with a full copy of "
         "the "
         "log. Batches, submissions and receipts are left out always: they are many, and none is about a "
         "reason.\n"
         "- What happened after the head.\n"
         "- That the reasons, interests and contract values are true.\n"
         "- That anything was deleted.\n";
}

}  // namespace candour::public_register
