#include "candour/node/charter_store.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/pseudonym/ceremony_transcript.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2454", "The domain of this ceremony cannot be taken into the charter.")
      .with("rule", base::Label(rule.view()));
}

/// The version of the charter that a ceremony says it was held under.
instruction::Charter charter_of_ceremony(const base::Disk& disk, const std::filesystem::path& folder,
                                         const instruction::Charter& charter, std::string_view envelope) {
  const auto claimed =
      statement::parse_ceremony(statement::parse_envelope(envelope, statement::kCeremonyKind).payload);
  return instruction::load_charter(disk, folder, charter.federation, claimed.plan.charter_version);
}

}  // namespace

std::filesystem::path ceremony_path(const std::filesystem::path& folder, const base::Digest& ceremony) {
  return folder / ("ceremony-" + base::to_hex(ceremony) + ".dsse");
}

void require_domains(const base::Disk& disk, const std::filesystem::path& folder,
                     const instruction::Charter& charter) {
  for (const instruction::Domain& domain : charter.domains) {
    const std::filesystem::path path = ceremony_path(folder, domain.ceremony);
    const std::string envelope = base::load_text(disk, path, statement::kEnvelopeAtMostBytes);
    if (base::sha256(base::as_bytes(envelope)) != domain.ceremony) {
      throw base::Error("CND-2453", "The transcript of a ceremony is not the one that the charter names.")
          .with("path", path);
    }
    const instruction::Charter before = charter_of_ceremony(disk, folder, charter, envelope);
    pseudonym::check_domain(domain, pseudonym::verify_ceremony(envelope, before));
  }
}

void adopt_domain(base::Disk& disk, const std::filesystem::path& folder, instruction::Charter& charter,
                  std::string_view ceremony_envelope, const std::string& purpose) {
  const instruction::Charter held_under = charter_of_ceremony(disk, folder, charter, ceremony_envelope);
  instruction::Domain adopted =
      pseudonym::domain_of(pseudonym::verify_ceremony(ceremony_envelope, held_under), purpose);
  for (const auto& [index, key] : adopted.share_keys) {
    const instruction::Guardian* then = held_under.guardian(index);
    const instruction::Guardian* now = charter.guardian(index);
    if (now == nullptr || then->signing_key != now->signing_key) refuse("a guardian is another since then");
  }
  const auto before = std::ranges::find(charter.domains, adopted.name, &instruction::Domain::name);
  const instruction::Domain* then = held_under.domain(adopted.name);
  if (before == charter.domains.end()) {
    if (then != nullptr) refuse("the domain is gone since then");
    if (purpose.empty()) refuse("a new domain needs a purpose");
  } else {
    if (then == nullptr || then->ceremony != before->ceremony)
      refuse("the domain has other shares since then");
    if (purpose.empty()) adopted.purpose = before->purpose;
    charter.domains.erase(before);
  }
  const std::filesystem::path transcript = ceremony_path(folder, adopted.ceremony);
  if (!disk.exists(transcript)) disk.store_new(transcript, ceremony_envelope);
  charter.domains.push_back(std::move(adopted));
}

CharterStore::CharterStore(const base::Disk& disk, std::filesystem::path folder,
                           const base::Digest& federation)
    : disk_(disk), folder_(std::move(folder)), federation_(federation), charter_(load()) {}

std::shared_ptr<const instruction::Charter> CharterStore::load() const {
  auto charter =
      std::make_shared<const instruction::Charter>(instruction::load_charter(disk_, folder_, federation_));
  require_domains(disk_, folder_, *charter);
  return charter;
}

std::shared_ptr<const instruction::Charter> CharterStore::current() {
  const std::lock_guard lock(mutex_);
  if (disk_.exists(instruction::charter_path(folder_, charter_->version + 1))) charter_ = load();
  return charter_;
}

}  // namespace candour::node
