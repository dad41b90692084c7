// Whether the national data opt-out applies to a flow of records: the national policy's questions in the
// policy's order, as data and one pure function. Whoever drafts an instruction answers them; the first answer
// that decides is the reason that the public is shown. docs/reference/opt-out-grounds.md.
//
// Source of questions and grounds: NHS England, National Data Opt-out Operational Policy Guidance Document
// (digital.nhs.uk/services/national-data-opt-out/operational-policy-guidance-document), "When does a national
// data opt-out apply" and "not apply"; for official statistics ONS, The ONS use of National Data Opt-outs in
// health data.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "candour/base/error.h"

namespace candour::instruction {

/// Why the opt-out does not apply although confidential patient information goes beyond individual care.
enum class OptOutGround {
  kConsent,
  kPublicHealth,
  kPublicInterest,
  kRequiredByLaw,
  kAnonymised,
  kExemption,
  kOfficialStatistics,
};

/// A ground as people read it.
struct OptOutGroundEntry {
  OptOutGround ground;
  std::string_view code;      ///< as an instruction names it
  std::string_view words;     ///< plain words, for the public
  std::string_view rests_on;  ///< what the instruction's reference must name
  std::string_view source;    ///< the law or policy that has it
};
/// All of them, in the policy's order.
[[nodiscard]] std::span<const OptOutGroundEntry> opt_out_grounds();
[[nodiscard]] const OptOutGroundEntry& opt_out_ground(OptOutGround ground);
/// Errors: CND-2621 (no such code).
[[nodiscard]] OptOutGround parse_opt_out_ground(std::string_view code);

/// The policy's questions, in its order.
enum class OptOutQuestion {
  kIsConfidential,     ///< does it identify somebody, under a duty of confidence, and say something of care?
  kIsIndividualCare,   ///< is it for the care of the very person?
  kIsThereAGround,     ///< is there a ground on which the opt-out does not apply?
  kIsThereAnApproval,  ///< is there an approval without consent, as Regulation 5 (section 251) gives it?
};
/// The question in plain words, with its mark.
[[nodiscard]] std::string_view question_in_words(OptOutQuestion question);

enum class Answer { kNo, kYes };

/// What an instruction answers. The defaults are those of who says nothing.
struct OptOutAnswers {
  Answer is_confidential = Answer::kYes;
  Answer is_individual_care = Answer::kNo;
  std::optional<OptOutGround> ground{};
  std::string ground_reference{};  ///< what the ground rests on: title, date, reference
  bool has_approval = false;
  std::string approval_reference{};  ///< of the Confidentiality Advisory Group: "26/CAG/0123"
};

enum class OptOutOutcome { kApplies, kDoesNotApply, kRefused };

/// The outcome, and which question gave it.
struct [[nodiscard]] OptOutDecision {
  OptOutOutcome outcome = OptOutOutcome::kRefused;
  OptOutQuestion decided_by = OptOutQuestion::kIsThereAnApproval;
  /// Where it is refused: CND-2620 (neither a ground nor an approval), CND-2622 (one without a reference).
  base::ErrorCode code = "CND-2620";
  base::Literal reason = "";
  /// Throws the refusal as an error, where it is one.
  void require() const;
};

/// Asks the questions in their order; the first that decides is the last.
OptOutDecision decide_opt_out(const OptOutAnswers& answers);

}  // namespace candour::instruction
