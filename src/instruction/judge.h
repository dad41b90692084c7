// Whether a statement may be the next entry of the log, kind by kind, and what it does to the register.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "candour/instruction/register.h"
#include "candour/statement/decision.h"

namespace candour::instruction {

struct Judged {
  statement::Id id{};
  std::function<void(Register&, Standing)> effect{};  ///< nothing where it changes nothing
};

/// Errors: those of Register::judge.
[[nodiscard]] Judged judge_entry(const Register& log, std::string_view bytes, std::string_view body);

/// A revocation that one of the controllers signed, of an instruction that there is. Errors: CND-2001 to
/// CND-2004, CND-2020.
[[nodiscard]] statement::Revocation judge_revocation(const Register& log, std::string_view bytes);

/// The kind that an entry says it is; empty where it says none that is known. Nothing else of it is read:
/// only of an entry that was judged is it more than a word.
[[nodiscard]] std::string judged_kind(std::string_view envelope);

}  // namespace candour::instruction
