#include "candour/node/hub_routes.h"

#include <algorithm>
#include <charconv>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/node/hub_client.h"
#include "candour/statement/envelope.h"

namespace candour::node {
namespace {

submission::Identity identity_in(const net::Request& request) {
  const auto identity = base::from_hex_exactly<32>(request.segments.front());
  if (!identity) throw base::Error("CND-2466", "The address of the request is none of this node.");
  return *identity;
}

std::uint64_t offset_in(const net::Request& request) {
  const std::string_view text = request.query_value("offset").value_or("");
  std::uint64_t offset = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    throw base::Error("CND-2466", "The address of the request is none of this node.");
  }
  return offset;
}

net::Response json_response(const base::Json& json) {
  return net::text_response("application/json", base::write_json_line(json));
}

net::Response nothing() { return {.status = 204, .content_type = ""}; }

}  // namespace

std::vector<net::Route> hub_routes(Hub& hub) {
  using net::Method;
  using net::Request;
  std::vector<net::Route> routes;
  routes.push_back(net::Route{Method::kGet, kSealingKeyRoute, 0, [&hub](const Request&) {
                                return net::text_response("application/json", hub.sealing_key());
                              }});
  routes.push_back(net::Route{
      Method::kGet, kSliceRoute, 0, [&hub](const Request& request) {
        const auto& at = request.segments;
        const auto period = request.query_value("period");
        if (!period) throw base::Error("CND-2466", "The address of the request is none of this node.");
        const auto now = hub.slice_now(request.peer.value(), at[0], {at[1], at[2], std::string(*period)});
        if (!now) return nothing();
        return json_response(base::Json::Object{{"identity", base::to_hex(now->identity)},
                                                {"revision", std::int64_t{now->revision}}});
      }});
  routes.push_back(net::Route{Method::kGet, kReceiptRoute, 0, [&hub](const Request& request) {
                                const auto receipt = hub.receipt(request.peer.value(), identity_in(request));
                                return receipt ? net::text_response("application/json", *receipt) : nothing();
                              }});
  routes.push_back(net::Route{
      Method::kPut, kManifestRoute, statement::kEnvelopeAtMostBytes, [&hub](const Request& request) {
        hub.put_manifest(request.peer.value(), identity_in(request), base::as_text(request.body));
        return nothing();
      }});
  routes.push_back(net::Route{
      Method::kPut, kAttestationsRoute, submission::kAttestationsAtMostBytes, [&hub](const Request& request) {
        hub.put_attestations(request.peer.value(), identity_in(request), base::as_text(request.body));
        return nothing();
      }});
  routes.push_back(
      net::Route{Method::kGet, kPackageRoute, 0, [&hub](const Request& request) {
                   return json_response(base::Json::Object{
                       {"received", hub.package_received(request.peer.value(), identity_in(request))}});
                 }});
  routes.push_back(net::Route{
      Method::kPut, kPackageRoute, submission::kPieceBytes, [&hub](const Request& request) {
        hub.put_package(request.peer.value(), identity_in(request), offset_in(request), request.body);
        return nothing();
      }});
  routes.push_back(net::Route{
      Method::kPost, kCommitRoute, 0, [&hub](const Request& request) {
        return net::text_response("application/json", hub.commit(request.peer.value(), identity_in(request)));
      }});
  return routes;
}

net::Route withdraw_route(Withdrawals& withdrawals) {
  return {net::Method::kPost, kWithdrawRoute, kWithdrawRequestAtMostBytes,
          [&withdrawals](const net::Request& request) {
            return net::text_response("application/json",
                                      withdrawals.take(request.peer.value(), request.body));
          }};
}

}  // namespace candour::node
