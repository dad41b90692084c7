// The suite of attacks: what somebody could try against a federation, who refuses it, and with which code of
// the catalogue. Each is tried twice on a federation of its own (attacked_federation_testing.h): the twin is
// the same thing without what the attack changes, and passes; the attack is refused with exactly the code,
// and the refusal is on the disk of who refused and then in the log for everybody. The table of all of them
// is docs/reference/attacks.md.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/node/attacked_federation_testing.h"

namespace candour::node::testing {

enum class Side { kTwin, kAttack };

/// Where an attack is to be found afterwards.
enum class Trace {
  kRefusal,     ///< a refusal in the log
  kFork,        ///< two histories that prove it, kept by who saw them; and nothing is in force there
  kNotInForce,  ///< nothing is in force for who was shown it, which is then a refusal in the log
  kGuardian,    ///< the guardian's signed answer, kept by the provider; another guardian answers
};

struct Attack {
  std::string_view name;  ///< in the field's words
  Refuser refuser = Refuser::kLog;
  std::string_view code;
  /// Does it, in a federation that nobody has touched.
  std::function<void(AttackedFederation&, Side)> act;
  std::string_view to = "R1H";  ///< whom the refusal names: kStranger where nobody can be told
  bool names_order = true;      ///< the refusal names the instruction
  Trace trace = Trace::kRefusal;
};

/// The suite, by what is attacked. Each has its file: attacks_on_..._test.cpp.
[[nodiscard]] std::vector<Attack> attacks_on_statements();
[[nodiscard]] std::vector<Attack> attacks_on_charters();
[[nodiscard]] std::vector<Attack> attacks_on_instructions();
[[nodiscard]] std::vector<Attack> attacks_on_uses();
[[nodiscard]] std::vector<Attack> attacks_on_guardians();
[[nodiscard]] std::vector<Attack> attacks_on_flows();
[[nodiscard]] std::vector<Attack> attacks_on_logs();

/// Tries each with its twin.
void check_attacks(const std::vector<Attack>& attacks);

}  // namespace candour::node::testing
