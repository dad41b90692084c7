// `candour demo reverse`: who can find a person's number in what is sent? Two ways of hiding it, attacked by
// whoever holds the data, on this machine: the usual salted hash, and Candour's pseudonyms at the hub.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "candour/cli/context.h"
#include "candour/cli/demo.h"
#include "candour/cli/reverse.h"

namespace candour::cli {

/// What became of the hub's attempt to have candidates evaluated.
struct HubAttack {
  std::uint64_t pseudonyms = 0;  ///< in the lake
  std::uint64_t candidates = 0;  ///< of one batch
  std::uint64_t found = 0;
  std::vector<std::string> refusals;  ///< "Guardian 1: CND-2415"
  std::uint64_t numbers_a_day = 0;    ///< that the provider with the smallest quota can have evaluated
};

struct ReverseAccount {
  Reversal salted;
  std::uint64_t people = 0;
  HubAttack hub;
  bool demo_holds = false;  ///< what was attacked was right: DemoAccount::holds()
};

/// Runs the demo's records mode in `folder`, then both attacks on its people; `prefixes` of the 10^9 are
/// tried. Errors: those of run_demo.
[[nodiscard]] ReverseAccount run_reverse(Context& context, const DemoOptions& options, std::uint64_t prefixes,
                                         const std::filesystem::path& folder);

[[nodiscard]] std::string render_reverse(const ReverseAccount& account);

}  // namespace candour::cli
