#include "candour/public_register/claims.h"

namespace candour::public_register {
namespace {

constexpr Claim kClaims[] = {
    {"no-name-leaves", "No name, NHS number, full date of birth or full postcode leaves a provider.",
     Enforcement::kEachNode, "CND-1306", "src/minimise/no_identifier_test.cpp",
     "A collection that gives an identifying field no rule is refused, and minimising is the only way out of "
     "a "
     "provider's store."},
    {"no-party-alone", "No one party can turn a pseudonym back into a person.", Enforcement::kMathematics, "",
     "src/crypto/shares_test.cpp",
     "The key is shared among guardians, and numbers reach them blinded. A threshold of them together with "
     "the "
     "hub could."},
    {"guardian-proves", "A guardian that answers falsely is found before its answer is used.",
     Enforcement::kMathematics, "CND-2109", "src/crypto/batch_proof_test.cpp",
     "Each answer carries a proof that it was made with the share that the charter names."},
    {"no-order-no-flow", "No record flows without an instruction in the log.", Enforcement::kEachNode,
     "CND-2020", "src/instruction/verdict_test.cpp",
     "Provider, guardians and hub ask the same function, each of its own copy "
     "of the log."},
    {"enough-bodies", "An instruction needs several bodies; whoever works on the data has no vote.",
     Enforcement::kEachNode, "CND-2032", "src/instruction/verdict_test.cpp",
     "Signatures are counted by legal person under the charter in force."},
    {"notice", "The public knows of an instruction before the first flow, except in an emergency.",
     Enforcement::kEachNode, "CND-2033", "src/instruction/verdict_test.cpp",
     "Notice counts from the witnesses' time of the first head of the log that covers the entry."},
    {"emergency-ends", "An emergency instruction ends within 30 days.", Enforcement::kEachNode, "CND-2030",
     "src/instruction/verdict_test.cpp",
     "An instruction without notice that lasts longer is no instruction."},
    {"it-ends", "An instruction ends on its day.", Enforcement::kEachNode, "CND-2022",
     "src/instruction/verdict_test.cpp", "The day is in what the bodies signed."},
    {"anyone-stops-it", "Any one body can stop an instruction at once.", Enforcement::kEachNode, "CND-2031",
     "src/instruction/verdict_test.cpp",
     "One signature is enough, and a node obeys it before it is in the log."},
    {"only-its-provider", "Only the providers that an instruction names are asked.", Enforcement::kEachNode,
     "CND-2023", "src/instruction/verdict_test.cpp", "Each node looks for the provider in the instruction."},
    {"only-listed-fields", "Only the fields that an instruction lists leave a provider.",
     Enforcement::kEachNode, "CND-2037", "src/node/attacks_on_flows_test.cpp",
     "The provider's program leaves the others empty, and the hub refuses a package that has a value in one. "
     "They may only narrow what the collection allows."},
    {"only-listed-measures", "Only the measures that an instruction lists are computed.",
     Enforcement::kOneParty, "CND-2038", "src/instruction/verdict_test.cpp",
     "The hub's program refuses others and announces each run in the log. That the hub runs this program is "
     "not "
     "established."},
    {"approved-collection", "What runs is the collection that was approved, to the byte.",
     Enforcement::kEachNode, "CND-2025", "src/instruction/verdict_test.cpp",
     "The instruction has the digest of the folder."},
    {"no-twin", "Nobody is given the same records once with and once without those who opted out.",
     Enforcement::kEachNode, "CND-2035", "src/instruction/verdict_test.cpp",
     "The difference of the two would be the list of those who opted out."},
    {"log-cannot-shrink", "The log cannot drop or change an entry unseen.", Enforcement::kMathematics,
     "CND-2510", "src/log/merkle_test.cpp",
     "Each head binds every entry before it, and each node keeps the highest it has seen."},
    {"log-cannot-fork", "The log cannot show two faces to two readers.", Enforcement::kMathematics,
     "CND-2047", "src/log/policy_test.cpp",
     "Heads need a quorum of witnesses, chosen so that two quorums share an honest one. More dishonest "
     "witnesses "
     "than the charter allows for could."},
    {"charter-slowly", "Who guards the keys cannot be changed quickly or without the guardians.",
     Enforcement::kEachNode, "CND-2015", "src/instruction/charter_test.cpp",
     "Such a change needs a threshold of guardians and 28 days in the log."},
    {"intent-first", "What was computed was announced before.", Enforcement::kOneParty, "CND-2044",
     "src/instruction/verdict_test.cpp",
     "A result without its announcement is refused by every reader of the log. A run that is never spoken of "
     "leaves no trace."},
    {"release-has-result", "A release rests on a run and a result in the log.", Enforcement::kEachNode,
     "CND-2045", "src/instruction/verdict_test.cpp", "Every reader refuses one that does not."},
    {"quota", "A provider's key cannot ask for more pseudonyms than its quota.", Enforcement::kEachNode,
     "CND-2123", "src/pseudonym/guardian_test.cpp", "Each guardian counts for itself, padding included."},
    {"erased", "After its retention what an instruction brought is deleted.", Enforcement::kOneParty,
     "CND-2486", "tests/e2e/erasure.py",
     "The hub's program deletes it, with the keys that it was sealed to, and says so in the log; where it "
     "does "
     "not, every verifier of the log says that it is overdue. That no copy was kept can be seen by nobody "
     "outside."},
    {"recipient", "The recipient uses what it gets for nothing else.", Enforcement::kNotEnforced, "", "",
     "Nothing in Candour reaches beyond the release or the lake; only the law does."},
    {"processor", "A processor sees no more than its contract says.", Enforcement::kNotEnforced, "", "",
     "Where it runs the hub it can see what the hub sees. No name or number is there, and that is enforced."},
    {"interests", "The interests and contract values shown are true and complete.", Enforcement::kNotEnforced,
     "", "", "They are what the bodies signed. A false statement stays in the log with its signature."},
    {"reasons", "The reasons given are the real ones.", Enforcement::kNotEnforced, "", "",
     "A program cannot know. They can be held against what was done."},
    {"opt-out-applied", "Each provider leaves out those who opted out.", Enforcement::kNotEnforced, "", "",
     "The provider's own program does it before anything leaves; a provider that runs another cannot be seen "
     "from "
     "here."},
    {"recorded-right", "What the hospitals recorded is right.", Enforcement::kNotEnforced, "", "",
     "A figure can be followed to what was sent, not to what happened."},
    {"nobody-found", "Nobody can be found in the pseudonymised rows by what else is known of them.",
     Enforcement::kNotEnforced, "", "",
     "A row of age band, area, dates and treatment can be one person's. Whoever knows these may know the "
     "row: that "
     "is why rows stay at the hub."},
};

}  // namespace

std::span<const Claim> claims() { return kClaims; }

}  // namespace candour::public_register
