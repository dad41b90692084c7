// Who is to blame: one function of signed messages, which every guardian asks about what it received, and
// everybody else about the evidence of a ceremony that was aborted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/error.h"
#include "candour/instruction/charter.h"
#include "candour/statement/ceremony.h"

namespace candour::pseudonym {

enum class Fault {
  kMalformed,        ///< signed something that is no message of its kind
  kAgainstPlan,      ///< its message is not what the plan asks of it (another degree, a receiver left out)
  kTwoVersions,      ///< signed two messages where there can be one
  kNotAsCommitted,   ///< opened something other than it had committed to
  kNotProved,        ///< its proof that it knows what it shares does not hold
  kOtherSecret,      ///< in a resharing dealt something other than its old share
  kBadShare,         ///< sealed a share that is not the one it committed to
  kFalseAccusation,  ///< complained about a good share
  kFalseTranscript,  ///< signed a transcript that does not follow from itself
};

/// The fault's name in a statement ("bad-share"), and a sentence for people.
[[nodiscard]] std::string_view name_of(Fault fault);
[[nodiscard]] base::Literal sentence_of(Fault fault);

struct Blame {
  crypto::ShareIndex guardian = 0;
  Fault fault = Fault::kMalformed;
  std::vector<statement::CeremonyEvidence> evidence;  ///< all that judge() needs to say the same again
};

/// What a message says, once its signature holds. `statement` is nothing where the payload is none of its
/// kind.
template <typename Statement>
struct Opened {
  std::string payload;
  std::optional<Statement> statement;
};

/// Opens a signed message of a ceremony: for Statement CeremonyCommit, CeremonyDeal, CeremonyComplaint or
/// Ceremony. Errors: CND-2153 (it is of another ceremony), CND-2161 (who it names did not sign it).
template <typename Statement>
[[nodiscard]] Opened<Statement> open_message(const statement::CeremonyPlan& plan,
                                             const instruction::Charter& charter,
                                             const statement::CeremonyEvidence& message);

/// The payload of a message, once its signature holds. Errors: CND-2161.
[[nodiscard]] std::string signed_payload(const instruction::Charter& charter,
                                         const statement::CeremonyEvidence& message);

/// Judges messages of one ceremony: each alone, then what they say together, which is one of
///   a dealer's commit and its deal,
///   two messages of one kind by one guardian,
///   a receiver's commit, a dealer's deal and the receiver's complaint (one of the two is to blame).
/// Nothing where nobody is shown to be to blame. Errors: those of open_message; CND-2154 (a deal or a
/// complaint answers to another version of a message than the one that is here).
[[nodiscard]] std::optional<Blame> judge(const statement::CeremonyPlan& plan,
                                         const instruction::Charter& charter,
                                         const std::vector<statement::CeremonyEvidence>& messages);

/// Whether a record's evidence proves what it says. Errors: those of judge.
[[nodiscard]] bool proves(const statement::CeremonyAborted& aborted, const instruction::Charter& charter);

}  // namespace candour::pseudonym
