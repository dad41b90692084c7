// The plan of a submission: everything that is decided or drawn, once, before its first stage. What follows
// is a function of the plan, the vault's rows and the guardians' answers, so that a stage that was cut off
// gives the same bytes when it runs again. plan.json is secret: its seeds open the commitment, and with the
// guardians' answers the tokens. docs/reference/formats/submission.md.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "candour/base/bytes.h"
#include "candour/base/disk.h"
#include "candour/base/random.h"
#include "candour/submission/manifest.h"

namespace candour::submission {

struct Plan {
  /// The manifest as far as it is known: without batches, attestations, commitment and package.
  statement::Submission draft;
  std::uint64_t rows_refused = 0;    ///< that waited in quarantine; the package says it to the hub alone
  std::string sealing_key;           ///< the envelope of the hub's statement
  crypto::SealPublicKey receiver{};  ///< the key in it
  base::SecretBytes batch_seed{32};  ///< from which the batches' blinding and order are drawn
  base::SecretBytes salt_seed{32};   ///< of the commitment
  base::SecretBytes seal_seed{32};   ///< of the package's one-time key
};

/// Reads the hub's sealing key: signed by the hub, of this federation, and for today, give or take a day.
/// Errors: CND-2001 to CND-2004, CND-1008; CND-2203 (names the rule).
[[nodiscard]] statement::SealingKey verified_sealing_key(std::string_view envelope,
                                                         const Federation& federation, base::Date today);

/// plan.json. Secret: wipe it.
[[nodiscard]] std::string write_plan(const Plan& plan);
/// Errors: CND-2202 (it is no plan of ours; names the rule).
[[nodiscard]] Plan parse_plan(std::string_view text);

}  // namespace candour::submission
