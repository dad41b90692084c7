#include "candour/node/federation.h"

#include <algorithm>
#include <optional>
#include <set>

#include "candour/base/error.h"
#include "candour/base/toml.h"
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

std::string collections_line(const FederationPlan& plan) {
  std::string line = "collections = [";
  for (const std::filesystem::path& folder : plan.collections) {
    line += (line.back() == '[' ? "" : ", ") + base::toml_text(folder.string());
  }
  return line + "]\n";
}

/// The codes of the organisations on a machine.
std::vector<std::string> codes_on(const FederationPlan& plan, const std::string& machine) {
  std::vector<std::string> codes;
  for (const PlannedOrganisation& one : plan.organisations) {
    if (one.machine == machine) codes.push_back(one.code);
  }
  return codes;
}

/// A node's request: its own, or one for keys that are made here.
KeyRequest request_of(const Setup& setup, const PlannedNode& node) {
  if (node.request) return *node.request;
  return make_keys(setup.makers, setup.folder / node.name, node.name, codes_on(setup.plan, node.name));
}

/// Certifies a node's key, and gives what the charter says of it.
template <typename Party>
Party make_party(const Setup& setup, const PlannedNode& node, const KeyRequest& request) {
  const std::filesystem::path folder = setup.folder / node.name;
  const std::string certificate =
      net::certify(*setup.authority, request.tls_request, node.name, setup.validity());
  setup.makers.disk.make_folder(folder);
  setup.makers.disk.store_new(folder / "certificate.pem", certificate);
  setup.makers.disk.store_new(folder / "ca.pem", setup.authority->certificate_pem);
  Party party;
  party.name = node.title;
  party.address = node.address;
  party.signing_key = request.signing_key;
  party.tls_key = net::spki_sha256(certificate);
  return party;
}

void make_organisations(const Setup& setup, instruction::Charter& charter) {
  for (const PlannedNode& machine : setup.plan.machines) {
    const KeyRequest request = request_of(setup, machine);
    const auto on_machine = make_party<instruction::Party>(setup, machine, request);
    for (const PlannedOrganisation& one : setup.plan.organisations) {
      if (one.machine != machine.name) continue;
      instruction::Provider provider;
      provider.name = one.title;
      provider.code = one.code;
      provider.signing_key = request.organisations.at(one.code);
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
      text += "\n[[provider.reference]]\nname = " + base::toml_text(name) +
              "\nfile = " + base::toml_text(path.string()) + "\n";
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

/// Whether the nodes have names of their own, and addresses where others call them.
void check_nodes(const FederationPlan& plan) {
  std::set<std::string> names{"founders", "charter", "ceremony"};
  const auto check = [&](const PlannedNode& node) {
    if (!names.insert(node.name).second) refuse("two nodes have one name, or one has a name of init's own");
  };
  check(plan.hub);
  (void)parse_address(plan.hub.address);
  for (const PlannedNode& guardian : plan.guardians) {
    check(guardian);
    (void)parse_address(guardian.address);
  }
  for (const PlannedNode& machine : plan.machines) check(machine);
}

void check_organisations(const FederationPlan& plan) {
  std::set<std::string> codes;
  for (const PlannedOrganisation& one : plan.organisations) {
    if (!codes.insert(one.code).second) refuse("two organisations have one code");
    const auto machine = std::ranges::find(plan.machines, one.machine, &PlannedNode::name);
    if (machine == plan.machines.end()) refuse("an organisation is on a machine that there is not");
    if (machine->request && !machine->request->organisations.contains(one.code)) {
      refuse("a machine's request has no key of an organisation on it");
    }
  }
}

/// Before anything is made.
void check_plan(const FederationPlan& plan) {
  if (plan.guardians.empty()) refuse("there is no guardian");
  if (plan.guardians.size() > 255) refuse("there are more than 255 guardians");
  check_nodes(plan);
  check_organisations(plan);
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
  makers.disk.make_folder(founders);
  crypto::store_new_key_file(founders / "operator.key", makers.random);
  const base::SecretBytes operator_key = crypto::load_key_file(founders / "operator.key");
  instruction::Charter charter;
  charter.log = plan.log;
  charter.title = plan.title;
  charter.founders_key = make_signing_key(makers, founders, operator_key);
  setup.authority.emplace(net::make_ca("candour-federation", setup.validity()));
  crypto::store_new_sealed(makers.disk, founders / "ca-key.sealed", kAuthorityPurpose,
                           setup.authority->key_pem.view(), operator_key, makers.random);
  makers.disk.store_new(founders / "ca.pem", setup.authority->certificate_pem);

  charter.hub = make_party<instruction::Party>(setup, plan.hub, request_of(setup, plan.hub));
  for (const PlannedNode& node : plan.guardians) {
    charter.guardians.push_back(make_party<instruction::Guardian>(setup, node, request_of(setup, node)));
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

}  // namespace candour::node
