// `candour demo`: the main job, end to end, through the code of the real commands.
//
//   publication → synthesise → load (check, vault) → count (minimise, local step) → release → compare
//                                                  → flow (minimise, pseudonymise, submit) → lake → release
//
// Counts mode is above, records mode below, with hub, guardians and providers as processes of their own. It
// fails unless what was refused is what was planted, by provider, line and rule, the release is the
// publication, and both modes give the same tables.
#pragma once

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "candour/cli/context.h"
#include "candour/cli/demo_federation.h"
#include "candour/cli/demo_proofs.h"
#include "candour/cli/demo_refusals.h"
#include "candour/cli/synth_files.h"
#include "candour/release/compare.h"

namespace candour::cli {

struct DemoOptions {
  std::string collection = "rtt-waiting-list";
  std::filesystem::path publication;  ///< empty: the built-in one
  std::string period = "2025-09";
  std::string providers = "all";
  std::uint64_t seed = 1;
  int threads = 2;
  bool records = true;  ///< records mode too
  std::string published_at = "2025-11-13T09:30";
  std::filesystem::path keep;  ///< empty: a folder that goes away
};

struct StageTime {
  std::string name;
  double seconds = 0;
};

/// A refusal that was not planted, or a planted error that was not refused.
struct LedgerMismatch {
  std::string provider;
  std::uint64_t line = 0;
  std::string rule;
  bool planted = false;
};

struct DemoAccount {
  std::size_t providers = 0, nil_returns = 0;
  std::uint64_t rows_in = 0, rows_accepted = 0, rows_refused = 0;
  std::map<std::string, std::uint64_t> refused_by_rule;
  std::vector<LedgerMismatch> mismatches;
  std::string row_before_and_after;  ///< of a synthetic patient
  release::Comparison comparison;
  std::string not_compared;  ///< a line of its own where the release has further tables, or nothing
  std::vector<StageTime> times;
  std::filesystem::path release_folder;
  std::vector<PartyAccount> parties;                        ///< of records mode
  std::vector<DemoRefusal> refusals;                        ///< of a flow without an order; in records mode
  std::optional<DemoProofs> proofs;                         ///< in records mode
  std::vector<std::string> tables_compared, tables_differ;  ///< of the two modes
  [[nodiscard]] bool holds() const {
    return mismatches.empty() && comparison.holds() && tables_differ.empty() &&
           (!proofs || proofs->holds()) &&
           std::ranges::none_of(refusals, [](const DemoRefusal& one) { return one.code.empty(); });
  }
};

/// What else is done while the nodes of records mode run, after their flows.
using WhileNodesRun = std::function<void(DemoFederation&, const collection::Collection&)>;

/// Runs every stage in `folder`. Errors: those of the stages; CND-1803 (a provider's file was refused whole).
[[nodiscard]] DemoAccount run_demo(Context& context, const DemoOptions& options,
                                   const std::filesystem::path& folder, const WhileNodesRun& more = {});

/// The account as people read it; its last line is the comparison's summary.
[[nodiscard]] std::string render_account(const DemoAccount& account);

}  // namespace candour::cli
