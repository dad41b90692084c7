#include "candour/statement/incident.h"

namespace candour::statement {

std::string write_payload(const Incident& incident) {
  auto payload = begin_payload(incident.header);
  payload.emplace_back("what", word_of(incident.what, kIncidentKinds));
  payload.emplace_back("party", incident.party);
  put_free_text(payload, "text", incident.text);
  payload.emplace_back("evidence_sha256", json_of(incident.evidence_sha256));
  return base::write_json_line(payload);
}

Incident parse_incident(std::string_view payload) {
  PayloadReader reader(payload);
  Incident incident;
  incident.header = reader.header();
  incident.what = reader.word<IncidentKind>("what", kIncidentKinds);
  incident.party = reader.name("party");
  incident.text = read_free_text(reader, "text");
  incident.evidence_sha256 = reader.digest_or_null("evidence_sha256");
  reader.finish();
  return incident;
}

}  // namespace candour::statement
