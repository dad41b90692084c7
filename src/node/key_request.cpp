#include "candour/node/key_request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "candour/base/error.h"
#include "candour/base/toml.h"
#include "candour/crypto/key.h"
#include "candour/crypto/sealed_file.h"
#include "candour/net/certificate.h"

namespace candour::node {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 4> kRoles{{{Role::kHub, "hub"},
                                                                   {Role::kGuardian, "guardian"},
                                                                   {Role::kProvider, "machine"},
                                                                   {Role::kWitness, "witness"}}};

[[noreturn]] void refuse(const base::TomlTable& table, base::Literal rule) {
  throw base::Error("CND-2451", "The plan of a federation cannot be.")
      .with("rule", base::Label(rule.view()))
      .with("path", table.path())
      .with("line", table.line());
}

crypto::SigningPublicKey key_in(const base::TomlTable& table, std::string_view member) {
  const auto key = base::from_hex_exactly<32>(table.text(member));
  if (!key) refuse(table, "a key is not 64 hexadecimal digits");
  return *key;
}

using OptionalKey = std::optional<crypto::SigningPublicKey> KeyRequest::*;
struct RoleKey {
  OptionalKey member;
  std::string_view purpose;
};
constexpr RoleKey kSigning{&KeyRequest::signing_key, kSigningPurpose};
constexpr RoleKey kLog{&KeyRequest::log_key, kLogPurpose};
constexpr RoleKey kWitness{&KeyRequest::witness_key, kWitnessPurpose};

/// The signing keys that a node of a role has.
std::vector<RoleKey> keys_of(Role role) {
  switch (role) {
    case Role::kHub:
      return {kSigning, kLog};
    case Role::kGuardian:
      return {kSigning, kWitness};
    case Role::kWitness:
      return {kWitness};
    case Role::kProvider:
      break;
  }
  return {kSigning};
}

std::string write_key_request(const KeyRequest& request) {
  std::string toml = "name = " + base::toml_text(request.name) + "\nrole = \"" +
                     std::string(role_word(request.role)) + "\"\n";
  for (const auto& [member, purpose] : keys_of(request.role)) {
    toml += std::string(purpose) + "_key = \"" + base::to_hex(*(request.*member)) + "\"\n";
  }
  toml += "tls_request = " + base::toml_text(request.tls_request) + "\n";
  for (const auto& [code, key] : request.organisations) {
    toml += "\n[[organisation]]\ncode = " + base::toml_text(code) + "\nsigning_key = \"" + base::to_hex(key) +
            "\"\n";
  }
  return toml;
}

}  // namespace

std::string_view role_word(Role role) {
  return std::ranges::find(kRoles, role, &decltype(kRoles)::value_type::first)->second;
}

std::optional<Role> parse_role_word(std::string_view word) {
  const auto found = std::ranges::find(kRoles, word, &decltype(kRoles)::value_type::second);
  if (found == kRoles.end()) return std::nullopt;
  return found->first;
}

KeyRequest make_keys(Makers makers, const std::filesystem::path& folder, Role role, std::string_view name,
                     const std::vector<std::string>& organisations) {
  net::KeyedRequest tls = net::make_request(name);
  makers.disk.make_folder(folder / "keys");
  crypto::store_new_key_file(folder / "operator.key", makers.random);
  const base::SecretBytes operator_key = crypto::load_key_file(folder / "operator.key");
  KeyRequest request{.name = std::string(name), .role = role, .tls_request = std::move(tls.request_pem)};
  for (const auto& [member, purpose] : keys_of(role)) {
    request.*member = make_signing_key(makers, folder / "keys", operator_key, purpose);
  }
  crypto::store_new_sealed(makers.disk, folder / "keys" / "tls.sealed", kTlsPurpose, tls.key_pem.view(),
                           operator_key, makers.random);
  for (const std::string& code : organisations) {
    const std::filesystem::path own = folder / "organisations" / code;
    makers.disk.make_folder(own);
    request.organisations[code] = make_signing_key(makers, own, operator_key);
  }
  makers.disk.store_new(folder / "request.toml", write_key_request(request));
  return request;
}

KeyRequest parse_key_request(std::string_view text, const std::filesystem::path& path) {
  const base::TomlTable table = base::TomlTable::parse(text, path);
  KeyRequest request{.name = table.text("name")};
  const auto role = parse_role_word(table.text("role"));
  if (!role) refuse(table, "a role is none of hub, guardian, machine and witness");
  request.role = *role;
  for (const auto& [member, purpose] : keys_of(request.role)) {
    request.*member = key_in(table, std::string(purpose) + "_key");
  }
  request.tls_request = table.text("tls_request");
  for (const base::TomlTable& one : table.tables("organisation")) {
    request.organisations[one.text("code")] = key_in(one, "signing_key");
  }
  table.finish();
  return request;
}

crypto::SigningPublicKey make_signing_key(Makers makers, const std::filesystem::path& folder,
                                          const base::SecretBytes& operator_key, std::string_view purpose) {
  base::SecretBytes seed(crypto::kSigningSeedBytes);
  makers.random.fill(seed.span());
  crypto::store_new_sealed(makers.disk, folder / (std::string(purpose) + ".sealed"), purpose, seed.view(),
                           operator_key, makers.random);
  return crypto::SigningKey(seed.view()).public_key();
}

crypto::SigningKey load_signing_key(const base::Disk& disk, const std::filesystem::path& file,
                                    const std::filesystem::path& key_file, std::string_view purpose) {
  const base::SecretBytes seed = crypto::load_sealed(disk, file, purpose, crypto::load_key_file(key_file));
  if (seed.size() != crypto::kSigningSeedBytes) {
    throw base::Error("CND-1011", "The sealed file does not hold a signing key.").with("path", file);
  }
  return crypto::SigningKey(seed.view());
}

crypto::SigningPublicKey make_office_key(Makers makers, const std::filesystem::path& folder) {
  makers.disk.make_folder(folder);
  crypto::store_new_key_file(folder / "operator.key", makers.random);
  return make_signing_key(makers, folder, crypto::load_key_file(folder / "operator.key"));
}

crypto::SigningKey load_office_key(const base::Disk& disk, const std::filesystem::path& folder) {
  return load_signing_key(disk, folder / "signing.sealed", folder / "operator.key");
}

}  // namespace candour::node
