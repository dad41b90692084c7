#include "candour/node/identity.h"

#include <algorithm>

#include "candour/crypto/key.h"
#include "candour/crypto/sealed_file.h"
#include "candour/node/federation.h"

namespace candour::node {
namespace {

constexpr std::uint64_t kPemAtMostBytes = std::uint64_t{64} << 10;

[[noreturn]] void refuse(base::Literal rule, const NodeConfig& config) {
  throw base::Error("CND-2452", "The charter does not name this node as its configuration does.")
      .with("rule", base::Label(rule.view()))
      .with("certificate", config.certificate);
}

}  // namespace

std::unique_ptr<net::Tls> load_tls(const base::Disk& disk, const NodeConfig& config) {
  const base::SecretBytes key = crypto::load_sealed(disk, config.keys / "tls.sealed", kTlsPurpose,
                                                    crypto::load_key_file(config.key_file));
  return std::make_unique<net::Tls>(base::load_text(disk, config.ca, kPemAtMostBytes),
                                    base::load_text(disk, config.certificate, kPemAtMostBytes), key);
}

void require_own_place(const instruction::Charter& charter, const NodeConfig& config, const net::Tls& tls) {
  switch (config.role) {
    case Role::kHub:
      if (charter.hub.tls_key != tls.own_spki()) refuse("the hub has another certificate", config);
      return;
    case Role::kGuardian: {
      const instruction::Guardian* guardian = charter.guardian(config.guardian.index);
      if (guardian == nullptr || guardian->tls_key != tls.own_spki()) {
        refuse("there is no such guardian, or it has another certificate", config);
      }
      return;
    }
    case Role::kWitness:
      if (std::ranges::find(charter.witnesses, tls.own_spki(), &instruction::Witness::tls_key) ==
          charter.witnesses.end()) {
        refuse("there is no such witness, or it has another certificate", config);
      }
      return;
    case Role::kProvider:
      return;  // each organisation has a place of its own: require_own_place below
  }
}

void require_own_place(const instruction::Charter& charter, const NodeConfig& config, const net::Tls& tls,
                       const Organisation& organisation) {
  const instruction::Provider* provider = charter.provider(organisation.code);
  if (provider == nullptr || provider->tls_key != tls.own_spki()) {
    refuse("an organisation is no provider, or has another certificate", config);
  }
}

}  // namespace candour::node
