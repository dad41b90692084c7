#include "candour/node/federation.h"

#include <algorithm>
#include <optional>

#include "candour/base/error.h"
#include "candour/crypto/key.h"
#include "candour/crypto/sealed_file.h"
#include "candour/net/certificate.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kCertificateDays = 731;

/// An hour back, so that a node whose clock is a little slow can begin at once.
net::Validity validity_from(std::int64_t now) { return {now - 3600, now + kCertificateDays * kDay}; }

struct Setup {
  Makers makers;
  const std::filesystem::path& folder;
  const FederationPlan& plan;
  std::optional<net::KeyedCertificate> authority = std::nullopt;

  [[nodiscard]] net::Validity validity() const { return validity_from(makers.clock.now_unix_seconds()); }
};

/// The codes of the organisations on a machine.
std::vector<std::string> codes_on(const FederationPlan& plan, const std::string& machine) {
  std::vector<std::string> codes;
  for (const PlannedOrganisation& one : plan.organisations) {
    if (one.machine == machine) codes.push_back(one.code);
  }
  return codes;
}

/// A node's request: its own, or one for keys that are made here.
KeyRequest request_of(const Setup& setup, const PlannedNode& node, Role role) {
  if (node.request) return *node.request;
  return make_keys(setup.makers, setup.folder / node.name, role, node.name, codes_on(setup.plan, node.name));
}

/// Certifies a node's key into its folder, and gives the digest by which the charter pins it.
base::Digest certify_into(Makers makers, const net::KeyedCertificate& authority,
                          const net::Validity& validity, const std::filesystem::path& folder,
                          std::string_view name, std::string_view tls_request) {
  const std::string certificate = net::certify(authority, tls_request, name, validity);
  makers.disk.make_folder(folder);
  makers.disk.store_new(folder / "certificate.pem", certificate);
  makers.disk.store_new(folder / "ca.pem", authority.certificate_pem);
  return net::spki_sha256(certificate);
}

base::Digest certify_node(const Setup& setup, const PlannedNode& node, const KeyRequest& request) {
  return certify_into(setup.makers, *setup.authority, setup.validity(), setup.folder / node.name, node.name,
                      request.tls_request);
}

void fill_party(const Setup& setup, const PlannedNode& node, const KeyRequest& request,
                instruction::Party& party) {
  party.name = node.title;
  party.address = node.address;
  party.signing_key = *request.signing_key;
  party.tls_key = certify_node(setup, node, request);
}

void add_controllers(const Setup& setup, instruction::Charter& charter) {
  for (const PlannedController& one : setup.plan.controllers) {
    const auto own = setup.folder / "controllers" / one.name;
    charter.controllers.push_back({.name = one.name,
                                   .legal_person = one.legal_person,
                                   .key = one.key ? *one.key : make_office_key(setup.makers, own)});
  }
  std::ranges::sort(charter.controllers, {}, &instruction::Controller::name);
}

void add_hub(const Setup& setup, instruction::Charter& charter) {
  const KeyRequest request = request_of(setup, setup.plan.hub, Role::kHub);
  fill_party(setup, setup.plan.hub, request, charter.hub);
  charter.hub.legal_person = setup.plan.hub_legal_person;
  charter.log_key = *request.log_key;
  charter.producer_key =
      setup.plan.producer ? *setup.plan.producer : make_office_key(setup.makers, setup.folder / "producer");
}

void add_guardians(const Setup& setup, instruction::Charter& charter) {
  for (const PlannedNode& node : setup.plan.guardians) {
    const KeyRequest request = request_of(setup, node, Role::kGuardian);
    instruction::Guardian& guardian = charter.guardians.emplace_back();
    fill_party(setup, node, request, guardian);
    guardian.index = static_cast<crypto::ShareIndex>(charter.guardians.size());
    guardian.witness_key = *request.witness_key;
  }
}

void add_witnesses(const Setup& setup, instruction::Charter& charter) {
  for (const PlannedNode& node : setup.plan.witnesses) {
    const KeyRequest request = request_of(setup, node, Role::kWitness);
    charter.witnesses.push_back({.name = node.name,
                                 .address = node.address,
                                 .witness_key = *request.witness_key,
                                 .tls_key = certify_node(setup, node, request)});
  }
  std::ranges::sort(charter.witnesses, {}, &instruction::Witness::name);
  charter.quorum = setup.plan.quorum == 0 ? default_quorum(setup.plan) : setup.plan.quorum;
}

void add_organisations(const Setup& setup, instruction::Charter& charter) {
  for (const PlannedNode& machine : setup.plan.machines) {
    const KeyRequest request = request_of(setup, machine, Role::kProvider);
    const base::Digest tls_key = certify_node(setup, machine, request);
    for (const PlannedOrganisation& one : setup.plan.organisations) {
      if (one.machine != machine.name) continue;
      instruction::Provider provider;
      provider.name = one.title;
      provider.code = one.code;
      provider.signing_key = request.organisations.at(one.code);
      provider.tls_key = tls_key;
      provider.quota_day = one.quota_day;
      provider.quota_30_days = one.quota_30_days;
      charter.providers.push_back(std::move(provider));
    }
  }
  std::ranges::sort(charter.providers, {}, &instruction::Provider::code);
}

/// The founders' keys: to sign version 1, and to certify nodes.
crypto::SigningPublicKey make_founders(Setup& setup) {
  const std::filesystem::path founders = setup.folder / "founders";
  const crypto::SigningPublicKey key = make_office_key(setup.makers, founders);
  setup.authority.emplace(net::make_ca("candour-federation", setup.validity()));
  crypto::store_new_sealed(setup.makers.disk, founders / "ca-key.sealed", kAuthorityPurpose,
                           setup.authority->key_pem.view(), crypto::load_key_file(founders / "operator.key"),
                           setup.makers.random);
  setup.makers.disk.store_new(founders / "ca.pem", setup.authority->certificate_pem);
  return key;
}

}  // namespace

std::filesystem::path organisation_folder(const std::filesystem::path& federation,
                                          const PlannedOrganisation& organisation) {
  return federation / organisation.machine / "organisations" / organisation.code;
}

std::filesystem::path first_charter_path(const std::filesystem::path& charter) {
  return charter / "charter-1.dsse";
}

std::filesystem::path body_path(const std::filesystem::path& folder, const base::Digest& digest) {
  return folder / "body" / base::to_hex(digest);
}

base::Digest init_federation(Makers makers, const std::filesystem::path& folder, const FederationPlan& plan) {
  require_plan(plan);
  Setup setup{makers, folder, plan};
  instruction::Charter charter;
  charter.founders_key = make_founders(setup);
  charter.header.log = plan.log;
  makers.random.fill(charter.header.id);
  charter.header.made = makers.clock.now_unix_seconds();
  charter.title = plan.title;
  charter.threshold = plan.threshold;
  add_controllers(setup, charter);
  add_hub(setup, charter);
  add_guardians(setup, charter);
  add_witnesses(setup, charter);
  add_organisations(setup, charter);

  const std::string payload = instruction::write_payload(charter);
  const std::string providers = instruction::write_providers(charter);
  const base::Digest federation = instruction::parse_charter(payload, providers).federation();
  write_node_configs(makers.disk, folder, plan, federation);
  const std::filesystem::path charters = folder / "charter";
  makers.disk.make_folder(charters / "body");
  makers.disk.store_new(body_path(charters, instruction::providers_digest(payload)), providers);
  // Last: with it there is a federation.
  makers.disk.store_new(
      first_charter_path(charters),
      statement::write_envelope(statement::sign(instruction::kCharterKind, payload,
                                                load_office_key(makers.disk, folder / "founders"))));
  return federation;
}

base::Digest certify_request(Makers makers, const std::filesystem::path& founders,
                             const std::filesystem::path& folder, const KeyRequest& request) {
  const net::KeyedCertificate authority{
      base::load_text(makers.disk, founders / "ca.pem"),
      crypto::load_sealed(makers.disk, founders / "ca-key.sealed", kAuthorityPurpose,
                          crypto::load_key_file(founders / "operator.key"))};
  return certify_into(makers, authority, validity_from(makers.clock.now_unix_seconds()),
                      folder / request.name, request.name, request.tls_request);
}

FirstCharter load_first_charter(const base::Disk& disk, const std::filesystem::path& charter) {
  FirstCharter first;
  first.envelope = base::load_text(disk, first_charter_path(charter), statement::kEnvelopeAtMostBytes);
  const std::string payload = statement::parse_envelope(first.envelope, instruction::kCharterKind).payload;
  first.providers = base::load_text(disk, body_path(charter, instruction::providers_digest(payload)),
                                    instruction::kProvidersAtMostBytes);
  first.federation = base::sha256(base::as_bytes(payload));
  return first;
}

}  // namespace candour::node
