// A node's configuration: node.toml, which says what the node is, which federation it belongs to, and where
// its files are. Paths are relative to the file's folder. docs/reference/node-configuration.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/sha256.h"
#include "candour/crypto/shares.h"
#include "candour/statement/submission.h"

namespace candour::node {

enum class Role { kHub, kGuardian, kProvider };

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
  base::Digest federation{};  ///< pins version 1 of the charter
  std::filesystem::path charter;
  std::filesystem::path ca, certificate;  ///< PEM
  std::filesystem::path keys;             ///< holds signing.sealed, tls.sealed, share-….sealed
  std::filesystem::path key_file;         ///< opens them
  Address listen;                         ///< unused by a provider
  std::uint16_t admin_port = 0;           ///< on 127.0.0.1: health, metrics, pages; 0 takes any
  std::vector<std::filesystem::path> collections;
  HubFiles hub;            ///< where role is kHub
  GuardianFiles guardian;  ///< where role is kGuardian
  ProviderFiles provider;  ///< where role is kProvider
};

/// Errors: CND-1009, CND-1010; CND-2450 (a rule of configurations is broken: names it).
[[nodiscard]] NodeConfig parse_config(std::string_view text, const std::filesystem::path& path);

}  // namespace candour::node
