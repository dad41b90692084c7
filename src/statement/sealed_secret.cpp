#include "candour/statement/sealed_secret.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/statement/incident.h"
#include "candour/statement/run.h"

namespace candour::statement {
namespace {

constexpr std::size_t kBodiesAtMost = 2;

[[noreturn]] void refuse_secret(base::Literal rule) {
  throw base::Error("CND-2580", "The file is not the secret of this sealed entry.")
      .with("rule", base::Label(rule.view()));
}

bool opens(const base::Digest& commitment, std::string_view body) {
  Salt salt{};
  if (body.size() < salt.size()) return false;
  std::ranges::copy(base::as_bytes(body.substr(0, salt.size())), salt.begin());
  return commit_digest(salt, base::sha256(base::as_bytes(body.substr(salt.size())))) == commitment;
}

void require_whole(const SealedSecret& secret) {
  std::vector<base::Digest> commitments;
  if (secret.of == SealedKind::kRun) {
    const Run run = parse_run(secret.payload);
    commitments = {run.sql_commitment, run.inputs_commitment};
  } else {
    const Incident incident = parse_incident(secret.payload);
    commitments = {incident.text.commitment};
    if (!secret.bodies.empty()) (void)open_text(secret.bodies.front(), incident.text);
  }
  if (!std::ranges::equal(commitments, secret.bodies, opens)) {
    refuse_secret("its texts are not those to which its payload commits");
  }
}

}  // namespace

std::string write_secret(const SealedSecret& secret) {
  base::Json::Array bodies;
  for (const std::string& body : secret.bodies) bodies.emplace_back(base::to_hex(base::as_bytes(body)));
  return base::write_json(base::Json::Object{{"of", word_of(secret.of, kSealedKinds)},
                                             {"salt", base::to_hex(secret.salt)},
                                             {"payload", secret.payload},
                                             {"bodies", std::move(bodies)}});
}

SealedSecret parse_secret(std::string_view text) {
  try {
    PayloadReader reader(text);
    SealedSecret secret;
    secret.of = reader.word<SealedKind>("of", kSealedKinds);
    secret.salt = reader.digest("salt");
    secret.payload = reader.name("payload", kOpenedAtMostBytes);
    for (const base::Json& one : reader.array("bodies", kBodiesAtMost)) {
      const auto body = one.text() == nullptr ? std::nullopt : base::from_hex(*one.text());
      if (!body) refuse_secret("a text is not in hexadecimal");
      secret.bodies.emplace_back(base::as_text(*body));
    }
    reader.finish();
    require_whole(secret);
    return secret;
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode("CND-2580")) throw;
    refuse_secret("it is not in the form of one");
  }
}

void require_secret_of(const SealedSecret& secret, const Sealed& sealed) {
  if (secret.of != sealed.of || commit_payload(secret.payload, secret.salt) != sealed.commitment) {
    refuse_secret("the sealed statement commits to something else");
  }
}

std::string_view text_of_body(std::string_view body) { return body.substr(Salt{}.size()); }

}  // namespace candour::statement
