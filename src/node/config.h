// A node's configuration: node.toml, which says what the node is, which federation it belongs to, and where
// its files are. Paths are relative to the file's folder. docs/reference/node-configuration.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/sha256.h"
#include "candour/crypto/shares.h"
#include "candour/statement/submission.h"

namespace candour::node {

enum class Role { kHub, kGuardian, kProvider, kWitness };

struct Address {
  std::string host;
  std::uint16_t port = 0;
};
/// "host:port", as a charter and a configuration write it; the port may be 0 where `listen` takes any.
/// Errors: CND-2450.
[[nodiscard]] Address parse_address(std::string_view text);

/// An organisation whose vault this node holds.
struct Organisation {
  std::string code;
  std::filesystem::path keys;  ///< holds signing.sealed
  std::filesystem::path vault, vault_key_file, outbox;
};

struct HubFiles {
  std::filesystem::path lake, inbox;
  /// How many days after a period's last day a submission is late.
  std::int64_t due_days = 14;
};

struct GuardianFiles {
  crypto::ShareIndex index = 0;
  std::filesystem::path journal;
  std::filesystem::path witness_state;  ///< what it has cosigned
};

struct WitnessFiles {
  std::filesystem::path state;  ///< what it has cosigned
};

struct ProviderFiles {
  std::vector<Organisation> organisations;
  std::map<std::string, std::filesystem::path> references;  ///< look-ups of collections, by name
  statement::Agreement acceptance = statement::Agreement::kAccepted;
  std::string legal_notice;
  int threads = 1;
};

struct NodeConfig {
  Role role = Role::kHub;
  base::Digest federation{};              ///< pins version 1 of the charter
  std::filesystem::path charter;          ///< holds version 1 and its list of providers
  std::filesystem::path log;              ///< the hub's log, or the node's mirror of it
  std::filesystem::path ca, certificate;  ///< PEM
  std::filesystem::path keys;      ///< holds tls.sealed and the role's own (key_request.h), share-….sealed
  std::filesystem::path key_file;  ///< opens them
  Address listen;                  ///< unused by a provider
  std::uint16_t admin_port = 0;    ///< on 127.0.0.1: health, metrics, pages; 0 takes any
  /// On 127.0.0.1, for strangers, behind a web server; 0 takes any, nothing is none. Not of a provider.
  std::optional<std::uint16_t> public_port;
  std::vector<std::filesystem::path> collections;
  HubFiles hub;            ///< where role is kHub
  GuardianFiles guardian;  ///< where role is kGuardian
  ProviderFiles provider;  ///< where role is kProvider
  WitnessFiles witness;    ///< where role is kWitness
};

/// Errors: CND-1009, CND-1010; CND-2450 (a rule of configurations is broken: names it).
[[nodiscard]] NodeConfig parse_config(std::string_view text, const std::filesystem::path& path);

}  // namespace candour::node
