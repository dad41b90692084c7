// `candour log prove`: a C2SP tlog-proof of an entry, and whether one holds, without a network.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <ostream>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/cli/log_commands.h"
#include "candour/cli/log_source.h"
#include "candour/log/proof.h"
#include "candour/log/tile_reader.h"
#include "candour/statement/envelope.h"

namespace candour::cli {
namespace {

struct ProveOptions {
  std::string first, second;  ///< LOG and ENTRY; with --check ENTRY and PROOF
  std::filesystem::path out, policy;
  bool check = false;
};

std::optional<std::uint64_t> index_of(std::string_view text) {
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return index;
}

/// Looks through the leaves of the tree, the newest first: that is what people ask about.
std::uint64_t find_entry(log::TileReader& reader, std::string_view entry) {
  const log::Digest leaf = log::leaf_hash(base::as_bytes(entry));
  for (std::uint64_t index = reader.head().size; index-- > 0;) {
    if (reader.subtree(0, index) == leaf) return index;
  }
  throw base::Error("CND-2487", "The entry is not in the log.").with("size", reader.head().size);
}

void prove(Context& context, const ProveOptions& options) {
  const auto files = open_log(context, options.first);
  const auto note = files->fetch(log::kCheckpointPath);
  if (!note) throw base::Error("CND-2480", "The log has no checkpoint.");
  const log::SignedCheckpoint checkpoint = log::parse_checkpoint(*note);
  log::TileReader reader(*files, checkpoint.checkpoint.head);
  auto index = index_of(options.second);
  if (!index) {
    index = find_entry(reader, base::load_text(context.disk, options.second, log::kEntryAtMostBytes));
  }
  context.disk.store_new(
      options.out,
      log::write_proof(
          {.extra = {}, .index = *index, .path = reader.entry(*index).path, .checkpoint = checkpoint}));
  context.err << "Entry " << *index << " of " << checkpoint.checkpoint.head.size << ": "
              << options.out.string() << '\n';
}

void check(Context& context, const ProveOptions& options) {
  const std::string entry = base::load_text(context.disk, options.first, log::kEntryAtMostBytes);
  const log::Proof proof =
      log::parse_proof(base::load_text(context.disk, options.second, log::kProofAtMostBytes));
  const log::Policy policy =
      log::parse_policy(base::load_text(context.disk, options.policy, log::kPolicyAtMostBytes));
  const log::ProofVerdict verdict = log::verify_proof(base::as_bytes(entry), proof, policy);
  const log::Checkpoint& at = proof.checkpoint.checkpoint;
  context.out << (verdict.included ? "holds   " : "NOT SO  ") << "  It is entry " << proof.index << " of "
              << at.head.size << " in " << base::printable(at.origin, 128) << ".\n"
              << (verdict.checkpoint.signed_by_log ? "holds   " : "NOT SO  ")
              << "  The log's key signed the checkpoint.\n"
              << (verdict.checkpoint.quorum_met ? "holds   " : "NOT SO  ")
              << "  The policy's quorum cosigned it.\n";
  for (const log::Cosigned& one : verdict.checkpoint.cosigned) {
    context.out << "            " << base::printable(one.witness, 128) << ", " << base::utc_text(one.time)
                << '\n';
  }
  if (!verdict.holds()) context.exit = Exit::kRefused;
}

void run(Context& context, const ProveOptions& options) {
  if (options.check && options.policy.empty()) throw CLI::RequiredError("--policy");
  if (!options.check && options.out.empty()) throw CLI::RequiredError("--out");
  options.check ? check(context, options) : prove(context, options);
}

}  // namespace

void add_log_prove(CLI::App& group, Context& context) {
  auto options = std::make_shared<ProveOptions>();
  CLI::App* command =
      group.add_subcommand("prove", "Prove that an entry is in the log, or check such a proof");
  command->add_option("LOG", options->first, "URL or folder; with --check the entry, FILE.dsse")->required();
  command->add_option("ENTRY", options->second, "FILE.dsse or an index; with --check the proof")->required();
  command->add_option("--out", options->out, "The new proof: FILE.tlog-proof");
  command->add_flag("--check", options->check, "Check a proof instead, without the log");
  command->add_option("--policy", options->policy, "What `candour log policy` printed");
  command->callback([&context, options] { run(context, *options); });
}

}  // namespace candour::cli
