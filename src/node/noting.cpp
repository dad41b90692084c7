#include "candour/node/noting.h"

#include "candour/base/json.h"
#include "candour/node/log_wire.h"
#include "candour/node/refusals.h"
#include "candour/node/withdraw_wire.h"
#include "candour/pseudonym/wire.h"
#include "candour/statement/envelope.h"

namespace candour::node {

Claim claim_of_statement(std::string_view envelope) {
  Claim claim;
  try {
    const base::Json payload = base::parse_json(statement::parse_any_envelope(envelope).payload);
    for (const char* member : {"provider", "party", "at"}) {
      const base::Json* name = payload.find(member);
      if (claim.party.empty() && name != nullptr && name->text() != nullptr) claim.party = *name->text();
    }
    const base::Json* id = payload.find("instruction");
    if (id != nullptr && id->text() != nullptr) claim.instruction = base::from_hex_exactly<16>(*id->text());
  } catch (const base::Error&) {
    return claim;
  }
  return claim;
}

Claim claim_of_batch(const net::Request& request) {
  try {
    return claim_of_statement(pseudonym::parse_request(request.body).envelope);
  } catch (const base::Error&) {
    return {};
  }
}

Claim claim_of_entry(const net::Request& request) {
  try {
    return claim_of_statement(parse_entry(base::as_text(request.body)).envelope);
  } catch (const base::Error&) {
    return {};
  }
}

Claim claim_of_withdraw(const net::Request& request) {
  try {
    return claim_of_statement(parse_withdraw_request(request.body).envelope);
  } catch (const base::Error&) {
    return {};
  }
}

std::string caller_of(const instruction::Charter& charter, const std::optional<base::Digest>& peer,
                      std::string_view claimed) {
  if (!peer) return "";
  std::string first;
  const auto look = [&](std::string_view name, const base::Digest& tls_key) {
    if (tls_key == *peer && (first.empty() || name == claimed)) first = name;
  };
  for (const instruction::Provider& one : charter.providers) look(one.code, one.tls_key);
  for (const instruction::Guardian& one : charter.guardians) look(one.name, one.tls_key);
  for (const instruction::Witness& one : charter.witnesses) look(one.name, one.tls_key);
  look(charter.hub.name, charter.hub.tls_key);
  return first;
}

void RefusingNode::note(statement::RefusedAct act, const std::optional<base::Digest>& peer,
                        const Claim& claim, const base::Error& error) const {
  if (!is_refusal(error.code().view())) return;
  Refused refused{.act = act,
                  .to = caller_of(*view.charter(), peer, claim.party),
                  .instruction = std::nullopt,
                  .code = std::string(error.code().view())};
  // What there is no instruction of has a name that the caller chose.
  if (claim.instruction && view.now()->find(*claim.instruction) != nullptr) {
    refused.instruction = claim.instruction;
  }
  refusals.note(refused, name(), key);
}

net::Route noting(RefusingNode node, statement::RefusedAct act, ClaimOf claim_of, net::Route route) {
  route.handle = [node = std::move(node), act, claim_of = std::move(claim_of),
                  handle = std::move(route.handle)](const net::Request& request) {
    try {
      return handle(request);
    } catch (const base::Error& error) {
      node.note(act, request.peer, claim_of(request), error);
      throw;
    }
  };
  return route;
}

}  // namespace candour::node
