// How the demo ends: the whole log is verified as an outsider would, and one person's receipt is made at
// their provider and checked.
#pragma once

#include <string>
#include <vector>

#include "candour/cli/context.h"
#include "candour/cli/demo_federation.h"
#include "candour/collection/collection.h"
#include "candour/node/log_audit.h"
#include "candour/node/person_receipt.h"
#include "candour/vault/vault.h"

namespace candour::cli {

struct DemoProofs {
  node::LogAudit audit;
  std::string provider;                     ///< who answered a person; empty where nobody has records
  std::size_t receipts = 0;                 ///< that the person got
  std::vector<node::ReceiptCheck> receipt;  ///< of the first of them
  [[nodiscard]] bool holds() const;
};

/// Of the federation's hub, and of the first person in the slice of a provider's vault; no node runs. Errors:
/// those of audit_log and answer_person.
[[nodiscard]] DemoProofs prove(Context& context, const DemoFederation& federation, const vault::Vault& vault,
                               const collection::Table& table, const vault::Slice& slice);

/// Verdict by verdict.
[[nodiscard]] std::string render_proofs(const DemoProofs& proofs);

}  // namespace candour::cli
