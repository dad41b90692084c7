#include "candour/node/config.h"

#include <algorithm>
#include <charconv>

#include "candour/base/error.h"
#include "candour/base/toml.h"

namespace candour::node {
namespace {

[[noreturn]] void refuse(const base::TomlTable& table, base::Literal rule) {
  throw base::Error("CND-2450", "The node's configuration breaks a rule.")
      .with("path", table.path())
      .with("line", table.line())
      .with("rule", base::Label(rule.view()));
}

std::filesystem::path path_of(const base::TomlTable& table, std::string_view key) {
  return table.path().parent_path() / table.text(key);
}

Role role_of(const base::TomlTable& table) {
  const std::string role = table.text("role");
  if (role == "hub") return Role::kHub;
  if (role == "guardian") return Role::kGuardian;
  if (role == "provider") return Role::kProvider;
  if (role == "witness") return Role::kWitness;
  refuse(table, "role is none of hub, guardian, provider and witness");
}

std::uint16_t port_of(const base::TomlTable& table, std::string_view key, base::Literal rule) {
  const std::int64_t port = table.integer_or(key, 0);
  if (port < 0 || port > 65'535) refuse(table, rule);
  return static_cast<std::uint16_t>(port);
}

HubFiles read_hub(const base::TomlTable& table) {
  HubFiles hub;
  hub.lake = path_of(table, "lake");
  hub.inbox = path_of(table, "inbox");
  hub.due_days = table.integer_or("due_days", hub.due_days);
  if (hub.due_days < 0 || hub.due_days > 366) refuse(table, "due_days is not from 0 to 366");
  return hub;
}

GuardianFiles read_guardian(const base::TomlTable& table) {
  GuardianFiles guardian;
  const std::int64_t index = table.integer("index");
  if (index < 1 || index > 255) refuse(table, "a guardian's index is not from 1 to 255");
  guardian.index = static_cast<crypto::ShareIndex>(index);
  guardian.journal = path_of(table, "journal");
  guardian.witness_state = path_of(table, "witness_state");
  return guardian;
}

ProviderFiles read_provider(const base::TomlTable& table) {
  ProviderFiles provider;
  const std::int64_t threads = table.integer_or("threads", 1);
  if (threads < 1 || threads > 64) refuse(table, "threads is not from 1 to 64");
  provider.threads = static_cast<int>(threads);
  provider.legal_notice = table.text_or("legal_notice", "");
  if (!provider.legal_notice.empty()) provider.acceptance = statement::Agreement::kCompelled;
  for (const base::TomlTable& one : table.tables("organisation")) {
    provider.organisations.push_back({.code = one.text("code"),
                                      .keys = path_of(one, "keys"),
                                      .vault = path_of(one, "vault"),
                                      .vault_key_file = path_of(one, "vault_key_file"),
                                      .outbox = path_of(one, "outbox")});
  }
  if (provider.organisations.empty()) refuse(table, "a provider has no organisation");
  for (const base::TomlTable& one : table.tables("reference")) {
    provider.references[one.text("name")] = path_of(one, "file");
  }
  return provider;
}

}  // namespace

Address parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  Address address;
  const std::string_view port = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size() || colon == 0) {
    throw base::Error("CND-2450", "The node's configuration breaks a rule.")
        .with("rule", base::Label("an address is host:port"))
        .with("given", base::Label(text));
  }
  address.host = text.substr(0, colon);
  return address;
}

NodeConfig parse_config(std::string_view text, const std::filesystem::path& path) {
  const base::TomlTable table = base::TomlTable::parse(text, path);
  NodeConfig config;
  config.role = role_of(table);
  const auto federation = base::from_hex_exactly<32>(table.text("federation"));
  if (!federation) refuse(table, "federation is not 64 hexadecimal digits");
  config.federation = *federation;
  config.charter = path_of(table, "charter");
  config.log = table.path().parent_path() / table.text_or("log", "log");
  config.ca = path_of(table, "ca");
  config.certificate = path_of(table, "certificate");
  config.keys = path_of(table, "keys");
  config.key_file = path_of(table, "key_file");
  config.admin_port = port_of(table, "admin_port", "admin_port is no port");
  if (table.has("public_port")) {
    if (config.role == Role::kProvider || config.role == Role::kWitness) {
      refuse(table, "only a hub or a guardian, which strangers ask, has a public_port");
    }
    config.public_port = port_of(table, "public_port", "public_port is no port");
  }
  for (const std::string& folder : table.texts_or_none("collections")) {
    config.collections.push_back(table.path().parent_path() / folder);
  }
  switch (config.role) {
    case Role::kHub:
      config.hub = read_hub(table.table("hub"));
      break;
    case Role::kGuardian:
      config.guardian = read_guardian(table.table("guardian"));
      break;
    case Role::kProvider:
      config.provider = read_provider(table.table("provider"));
      break;
    case Role::kWitness:
      config.witness.state = path_of(table.table("witness"), "state");
      break;
  }
  if (config.role != Role::kProvider) config.listen = parse_address(table.text("listen"));
  table.finish();
  return config;
}

}  // namespace candour::node
