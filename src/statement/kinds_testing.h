// Every parser of this module by its kind: for tests and fuzzing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "candour/statement/batch.h"
#include "candour/statement/ceremony.h"
#include "candour/statement/decision.h"
#include "candour/statement/erasure.h"
#include "candour/statement/head.h"
#include "candour/statement/incident.h"
#include "candour/statement/opt_out_figures.h"
#include "candour/statement/redaction.h"
#include "candour/statement/refusal.h"
#include "candour/statement/run.h"
#include "candour/statement/sealed.h"
#include "candour/statement/submission.h"
#include "candour/statement/withdraw.h"

namespace candour::statement::testing {

/// Calls `with` with the kind's name and its parser, for each kind of this module.
template <typename With>
void each_parser(const With& with) {
  with("collection", parse_collection);
  with("acceptance", parse_acceptance);
  with("objection", parse_objection);
  with("revocation", parse_revocation);
  with("ceremony", parse_ceremony);
  with("ceremony-aborted", parse_ceremony_aborted);
  with("ceremony-commit", parse_ceremony_commit);
  with("ceremony-deal", parse_ceremony_deal);
  with("ceremony-complaint", parse_ceremony_complaint);
  with("batch", parse_batch);
  with("attestation", parse_attestation);
  with("submission", parse_submission);
  with("receipt", parse_receipt);
  with("sealing-key", parse_sealing_key);
  with("run", parse_run);
  with("result", parse_result);
  with("release", parse_release);
  with("refusal", parse_refusal);
  with("erasure", parse_erasure);
  with("incident", parse_incident);
  with("sealed", parse_sealed);
  with("opening", parse_opening);
  with("redaction", parse_redaction);
  with("head", parse_head);
  with("opt-out-figures", parse_opt_out_figures);
  with("withdraw", parse_withdraw);
}

/// What the kind's writer makes of what its parser read; nothing for a kind without a parser here.
[[nodiscard]] inline std::optional<std::string> rewritten(std::string_view kind, std::string_view payload) {
  std::optional<std::string> text;
  each_parser([&](std::string_view name, const auto& parse) {
    if (name == kind) text = write_payload(parse(payload));
  });
  return text;
}

}  // namespace candour::statement::testing
