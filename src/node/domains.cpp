#include "candour/node/domains.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/instruction/amendment.h"
#include "candour/pseudonym/ceremony_transcript.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2454", "The domain of this ceremony cannot be taken into the charter.")
      .with("rule", base::Label(rule.view()));
}

}  // namespace

const instruction::Charter& charter_of_ceremony(const instruction::Register& log, std::string_view envelope) {
  const auto claimed =
      statement::parse_ceremony(statement::parse_envelope(envelope, statement::kCeremonyKind).payload);
  for (const instruction::CharterEntry& one : log.charters()) {
    if (one.charter->version == claimed.plan.charter_version) return *one.charter;
  }
  refuse("the log has no such version of the charter as it was held under");
}

void require_domains(const instruction::Register& log, const instruction::Charter& charter,
                     const EntryAt& entry) {
  for (const instruction::Domain& domain : charter.domains) {
    const auto index = log.ceremony(domain.ceremony);
    if (!index) {
      throw base::Error("CND-2453",
                        "The log does not have the transcript that a domain of the charter names.")
          .with("domain", base::Label(domain.name));
    }
    const std::string envelope = entry(*index);
    pseudonym::check_domain(domain, pseudonym::verify_ceremony(envelope, charter_of_ceremony(log, envelope)));
  }
}

void adopt_domain(const instruction::Register& log, instruction::Charter& next, std::string_view envelope,
                  const std::string& purpose) {
  const instruction::Charter& held_under = charter_of_ceremony(log, envelope);
  instruction::Domain adopted =
      pseudonym::domain_of(pseudonym::verify_ceremony(envelope, held_under), purpose);
  for (const auto& [index, key] : adopted.share_keys) {
    const instruction::Guardian* then = held_under.guardian(index);
    const instruction::Guardian* now = next.guardian(index);
    if (now == nullptr || then->signing_key != now->signing_key) refuse("a guardian is another since then");
  }
  const instruction::Domain* before = next.domain(adopted.name);
  const instruction::Domain* then = held_under.domain(adopted.name);
  if (before == nullptr) {
    if (then != nullptr) refuse("the domain is gone since then");
    if (purpose.empty()) refuse("a new domain needs a purpose");
  } else {
    if (then == nullptr || then->ceremony != before->ceremony) {
      refuse("the domain has other shares since then");
    }
    if (purpose.empty()) adopted.purpose = before->purpose;
  }
  instruction::enter_domain(next, std::move(adopted));
}

}  // namespace candour::node
