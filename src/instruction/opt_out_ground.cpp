#include "candour/instruction/opt_out_ground.h"

#include <algorithm>
#include <array>

namespace candour::instruction {
namespace {

constexpr std::array<OptOutGroundEntry, 7> kGrounds = {{
    {OptOutGround::kConsent, "consent", "Each person whose records are used has agreed to this very use.",
     "the form of consent and its version",
     "Common law duty of confidentiality; national data opt-out policy, consent"},
    {OptOutGround::kPublicHealth, "public-health",
     "It is needed against communicable disease or another risk to public health.",
     "the notice or approval under Regulation 3, and until when it holds",
     "Health Service (Control of Patient Information) Regulations 2002, regulation 3"},
    {OptOutGround::kPublicInterest, "public-interest",
     "The public interest in this one case outweighs the duty of confidence and the person's choice.",
     "the record of the public interest test, and the Caldicott Guardian who made it",
     "Common law duty of confidentiality; national data opt-out policy, overriding public interest"},
    {OptOutGround::kRequiredByLaw, "required-by-law", "A law or a court requires that the records are given.",
     "the direction, notice or order: its title and date",
     "for example Health and Social Care Act 2012, sections 254 and 259"},
    {OptOutGround::kAnonymised, "anonymised",
     "What leaves is anonymous by the Information Commissioner's code: it is about nobody in particular.",
     "the assessment against the code, and its date",
     "Information Commissioner's Office, Anonymisation: managing data protection risk"},
    {OptOutGround::kExemption, "exemption",
     "The national policy has an exemption for this very use, for example a national register or survey.",
     "the exemption's title in the policy, and its date",
     "National data opt-out policy, specific exemptions"},
    {OptOutGround::kOfficialStatistics, "official-statistics",
     "The records go to the Office for National Statistics for official statistics.",
     "the notice of the Statistics Board: its title and date",
     "Statistics and Registration Service Act 2007, section 45A"},
}};

bool is_blank(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
}

OptOutDecision refused(OptOutQuestion question, base::ErrorCode code, base::Literal reason) {
  return {OptOutOutcome::kRefused, question, code, reason};
}

}  // namespace

std::span<const OptOutGroundEntry> opt_out_grounds() { return kGrounds; }

const OptOutGroundEntry& opt_out_ground(OptOutGround ground) {
  const auto found = std::ranges::find(kGrounds, ground, &OptOutGroundEntry::ground);
  CANDOUR_CHECK(found != kGrounds.end());
  return *found;
}

OptOutGround parse_opt_out_ground(std::string_view code) {
  const auto found = std::ranges::find(kGrounds, code, &OptOutGroundEntry::code);
  if (found == kGrounds.end()) {
    throw base::Error("CND-2621", "The policy has no such ground.").with("ground", base::Label(code));
  }
  return found->ground;
}

std::string_view question_in_words(OptOutQuestion question) {
  switch (question) {
    case OptOutQuestion::kIsConfidential:
      return "Is it confidential patient information?";
    case OptOutQuestion::kIsIndividualCare:
      return "Is it for the care of the person whose record it is?";
    case OptOutQuestion::kIsThereAGround:
      return "Is there a ground on which the opt-out does not apply?";
    case OptOutQuestion::kIsThereAnApproval:
      break;
  }
  return "Is there an approval for its use without consent?";
}

void OptOutDecision::require() const {
  if (outcome == OptOutOutcome::kRefused) throw base::Error(code, reason);
}

OptOutDecision decide_opt_out(const OptOutAnswers& answers) {
  using Outcome = OptOutOutcome;
  using Question = OptOutQuestion;
  if (answers.is_confidential == Answer::kNo) return {Outcome::kDoesNotApply, Question::kIsConfidential};
  if (answers.is_individual_care == Answer::kYes)
    return {Outcome::kDoesNotApply, Question::kIsIndividualCare};
  if (answers.ground) {
    if (is_blank(answers.ground_reference)) {
      return refused(Question::kIsThereAGround, "CND-2622", "The ground names nothing that it rests on.");
    }
    return {Outcome::kDoesNotApply, Question::kIsThereAGround};
  }
  if (answers.has_approval) {
    if (is_blank(answers.approval_reference)) {
      return refused(Question::kIsThereAnApproval, "CND-2622", "The approval has no reference.");
    }
    return {Outcome::kApplies, Question::kIsThereAnApproval};
  }
  return refused(Question::kIsThereAnApproval, "CND-2620",
                 "There is neither a ground on which the opt-out does not apply, nor an approval.");
}

}  // namespace candour::instruction
