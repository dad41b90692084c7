// What becomes of a flow for which there is no order: each of the three that could stop it is asked, and each
// says no.
#pragma once

#include <string>
#include <vector>

#include "candour/cli/context.h"
#include "candour/cli/demo_federation.h"
#include "candour/collection/collection.h"

namespace candour::cli {

/// One party that was asked, and its answer.
struct DemoRefusal {
  std::string party;
  std::string act;   ///< what it was asked to do: "evaluate"
  std::string code;  ///< of the catalogue; empty where it did not refuse
};

/// Runs every machine's flows, asks every guardian to evaluate a batch and the hub to take it into the log,
/// all in the name of the first organisation, while no instruction is in the log. Hub and guardians run.
/// Errors: those of the clients, where a party does not answer.
[[nodiscard]] std::vector<DemoRefusal> flow_without_order(Context& context, DemoFederation& federation,
                                                          const collection::Collection& collection);

}  // namespace candour::cli
