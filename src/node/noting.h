// What a node refuses of what it is asked over the network, noted for the log (refusal_log.h): whom it was
// refused to, under which instruction, by which rule. A rule that is tried in silence could be tried for
// ever.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "candour/base/error.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/charter.h"
#include "candour/net/router.h"
#include "candour/node/log_view.h"
#include "candour/node/refusal_log.h"

namespace candour::node {

/// What a request says of itself; nothing of it is verified.
struct Claim {
  std::string party{};  ///< an ODS code, or a name of the charter
  std::optional<statement::Id> instruction{};
};
using ClaimOf = std::function<Claim(const net::Request&)>;

/// Of a statement, of a request for an evaluation, of a message to the log, of erasure orders. Never an
/// error.
[[nodiscard]] Claim claim_of_statement(std::string_view envelope);
[[nodiscard]] Claim claim_of_batch(const net::Request& request);
[[nodiscard]] Claim claim_of_entry(const net::Request& request);
[[nodiscard]] Claim claim_of_withdraw(const net::Request& request);

/// Who called, as the charter names it: of those who have this certificate the one that is claimed, or else
/// the first. Empty for strangers, whatever they say that they are.
[[nodiscard]] std::string caller_of(const instruction::Charter& charter,
                                    const std::optional<base::Digest>& peer, std::string_view claimed);

/// The node that refuses. What is referred to outlives it.
struct RefusingNode {
  RefusalLog& refusals;
  LogView& view;
  const crypto::SigningKey& key;
  std::function<std::string()> name;  ///< the charter's

  /// Notes an error if it is a refusal (is_refusal).
  void note(statement::RefusedAct act, const std::optional<base::Digest>& peer, const Claim& claim,
            const base::Error& error) const;
};

/// A route of which every refusal is noted. What `node` refers to outlives the route.
[[nodiscard]] net::Route noting(RefusingNode node, statement::RefusedAct act, ClaimOf claim_of,
                                net::Route route);

}  // namespace candour::node
