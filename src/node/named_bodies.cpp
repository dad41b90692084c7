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

struct Names {
  std::set<base::Digest> digests{};      ///< SHA-256: what a statement binds with, and evidence
  std::set<base::Digest> commitments{};  ///< of free texts
};

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

void add_bodies(Names& names, const statement::Incident& incident) {
  names.commitments.insert(incident.text.commitment);
  if (incident.evidence_sha256) names.digests.insert(*incident.evidence_sha256);
}

Names names_in(const Entry& entry) {
  const std::string_view kind = statement::statement_kind(entry.envelope).name;
  const std::string payload = statement::parse_any_envelope(entry.envelope).payload;
  Names names;
  if (kind == instruction::kCharterKind) names.digests.insert(instruction::providers_digest(payload));
  if (kind == "revocation") names.commitments.insert(statement::parse_revocation(payload).why.commitment);
  if (kind == "objection") names.commitments.insert(statement::parse_objection(payload).reasons.commitment);
  if (kind == "incident") add_bodies(names, statement::parse_incident(payload));
  if (kind == "opening") {
    const auto incident = statement::opened_incident(statement::parse_opening(payload));
    if (incident) add_bodies(names, *incident);
  }
  if (kind == "collection") {
    const base::Digest manifest = statement::parse_collection(payload).manifest_sha256;
    names.digests.insert(manifest);
    for (const std::string& body : entry.bodies) {
      if (log::is_digest_of(manifest, body)) add_files(names.digests, body);
    }
  }
  return names;
}

}  // namespace

std::set<base::Digest> body_names(const Entry& entry) {
  Names names = names_in(entry);
  names.digests.merge(names.commitments);
  return std::move(names.digests);
}

void keep_named_bodies(log::Bodies& bodies, const Entry& entry) {
  const Names names = names_in(entry);
  for (const std::string& body : entry.bodies) {
    const base::Digest digest = base::sha256(base::as_bytes(body));
    if (names.digests.contains(digest)) {
      bodies.put(digest, body);
      continue;
    }
    // What a "commitment" names by its mere SHA-256 could never be redacted: it is not kept.
    const auto name = std::ranges::find_if(names.commitments, [&](const base::Digest& one) {
      return one != digest && log::is_named(one, body);
    });
    if (name != names.commitments.end()) bodies.put(*name, body);
  }
}

}  // namespace candour::node
