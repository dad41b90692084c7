// `candour demo`: the main job, end to end, through the code of the real commands.
//
//   publication → synthesise → load (check, vault) → count (minimise, local step) → release → compare
//                                                  → flow (minimise, pseudonymise, submit) → lake → release
//
// Counts mode is above, records mode below, with hub, guardians and providers as processes of their own. It
// fails unless what was refused is what was planted, by provider, line and rule, the release is the
// publication, and both modes give the same tables.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "candour/cli/context.h"
#include "candour/cli/demo_account.h"
#include "candour/cli/demo_federation.h"
#include "candour/cli/synth_files.h"

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

/// Who looks on while the demo runs.
struct DemoWatchers {
  /// Is given each section of the account when it has happened: text with whole lines. None: nobody reads it.
  std::function<void(const std::string& section)> tell{};
  /// What else is done while the nodes of records mode run, after their flows.
  std::function<void(DemoFederation&, const collection::Collection&)> while_nodes_run{};
};

/// Runs every stage in `folder`. Errors: those of the stages; CND-1803 (a provider's file was refused whole).
[[nodiscard]] DemoAccount run_demo(Context& context, const DemoOptions& options,
                                   const std::filesystem::path& folder, const DemoWatchers& watchers);

}  // namespace candour::cli
