#include "candour/node/log_routes.h"

#include "candour/base/error.h"
#include "candour/log/tiles.h"
#include "candour/log/witness_wire.h"
#include "candour/node/hub_client.h"

namespace candour::node {
namespace {

constexpr std::string_view kTextType = "text/plain; charset=utf-8";
constexpr std::string_view kBytesType = "application/octet-stream";
constexpr std::string_view kBodyPrefix = "body/";
constexpr std::size_t kAddCheckpointAtMostBytes = std::size_t{64} << 10;

[[noreturn]] void refuse_address() { throw base::Error("CND-2509", "The log has no such file."); }

std::string path_of(const net::Request& request) {
  std::string path;
  for (const std::string& segment : request.segments) path += (path.empty() ? "" : "/") + segment;
  return path;
}

std::optional<std::string> body_at(log::Store& store, std::string_view path) {
  const auto digest = base::from_hex_exactly<32>(path.substr(kBodyPrefix.size()));
  if (!digest) refuse_address();
  return store.bodies().get(*digest);
}

}  // namespace

std::vector<net::Route> log_routes(log::Store& store) {
  std::vector<net::Route> routes;
  routes.push_back({net::Method::kGet, kLogRoute, 0, [&store](const net::Request& request) {
                      const std::string path = path_of(request);
                      const bool is_body = path.starts_with(kBodyPrefix);
                      const auto file = is_body ? body_at(store, path) : store.fetch(path);
                      if (!file) refuse_address();
                      return net::text_response(path == log::kCheckpointPath ? kTextType : kBytesType, *file);
                    }});
  return routes;
}

net::Route statements_route(Enter enter) {
  return {net::Method::kPost, kStatementsRoute, kPartsAtMostBytes,
          [enter = std::move(enter)](const net::Request& request) {
            return net::text_response(kTextType, enter(parse_entry(base::as_text(request.body))));
          }};
}

net::Route add_checkpoint_route(log::Witness& witness) {
  return {net::Method::kPost, kAddCheckpointRoute, kAddCheckpointAtMostBytes,
          [&witness](const net::Request& request) {
            const log::WitnessReply reply = witness.add_checkpoint(base::as_text(request.body));
            net::Response response =
                net::text_response(reply.status == 409 ? log::kSizeContentType : kTextType, reply.body);
            response.status = reply.status;
            return response;
          }};
}

net::Route evaluate_route(pseudonym::Guardian& guardian) {
  return {net::Method::kPost, kEvaluateRoute, pseudonym::kMessageAtMostBytes,
          [&guardian](const net::Request& request) {
            net::Response response{.content_type = "application/octet-stream"};
            response.body = guardian.evaluate(request.body, request.peer.value());
            return response;
          }};
}

net::Route hand_in_route(HandIn hand_in) {
  return {net::Method::kPost, kHandInRoute, kPartsAtMostBytes,
          [hand_in = std::move(hand_in)](const net::Request& request) {
            hand_in(parse_entry(base::as_text(request.body)));
            return net::Response{.status = 204, .content_type = ""};
          }};
}

}  // namespace candour::node
