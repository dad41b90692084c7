// For tests of this module: a test federation and the public register of it.
#pragma once

#include <string>

#include "candour/public_register/inputs.h"
#include "candour/public_register/instruction_page.h"
#include "candour/statement/salted.h"
#include "candour/testing/federation.h"

namespace candour::public_register {

inline constexpr std::int64_t kNow = 1'772'438'400;  // 2026-03-02T08:00:00Z
inline constexpr std::int64_t kDay = 86'400;

struct Registered {
  testing::TestFederation federation{kNow};
  Inputs shown{};

  Registered() { shown.at = kNow; }
  /// Founds the federation; from then on statements may be entered.
  void found() { shown.log = &federation.found(); }
  [[nodiscard]] const instruction::InstructionEntry& entry() const {
    return *federation.log->find(federation.order.id());
  }
  /// The page of the order.
  [[nodiscard]] std::string page() const { return render_instruction(shown, entry()); }

  /// A text beside the log, whose body is at hand.
  [[nodiscard]] statement::FreeText text(std::string_view text) {
    const statement::Salt salt{1};
    const statement::FreeText committed = statement::commit_text(text, salt);
    shown.texts[committed.commitment] = statement::free_text_body(text, salt);
    return committed;
  }
  template <typename Statement>
  void enter(std::string_view kind, const Statement& statement, const std::vector<std::string>& signers) {
    federation.enter(federation.sign(kind, statement::write_payload(statement), signers));
  }
};

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace candour::public_register
