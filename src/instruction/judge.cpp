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
                              Row{"redaction", &Judge::redaction},
                              Row{"head", &Judge::head},
                              Row{"opt-out-figures", &Judge::opt_out_figures},
                              Row{"withdraw", &Judge::withdraw}};

}  // namespace

Judged judge_entry(const Register& log, std::string_view bytes, std::string_view body) {
  const statement::Envelope envelope = statement::parse_any_envelope(bytes);
  const auto row = std::ranges::find(kRows, envelope.payload_type,
                                     [](const Row& one) { return statement::payload_type_of(one.kind); });
  if (row == kRows.end()) {
    throw base::Error("CND-2040", "Statements of this kind are no entries of the log.")
        .with("kind", base::Label(statement::statement_kind(bytes).name));
  }
  return (Judge(log, bytes, envelope, body).*row->judge)();
}

statement::Revocation judge_revocation(const Register& log, std::string_view bytes) {
  return Judge(log, bytes, statement::parse_any_envelope(bytes), "").parsed_revocation();
}

// As write_envelope has it; base64 has no quotation mark, so that no payload can say it too.
std::string judged_kind(std::string_view envelope) {
  constexpr std::string_view kBefore = "\"payloadType\":\"application/vnd.candour.";
  const std::size_t place = envelope.find(kBefore);
  if (place == std::string_view::npos) return "";
  const std::string_view rest = envelope.substr(place + kBefore.size());
  const statement::Kind* kind = statement::find_kind(rest.substr(0, rest.find("+json\"")));
  return kind == nullptr ? "" : std::string(kind->name);
}

}  // namespace candour::instruction
