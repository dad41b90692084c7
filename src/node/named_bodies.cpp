#include "candour/node/named_bodies.h"

#include <algorithm>
#include <set>

#include "candour/instruction/charter.h"
#include "candour/statement/decision.h"
#include "candour/statement/envelope.h"
#include "candour/statement/kinds.h"
#include "candour/statement/sealed.h"

namespace candour::node {
namespace {

/// The files of a manifest, which has the form that sha256sum prints: a digest, two spaces, a name, a line
/// each.
void add_files(std::set<base::Digest>& names, std::string_view manifest) {
  constexpr std::size_t kDigits = 64;
  while (!manifest.empty()) {
    const std::string_view line = manifest.substr(0, manifest.find('\n'));
    if (const auto digest = base::from_hex_exactly<32>(line.substr(0, kDigits))) names.insert(*digest);
    manifest.remove_prefix(std::min(line.size() + 1, manifest.size()));
  }
}

void add_bodies(std::set<base::Digest>& names, const statement::Incident& incident) {
  names.insert(incident.text.commitment);
  if (incident.evidence_sha256) names.insert(*incident.evidence_sha256);
}

}  // namespace

std::set<base::Digest> body_names(const Entry& entry) {
  const std::string_view kind = statement::statement_kind(entry.envelope).name;
  const std::string payload = statement::parse_any_envelope(entry.envelope).payload;
  std::set<base::Digest> names;
  if (kind == instruction::kCharterKind) names.insert(instruction::providers_digest(payload));
  if (kind == "revocation") names.insert(statement::parse_revocation(payload).why.commitment);
  if (kind == "objection") names.insert(statement::parse_objection(payload).reasons.commitment);
  if (kind == "incident") add_bodies(names, statement::parse_incident(payload));
  if (kind == "opening") {
    const auto incident = statement::opened_incident(statement::parse_opening(payload));
    if (incident) add_bodies(names, *incident);
  }
  if (kind == "collection") {
    const base::Digest manifest = statement::parse_collection(payload).manifest_sha256;
    names.insert(manifest);
    for (const std::string& body : entry.bodies) {
      if (log::is_named(manifest, body)) add_files(names, body);
    }
  }
  return names;
}

void keep_named_bodies(log::Bodies& bodies, const Entry& entry) {
  const std::set<base::Digest> names = body_names(entry);
  for (const std::string& body : entry.bodies) {
    const base::Digest digest = base::sha256(base::as_bytes(body));
    if (names.contains(digest)) {
      bodies.put(digest, body);
      continue;
    }
    // Free texts are named by their commitment.
    const auto name =
        std::ranges::find_if(names, [&](const base::Digest& one) { return log::is_named(one, body); });
    if (name != names.end()) bodies.put(*name, body);
  }
}

}  // namespace candour::node
