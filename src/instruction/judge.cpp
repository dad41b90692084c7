#include "candour/instruction/judge.h"

#include <algorithm>
#include <array>

#include "candour/instruction/judge_statement.h"
#include "candour/statement/kinds.h"

namespace candour::instruction {
namespace {

struct Row {
  std::string_view kind;
  Judged (Judge::*judge)() const;
};
constexpr std::array kRows = {Row{"batch", &Judge::batch},
                              Row{"submission", &Judge::submission},
                              Row{"receipt", &Judge::receipt},
                              Row{"charter", &Judge::charter},
                              Row{"collection", &Judge::collection},
                              Row{"instruction", &Judge::instruction},
                              Row{"acceptance", &Judge::acceptance},
                              Row{"objection", &Judge::objection},
                              Row{"revocation", &Judge::revocation},
                              Row{"ceremony", &Judge::ceremony},
                              Row{"ceremony-aborted", &Judge::ceremony_aborted},
                              Row{"sealing-key", &Judge::sealing_key},
                              Row{"run", &Judge::run},
                              Row{"result", &Judge::result},
                              Row{"release", &Judge::release},
                              Row{"refusal", &Judge::refusal},
                              Row{"erasure", &Judge::erasure},
                              Row{"incident", &Judge::incident},
                              Row{"sealed", &Judge::sealed},
                              Row{"opening", &Judge::opening},
                              Row{"head", &Judge::head},
                              Row{"opt-out-figures", &Judge::opt_out_figures}};

}  // namespace

Judged judge_entry(const Register& log, std::string_view envelope, std::string_view body) {
  const statement::Kind& kind = statement::statement_kind(envelope);
  const auto row = std::ranges::find(kRows, kind.name, &Row::kind);
  if (row == kRows.end()) {
    throw base::Error("CND-2040", "Statements of this kind are no entries of the log.")
        .with("kind", base::Label(kind.name));
  }
  return (Judge(log, envelope, body).*row->judge)();
}

statement::Revocation judge_revocation(const Register& log, std::string_view envelope) {
  return Judge(log, envelope, "").parsed_revocation();
}

std::string judged_kind(std::string_view envelope) {
  try {
    return std::string(statement::statement_kind(envelope).name);
  } catch (const base::Error&) {
    return "";
  }
}

}  // namespace candour::instruction
