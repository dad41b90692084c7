#include "candour/node/confinement.h"

#include <iterator>

#include "candour/node/scratch.h"
#include "candour/sql/surroundings.h"

namespace candour::node {
namespace {

using Paths = std::vector<std::filesystem::path>;

/// What the C library reads to find the addresses of a name.
constexpr const char* kNameLookUps[] = {"/etc", "/lib", "/lib64", "/usr/lib"};

std::filesystem::path folder_of(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  return folder.empty() ? "." : folder;
}

/// Calls others: the hub its witnesses, guardians and providers the hub; a witness calls nobody.
void add_calls(base::Confinement& allowed) {
  allowed.tcp = base::Tcp::kConnect;
  allowed.read_only.insert(allowed.read_only.end(), std::begin(kNameLookUps), std::end(kNameLookUps));
}

void add_hub(const NodeConfig& config, base::Confinement& allowed) {
  add_calls(allowed);
  allowed.read_write = {config.hub.lake,         config.hub.inbox,        submissions_folder(config),
                        erasures_folder(config), config.keys / "sealing", temporary_folder()};
  allowed.read_only.insert(allowed.read_only.end(), std::begin(sql::kEngineReads),
                           std::end(sql::kEngineReads));
}

void add_provider(const NodeConfig& config, base::Confinement& allowed) {
  add_calls(allowed);
  for (const Organisation& one : config.provider.organisations) {
    // SQLite makes its log and its lock beside a vault.
    allowed.read_write.push_back(folder_of(one.vault));
    allowed.read_write.push_back(one.outbox);
    allowed.read_only.push_back(one.keys);
    allowed.read_only.push_back(one.vault_key_file);
  }
  for (const auto& [name, path] : config.provider.references) allowed.read_only.push_back(path);
}

}  // namespace

std::filesystem::path submissions_folder(const NodeConfig& config) {
  return folder_of(config.hub.inbox) / "submissions";
}

std::filesystem::path erasures_folder(const NodeConfig& config) {
  return folder_of(config.hub.inbox) / "erasures";
}

std::filesystem::path runs_folder(const NodeConfig& config) { return folder_of(config.hub.inbox) / "runs"; }

std::filesystem::path batches_folder(const NodeConfig& config) { return config.hub.lake / "batches"; }

std::vector<std::filesystem::path> key_files(const base::Disk& disk, const NodeConfig& config) {
  Paths files = {config.key_file};
  const auto add = [&](const std::filesystem::path& folder, std::string_view ending) {
    if (!disk.exists(folder)) return;  // a hub's first start makes the folder of its sealing keys
    for (const std::string& name : disk.list(folder)) {
      if (name.ends_with(ending)) files.push_back(folder / name);
    }
  };
  add(config.keys, ".sealed");
  add(config.keys / "sealing", ".key");
  for (const Organisation& one : config.provider.organisations) {
    add(one.keys, ".sealed");
    // One that is missing is its organisation's fault alone, and is said when its vault is opened.
    if (disk.exists(one.vault_key_file)) files.push_back(one.vault_key_file);
  }
  return files;
}

base::Confinement confinement_of(const NodeConfig& config) {
  base::Confinement allowed;
  allowed.read_only = {config.charter, config.keys, config.key_file};
  allowed.read_only.insert(allowed.read_only.end(), config.collections.begin(), config.collections.end());
  switch (config.role) {
    case Role::kHub:
      add_hub(config, allowed);
      break;
    case Role::kGuardian:
      add_calls(allowed);
      allowed.read_write = {config.guardian.journal, config.guardian.witness_state};
      break;
    case Role::kWitness:
      allowed.read_write = {config.witness.state};
      break;
    case Role::kProvider:
      add_provider(config, allowed);
      break;
  }
  allowed.read_write.push_back(config.log);
  return allowed;
}

void confine_node(const NodeConfig& config, Log& log) {
  for (const base::Literal warning : base::confine(confinement_of(config))) {
    log.event("sandbox.incomplete").with("warning", warning);
  }
}

}  // namespace candour::node
