// What the demo tells, section by section, each when it has happened: who decides, what the hospitals have,
// what becomes of a flow that nobody ordered, the orders, the flows of both modes, and what they came to.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "candour/cli/demo_federation.h"
#include "candour/cli/demo_proofs.h"
#include "candour/cli/demo_refusals.h"
#include "candour/instruction/register.h"
#include "candour/release/compare.h"

namespace candour::cli {

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

/// The key ceremony and the charter in force, as the log has them.
[[nodiscard]] std::string render_who_decides(const instruction::Register& log);
/// What came in at the hospitals, and what was refused there.
[[nodiscard]] std::string render_hospitals(const DemoAccount& account);
/// What a flow without an instruction met.
[[nodiscard]] std::string render_refusals(const std::vector<DemoRefusal>& refusals);
/// Every instruction of the log, and who signed it.
[[nodiscard]] std::string render_instructions(const instruction::Register& log);
/// The two modes, each when it is done.
[[nodiscard]] std::string render_counts(const DemoAccount& account);
[[nodiscard]] std::string render_records(const DemoAccount& account);
/// One row, before and after.
[[nodiscard]] std::string render_patient(const DemoAccount& account);
/// Time and memory, of each stage and process.
[[nodiscard]] std::string render_costs(const DemoAccount& account);
/// Whether both modes gave the same tables; its last line is the summary of the comparison with what was
/// published.
[[nodiscard]] std::string render_comparison(const DemoAccount& account);

}  // namespace candour::cli
