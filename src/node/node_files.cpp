// The node.toml of each node of a plan.
#include "candour/base/toml.h"
#include "candour/node/federation.h"

namespace candour::node {
namespace {

std::string head_of_config(std::string_view role, const PlannedNode& node, const base::Digest& federation) {
  std::string text = "role = \"" + std::string(role) + "\"\nfederation = \"" + base::to_hex(federation) +
                     "\"\ncharter = \"../charter\"\nca = \"ca.pem\"\ncertificate = \"certificate.pem\"\n" +
                     "keys = \"keys\"\nkey_file = \"operator.key\"\nlog = \"log\"\n";
  if (!node.address.empty()) text += "listen = \"" + node.address + "\"\n";
  if (node.public_port) text += "public_port = " + std::to_string(*node.public_port) + "\n";
  return text;
}

std::string collections_line(const FederationPlan& plan) {
  std::string line = "collections = [";
  for (const std::filesystem::path& folder : plan.collections) {
    line += (line.back() == '[' ? "" : ", ") + base::toml_text(folder.string());
  }
  return line + "]\n";
}

}  // namespace

void write_node_configs(base::Disk& disk, const std::filesystem::path& folder, const FederationPlan& plan,
                        const base::Digest& federation) {
  const auto store = [&](const PlannedNode& node, std::string_view role, std::string_view rest) {
    disk.store_new(folder / node.name / "node.toml",
                   head_of_config(role, node, federation) + std::string(rest));
  };
  store(plan.hub, "hub", collections_line(plan) + "\n[hub]\nlake = \"lake\"\ninbox = \"inbox\"\n");
  std::size_t index = 0;
  for (const PlannedNode& guardian : plan.guardians) {
    store(guardian, "guardian",
          "\n[guardian]\nindex = " + std::to_string(++index) +
              "\njournal = \"journal\"\nwitness_state = \"witness\"\n");
  }
  for (const PlannedNode& witness : plan.witnesses) {
    store(witness, "witness", "\n[witness]\nstate = \"witness\"\n");
  }
  for (const PlannedNode& machine : plan.machines) {
    std::string text = collections_line(plan) + "\n[provider]\nthreads = 1\n";
    for (const auto& [name, path] : plan.references) {
      text += "\n[[provider.reference]]\nname = " + base::toml_text(name) +
              "\nfile = " + base::toml_text(path.string()) + "\n";
    }
    for (const PlannedOrganisation& one : plan.organisations) {
      if (one.machine != machine.name) continue;
      const std::string own = "organisations/" + one.code;
      text += "\n[[provider.organisation]]\ncode = \"" + one.code + "\"\nkeys = \"" + own + "\"\nvault = \"" +
              own + "/vault.db\"\nvault_key_file = \"" + own + "/vault.key\"\noutbox = \"" + own +
              "/outbox\"\n";
    }
    store(machine, "provider", text);
  }
}

}  // namespace candour::node
