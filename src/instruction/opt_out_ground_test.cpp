#include "candour/instruction/opt_out_ground.h"

#include <doctest/doctest.h>

#include <set>

#include "candour/testing/code_of.h"

namespace candour::instruction {
namespace {

using candour::testing::code_of;
using Outcome = OptOutOutcome;
using Question = OptOutQuestion;

TEST_CASE("the questions are asked in the policy's order, and the first that decides is the reason") {
  const auto ground = OptOutGround::kRequiredByLaw;
  struct Case {
    const char* what;
    OptOutAnswers answers;
    Outcome outcome;
    Question decided_by;
  };
  const Case cases[] = {
      {"nothing is said", {}, Outcome::kRefused, Question::kIsThereAnApproval},
      {"not confidential, and nothing else",
       {.is_confidential = Answer::kNo},
       Outcome::kDoesNotApply,
       Question::kIsConfidential},
      {"not confidential comes before every later question",
       {.is_confidential = Answer::kNo,
        .is_individual_care = Answer::kYes,
        .ground = ground,
        .has_approval = true},
       Outcome::kDoesNotApply,
       Question::kIsConfidential},
      {"individual care comes before a ground without a reference",
       {.is_individual_care = Answer::kYes, .ground = ground},
       Outcome::kDoesNotApply,
       Question::kIsIndividualCare},
      {"a ground comes before an approval",
       {.ground = ground,
        .ground_reference = "A direction of 2025",
        .has_approval = true,
        .approval_reference = "26/CAG/0123"},
       Outcome::kDoesNotApply,
       Question::kIsThereAGround},
      {"a ground without what it rests on is not mended by an approval",
       {.ground = ground,
        .ground_reference = " \n",
        .has_approval = true,
        .approval_reference = "26/CAG/0123"},
       Outcome::kRefused,
       Question::kIsThereAGround},
      {"an approval alone: the opt-out applies",
       {.has_approval = true, .approval_reference = "26/CAG/0123"},
       Outcome::kApplies,
       Question::kIsThereAnApproval},
      {"an approval without its reference is none",
       {.has_approval = true},
       Outcome::kRefused,
       Question::kIsThereAnApproval},
      {"a reference without a ground is no ground",
       {.ground_reference = "A direction of 2025"},
       Outcome::kRefused,
       Question::kIsThereAnApproval},
  };
  for (const Case& one : cases) {
    CAPTURE(one.what);
    const OptOutDecision decision = decide_opt_out(one.answers);
    CHECK(decision.outcome == one.outcome);
    CHECK(decision.decided_by == one.decided_by);
  }
}

TEST_CASE("a refusal has its code, and what is not refused goes on") {
  CHECK(code_of([] { decide_opt_out({}).require(); }) == "CND-2620");
  CHECK(code_of([] { decide_opt_out({.ground = OptOutGround::kConsent}).require(); }) == "CND-2622");
  CHECK(code_of([] { decide_opt_out({.has_approval = true}).require(); }) == "CND-2622");
  CHECK_NOTHROW(decide_opt_out({.has_approval = true, .approval_reference = "26/CAG/0123"}).require());
}

TEST_CASE("every ground is enough with its reference, has a code of its own, words and a source") {
  std::set<std::string_view> codes;
  for (const OptOutGroundEntry& one : opt_out_grounds()) {
    CAPTURE(one.code);
    CHECK(decide_opt_out({.ground = one.ground, .ground_reference = "x"}).outcome == Outcome::kDoesNotApply);
    CHECK(parse_opt_out_ground(one.code) == one.ground);
    CHECK(&opt_out_ground(one.ground) == &one);
    CHECK(codes.insert(one.code).second);
    for (const std::string_view text : {one.words, one.rests_on, one.source}) CHECK(text.size() > 10);
  }
  CHECK(codes.size() == 7);
  CHECK(code_of([] { static_cast<void>(parse_opt_out_ground("because")); }) == "CND-2621");
}

TEST_CASE("each question is one, in plain words") {
  std::set<std::string_view> words;
  for (const Question question : {Question::kIsConfidential, Question::kIsIndividualCare,
                                  Question::kIsThereAGround, Question::kIsThereAnApproval}) {
    CHECK(question_in_words(question).back() == '?');
    CHECK(words.insert(question_in_words(question)).second);
  }
}

}  // namespace
}  // namespace candour::instruction
