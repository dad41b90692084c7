#include "candour/node/charter_store.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/pseudonym/ceremony_transcript.h"
#include "candour/statement/envelope.h"

namespace candour::node {

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
    const auto claimed =
        statement::parse_ceremony(statement::parse_envelope(envelope, statement::kCeremonyKind).payload);
    const instruction::Charter before =
        instruction::load_charter(disk, folder, charter.federation, claimed.plan.charter_version);
    pseudonym::check_domain(domain, pseudonym::verify_ceremony(envelope, before));
  }
}

void adopt_domain(instruction::Charter& charter, std::string_view ceremony_envelope,
                  const std::string& purpose) {
  instruction::Domain adopted =
      pseudonym::domain_of(pseudonym::verify_ceremony(ceremony_envelope, charter), purpose);
  const auto before = std::ranges::find(charter.domains, adopted.name, &instruction::Domain::name);
  if (before == charter.domains.end()) {
    charter.domains.push_back(std::move(adopted));
  } else {
    *before = std::move(adopted);
  }
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
