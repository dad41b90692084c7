#include "candour/node/hub_client.h"

#include <chrono>
#include <thread>

#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/node/config.h"
#include "candour/node/withdraw_wire.h"
#include "candour/statement/payload.h"

namespace candour::node {
namespace {

using namespace std::chrono_literals;

// A commit parses and stores a whole submission before it is answered.
constexpr auto kDeadline = 10min;
/// How long a node that has no room, for all or for this peer, is asked again, and how long in between.
constexpr auto kPatience = 2min;
constexpr auto kPause = 1s;

net::ClientOptions options_of(const instruction::Charter& charter, const net::Tls& tls) {
  const Address address = parse_address(charter.hub.address);
  return {.host = address.host, .port = address.port, .tls = &tls, .server_spki = charter.hub.tls_key};
}

// The code of a refusal, where it is one of ours: what another node says is shown, never trusted.
std::string code_in(base::ByteView body) {
  try {
    const base::Json problem = base::parse_json(base::as_text(body), 4);
    const base::Json* code = problem.find("code");
    if (code != nullptr && code->text() != nullptr) return base::printable(*code->text(), 16);
  } catch (const base::Error&) {
    // It is no problem document of ours: its status says enough.
  }
  return "";
}

}  // namespace

std::string target_of(std::string_view route, std::initializer_list<std::string_view> segments) {
  std::string target = "/";
  auto segment = segments.begin();
  while (!route.empty()) {
    const std::size_t place = route.find("{}");
    target.append(route.substr(0, place));
    if (place == std::string_view::npos) break;
    CANDOUR_CHECK(segment != segments.end());
    target.append(*segment++);
    route.remove_prefix(place + 2);
  }
  CANDOUR_CHECK(segment == segments.end());
  return target;
}

std::optional<base::Bytes> call_node(net::Client& client, const net::Call& call, std::string_view party) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    net::Reply reply = client.call(call);
    if (reply.status == 204) return std::nullopt;
    if (reply.status == 200) return std::move(reply.body);
    const std::string code = code_in(reply.body);
    const bool comes_again = (reply.status == 429 || reply.status == 503) && code.empty();
    if (!comes_again || std::chrono::steady_clock::now() > end) {
      throw base::Error("CND-2460", "Another node refused what it was asked for.")
          .with("party", base::Label(party))
          .with("status", reply.status)
          .with("refusal", base::Label(code));
    }
    std::this_thread::sleep_for(kPause);
  }
}

HubClient::HubClient(const instruction::Charter& charter, const net::Tls& tls, const base::Clock& clock,
                     std::string provider)
    : client_(options_of(charter, tls), clock), provider_(std::move(provider)) {}

std::optional<base::Bytes> HubClient::call(net::Method method, std::string target, base::ByteView body) {
  const net::Call call{.method = method, .target = std::move(target), .body = body, .deadline = kDeadline};
  return call_node(client_, call, "hub");
}

std::string HubClient::text_of(net::Method method, std::string target, base::ByteView sent) {
  const auto body = call(method, std::move(target), sent);
  if (!body) throw base::Error("CND-2461", "The hub's answer lacks what was asked for.");
  return std::string(base::as_text(*body));
}

std::string HubClient::sealing_key() { return text_of(net::Method::kGet, target_of(kSealingKeyRoute, {})); }

std::optional<submission::SliceNow> HubClient::slice_now(const submission::SliceName& slice) {
  // A quarter's name has a slash, which a path could not hold.
  const auto body = call(
      net::Method::kGet,
      target_of(kSliceRoute, {provider_, slice.collection, slice.table}) + "?period=" + slice.period, {});
  if (!body) return std::nullopt;
  statement::PayloadReader reader(base::as_text(*body));
  submission::SliceNow now;
  now.identity = reader.digest("identity");
  now.revision = static_cast<std::uint32_t>(reader.integer("revision", 1, 0x7fff'ffff));
  reader.finish();
  return now;
}

std::optional<std::string> HubClient::receipt(const submission::Identity& identity) {
  const auto body = call(net::Method::kGet, target_of(kReceiptRoute, {base::to_hex(identity)}), {});
  if (!body) return std::nullopt;
  return std::string(base::as_text(*body));
}

void HubClient::put_manifest(std::string_view envelope) {
  const auto identity = submission::identity_of(envelope);
  (void)call(net::Method::kPut, target_of(kManifestRoute, {base::to_hex(identity)}),
             base::as_bytes(envelope));
}

void HubClient::put_attestations(const submission::Identity& identity, std::string_view body) {
  (void)call(net::Method::kPut, target_of(kAttestationsRoute, {base::to_hex(identity)}),
             base::as_bytes(body));
}

std::uint64_t HubClient::package_received(const submission::Identity& identity) {
  const std::string body = text_of(net::Method::kGet, target_of(kPackageRoute, {base::to_hex(identity)}));
  statement::PayloadReader reader{std::string_view(body)};
  const auto received = static_cast<std::uint64_t>(reader.integer("received", 0, std::int64_t{1} << 50));
  reader.finish();
  return received;
}

void HubClient::put_package(const submission::Identity& identity, std::uint64_t offset,
                            base::ByteView piece) {
  (void)call(net::Method::kPut,
             target_of(kPackageRoute, {base::to_hex(identity)}) + "?offset=" + std::to_string(offset), piece);
}

std::string HubClient::commit(const submission::Identity& identity) {
  return text_of(net::Method::kPost, target_of(kCommitRoute, {base::to_hex(identity)}));
}

std::string HubClient::withdraw(base::ByteView request) {
  return text_of(net::Method::kPost, target_of(kWithdrawRoute, {}), request);
}

}  // namespace candour::node
