#include "candour/statement/sealed.h"

#include <algorithm>

#include "candour/statement/run.h"

namespace candour::statement {

base::Digest commit_payload(std::string_view payload, const Salt& salt) {
  if (payload.size() > kOpenedAtMostBytes) refuse_opening("a sealed payload has at most 16,384 bytes");
  return commit_digest(salt, base::sha256(base::as_bytes(payload)));
}

void verify_opening(const Opening& opening, const Sealed& sealed, const base::Digest& sealed_leaf) {
  if (opening.sealed != sealed_leaf) refuse_opening("it opens another sealed statement");
  if (commit_payload(opening.payload, opening.salt) != sealed.commitment) {
    refuse_opening("salt and payload are others");
  }
  const Header inside = sealed.of == SealedKind::kRun ? parse_run(opening.payload).header
                                                      : parse_incident(opening.payload).header;
  if (inside.federation != sealed.header.federation || inside.log != sealed.header.log) {
    refuse_opening("the payload is of another federation or log");
  }
}

std::optional<Incident> opened_incident(const Opening& opening) {
  try {
    return parse_incident(opening.payload);
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

std::string write_payload(const Sealed& sealed) {
  auto payload = begin_payload(sealed.header);
  payload.emplace_back("of", word_of(sealed.of, kSealedKinds));
  payload.emplace_back("commitment", base::to_hex(sealed.commitment));
  payload.emplace_back("open_by", sealed.open_by.iso());
  return base::write_json_line(payload);
}

Sealed parse_sealed(std::string_view payload) {
  PayloadReader reader(payload);
  Sealed sealed;
  sealed.header = reader.header();
  sealed.of = reader.word<SealedKind>("of", kSealedKinds);
  sealed.commitment = reader.digest("commitment");
  sealed.open_by = reader.day("open_by");
  reader.finish();
  const std::int32_t days = base::days_between(base::utc_day(sealed.header.made), sealed.open_by);
  if (days < 0 || days > kSealedAtMostDays) {
    refuse_member("open_by", "it is not within 180 days from the day on which it was made");
  }
  return sealed;
}

std::string write_payload(const Opening& opening) {
  auto payload = begin_payload(opening.header);
  payload.emplace_back("sealed", base::to_hex(opening.sealed));
  payload.emplace_back("salt", base::to_hex(opening.salt));
  payload.emplace_back("payload", opening.payload);
  return base::write_json_line(payload);
}

Opening parse_opening(std::string_view payload) {
  PayloadReader reader(payload);
  Opening opening;
  opening.header = reader.header();
  opening.sealed = reader.digest("sealed");
  opening.salt = reader.digest("salt");
  opening.payload = reader.name("payload", kOpenedAtMostBytes);
  reader.finish();
  require_derived_id(opening.header, "opening", opening.sealed);
  return opening;
}

}  // namespace candour::statement
