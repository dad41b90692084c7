#include "candour/node/federation.h"

#include <algorithm>
#include <optional>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/crypto/key.h"
#include "candour/crypto/sealed_file.h"
#include "candour/net/certificate.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kCertificateDays = 731;

[[noreturn]] void refuse(base::Literal rule) {
  throw base::Error("CND-2451", "The plan of a federation cannot be.").with("rule", base::Label(rule.view()));
}

// A folder of somebody's keys under construction.
class KeyFolder {
 public:
  KeyFolder(Makers makers, const std::filesystem::path& folder, const std::filesystem::path& keys)
      : makers_(makers), keys_(keys), key_file_(folder / "operator.key") {
    makers_.disk.make_folder(keys_);
    crypto::store_new_key_file(key_file_, makers_.random);
  }
  void seal(std::string_view name, std::string_view purpose, base::ByteView secret,
            const std::filesystem::path& folder) {
    makers_.disk.make_folder(folder);
    crypto::store_new_sealed(makers_.disk, folder / (std::string(name) + ".sealed"), purpose, secret,
                             crypto::load_key_file(key_file_), makers_.random);
  }
  crypto::SigningPublicKey signing_key(const std::filesystem::path& folder) {
    base::SecretBytes seed(crypto::kSigningSeedBytes);
    makers_.random.fill(seed.span());
    seal("signing", kSigningPurpose, seed.view(), folder);
    return crypto::SigningKey(seed.view()).public_key();
  }

 private:
  Makers makers_;
  std::filesystem::path keys_, key_file_;
};

struct Setup {
  Makers makers;
  const std::filesystem::path& folder;
  const FederationPlan& plan;
  std::optional<net::KeyedCertificate> authority = std::nullopt;

  [[nodiscard]] net::Validity validity() const {
    // An hour back, so that a node whose clock is a little slow can begin at once.
    const std::int64_t now = makers.clock.now_unix_seconds();
    return {now - 3600, now + kCertificateDays * kDay};
  }
};

std::string head_of_config(std::string_view role, const PlannedNode& node, const base::Digest& federation) {
  std::string text = "role = \"" + std::string(role) + "\"\nfederation = \"" + base::to_hex(federation) +
                     "\"\ncharter = \"../charter\"\nca = \"ca.pem\"\ncertificate = \"certificate.pem\"\n" +
                     "keys = \"keys\"\nkey_file = \"operator.key\"\n";
  if (!node.address.empty()) text += "listen = \"" + node.address + "\"\n";
  return text;
}

/// A node's folder with its keys and certificate; what the charter says of it.
template <typename Party>
Party make_party(const Setup& setup, const PlannedNode& node) {
  const std::filesystem::path folder = setup.folder / node.name;
  KeyFolder keys(setup.makers, folder, folder / "keys");
  Party party;
  party.name = node.title;
  party.address = node.address;
  party.signing_key = keys.signing_key(folder / "keys");
  const net::KeyedCertificate certificate =
      net::make_certificate(*setup.authority, node.name, setup.validity());
  keys.seal("tls", kTlsPurpose, certificate.key_pem.view(), folder / "keys");
  party.tls_key = net::spki_sha256(certificate.certificate_pem);
  setup.makers.disk.store_new(folder / "certificate.pem", certificate.certificate_pem);
  setup.makers.disk.store_new(folder / "ca.pem", setup.authority->certificate_pem);
  return party;
}

/// A text as TOML and JSON both write it.
std::string quoted_text(const std::string& text) { return base::write_json_line(base::Json(text)); }

std::string collections_line(const FederationPlan& plan) {
  std::string line = "collections = [";
  for (const std::filesystem::path& folder : plan.collections) {
    line += (line.back() == '[' ? "" : ", ") + quoted_text(folder.string());
  }
  return line + "]\n";
}

void make_organisations(const Setup& setup, instruction::Charter& charter) {
  for (const PlannedNode& machine : setup.plan.machines) {
    const auto on_machine = make_party<instruction::Party>(setup, machine);
    const std::filesystem::path folder = setup.folder / machine.name;
    const base::SecretBytes operator_key = crypto::load_key_file(folder / "operator.key");
    for (const PlannedOrganisation& one : setup.plan.organisations) {
      if (one.machine != machine.name) continue;
      base::SecretBytes seed(crypto::kSigningSeedBytes);
      setup.makers.random.fill(seed.span());
      const std::filesystem::path keys = organisation_folder(setup.folder, one);
      setup.makers.disk.make_folder(keys);
      crypto::store_new_sealed(setup.makers.disk, keys / "signing.sealed", kSigningPurpose, seed.view(),
                               operator_key, setup.makers.random);
      instruction::Provider provider;
      provider.name = one.title;
      provider.code = one.code;
      provider.signing_key = crypto::SigningKey(seed.view()).public_key();
      provider.tls_key = on_machine.tls_key;
      provider.quota_day = one.quota_day;
      provider.quota_30_days = one.quota_30_days;
      charter.providers.push_back(std::move(provider));
    }
  }
}

void write_configs(const Setup& setup, const base::Digest& federation) {
  const auto store = [&](const PlannedNode& node, std::string_view role, std::string_view rest) {
    setup.makers.disk.store_new(setup.folder / node.name / "node.toml",
                                head_of_config(role, node, federation) + std::string(rest));
  };
  store(setup.plan.hub, "hub",
        collections_line(setup.plan) + "\n[hub]\nlake = \"lake\"\ninbox = \"inbox\"\n");
  std::size_t index = 0;
  for (const PlannedNode& guardian : setup.plan.guardians) {
    store(guardian, "guardian",
          "\n[guardian]\nindex = " + std::to_string(++index) + "\njournal = \"journal\"\n");
  }
  for (const PlannedNode& machine : setup.plan.machines) {
    std::string text = collections_line(setup.plan) + "\n[provider]\nthreads = 1\n";
    for (const auto& [name, path] : setup.plan.references) {
      text += "\n[[provider.reference]]\nname = " + quoted_text(name) +
              "\nfile = " + quoted_text(path.string()) + "\n";
    }
    for (const PlannedOrganisation& one : setup.plan.organisations) {
      if (one.machine != machine.name) continue;
      const std::string folder = "organisations/" + one.code;
      text += "\n[[provider.organisation]]\ncode = \"" + one.code + "\"\nkeys = \"" + folder +
              "\"\nvault = \"" + folder + "/vault.db\"\nvault_key_file = \"" + folder +
              "/vault.key\"\noutbox = \"" + folder + "/outbox\"\n";
    }
    store(machine, "provider", text);
  }
}

void check_plan(const FederationPlan& plan) {
  if (plan.guardians.empty()) refuse("there is no guardian");
  if (plan.guardians.size() > 255) refuse("there are more than 255 guardians");
  for (const PlannedOrganisation& one : plan.organisations) {
    if (std::ranges::find(plan.machines, one.machine, &PlannedNode::name) == plan.machines.end()) {
      refuse("an organisation is on a machine that there is not");
    }
  }
}

}  // namespace

std::filesystem::path organisation_folder(const std::filesystem::path& federation,
                                          const PlannedOrganisation& organisation) {
  return federation / organisation.machine / "organisations" / organisation.code;
}

base::Digest init_federation(Makers makers, const std::filesystem::path& folder, const FederationPlan& plan) {
  check_plan(plan);
  Setup setup{makers, folder, plan};
  const std::filesystem::path founders = folder / "founders";
  KeyFolder keys(makers, founders, founders);
  instruction::Charter charter;
  charter.log = plan.log;
  charter.title = plan.title;
  charter.founders_key = keys.signing_key(founders);
  setup.authority.emplace(net::make_ca("candour-federation", setup.validity()));
  keys.seal("ca-key", kAuthorityPurpose, setup.authority->key_pem.view(), founders);
  makers.disk.store_new(founders / "ca.pem", setup.authority->certificate_pem);

  charter.hub = make_party<instruction::Party>(setup, plan.hub);
  for (const PlannedNode& node : plan.guardians) {
    charter.guardians.push_back(make_party<instruction::Guardian>(setup, node));
    charter.guardians.back().index = static_cast<crypto::ShareIndex>(charter.guardians.size());
  }
  make_organisations(setup, charter);

  const std::string text = instruction::write_charter(charter);
  const base::Digest federation = base::sha256(base::as_bytes(text));
  (void)instruction::parse_charter(text, instruction::charter_path(folder / "charter", 1));
  const crypto::SigningKey founder =
      load_signing_key(makers.disk, founders / "signing.sealed", founders / "operator.key");
  write_configs(setup, federation);
  makers.disk.make_folder(folder / "charter");
  // Last: with it there is a federation.
  makers.disk.store_new(instruction::charter_path(folder / "charter", 1),
                        statement::write_envelope(statement::sign(instruction::kCharterKind, text, founder)));
  return federation;
}

std::uint32_t amend_charter(Makers makers, const std::filesystem::path& folder,
                            const base::Digest& federation,
                            const std::function<void(instruction::Charter&)>& change) {
  instruction::Charter charter = instruction::load_charter(makers.disk, folder / "charter", federation);
  charter.federation = federation;
  change(charter);
  ++charter.version;
  const std::string text = instruction::write_charter(charter);
  const auto path = instruction::charter_path(folder / "charter", charter.version);
  (void)instruction::parse_charter(text, path);
  const crypto::SigningKey founder = load_signing_key(makers.disk, folder / "founders" / "signing.sealed",
                                                      folder / "founders" / "operator.key");
  makers.disk.store_new(path,
                        statement::write_envelope(statement::sign(instruction::kCharterKind, text, founder)));
  return charter.version;
}

base::Digest federation_of(const base::Disk& disk, const std::filesystem::path& folder) {
  const auto path = instruction::charter_path(folder / "charter", 1);
  const std::string bytes = base::load_text(disk, path, statement::kCharterAtMostBytes);
  return base::sha256(base::as_bytes(statement::parse_envelope(bytes, instruction::kCharterKind).payload));
}

crypto::SigningKey load_signing_key(const base::Disk& disk, const std::filesystem::path& file,
                                    const std::filesystem::path& key_file) {
  const base::SecretBytes seed =
      crypto::load_sealed(disk, file, kSigningPurpose, crypto::load_key_file(key_file));
  return crypto::SigningKey(seed.view());
}

}  // namespace candour::node
