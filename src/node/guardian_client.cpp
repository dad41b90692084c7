#include "candour/node/guardian_client.h"

#include <chrono>
#include <optional>

#include "candour/base/error.h"
#include "candour/node/config.h"
#include "candour/node/hub_client.h"
#include "candour/pseudonym/wire.h"

namespace candour::node {
namespace {

// A full batch is 16,384 multiplications, on a machine that others use too.
constexpr auto kDeadline = std::chrono::minutes(2);

}  // namespace

GuardianClient::GuardianClient(const instruction::Guardian& guardian, const net::Tls& tls,
                               const base::Clock& clock)
    : clock_(clock), name_(guardian.name) {
  const Address address = parse_address(guardian.address);
  options_ = {.host = address.host,
              .port = address.port,
              .tls = &tls,
              .server_spki = guardian.tls_key,
              .body_at_most_bytes = pseudonym::kMessageAtMostBytes};
}

base::Bytes GuardianClient::evaluate(base::ByteView request) {
  auto client = take();
  const net::Call call{.method = net::Method::kPost,
                       .target = target_of(kEvaluateRoute, {}),
                       .body = request,
                       .deadline = kDeadline};
  std::optional<base::Bytes> answer = call_node(*client, call, name_);
  give_back(std::move(client));
  if (!answer) {
    throw base::Error("CND-2461", "The node's answer lacks what was asked for.")
        .with("party", base::Label(name_));
  }
  return *std::move(answer);
}

std::unique_ptr<net::Client> GuardianClient::take() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return std::make_unique<net::Client>(options_, clock_);
  auto client = std::move(free_.back());
  free_.pop_back();
  return client;
}

void GuardianClient::give_back(std::unique_ptr<net::Client> client) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(client));
}

}  // namespace candour::node
