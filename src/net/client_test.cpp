// Client and server over real sockets and real TLS, each on a free port of 127.0.0.1.
#include "candour/net/client.h"

#include <doctest/doctest.h>

#include <atomic>

#include "candour/base/error.h"
#include "candour/net/net_testing.h"
#include "candour/testing/code_of.h"

namespace candour::net {
namespace {

using candour::testing::code_of;

std::vector<Route> echo_routes() {
  return {{.method = Method::kGet,
           .pattern = "hello/{}",
           .handle =
               [](const Request& request) {
                 Response response = text_response("text/plain", "hello " + request.segments.front());
                 response.more.push_back({"X-Peer", request.peer ? base::to_hex(*request.peer) : "none"});
                 return response;
               }},
          {.method = Method::kPost,
           .pattern = "echo",
           .body_at_most_bytes = 4 << 20,
           .handle = [](const Request& request) {
             return Response{.content_type = "application/octet-stream", .body = request.body};
           }}};
}

struct Pair {
  TestFederation federation;
  RunningServer server{{.tls = &federation.hub.tls, .accepts_peer = federation.pins_provider()},
                       echo_routes()};
  base::FixedClock clock{kNow};
  Client client{{.host = "127.0.0.1",
                 .port = server.port(),
                 .tls = &federation.provider.tls,
                 .server_spki = federation.hub.tls.own_spki()},
                clock};
};

TEST_CASE("A call goes over mutual TLS, and the handler knows who asks") {
  Pair pair;
  const Reply reply = pair.client.call({.target = "/hello/world"});
  CHECK(reply.status == 200);
  CHECK(base::as_text(reply.body) == "hello world");
  CHECK(only_value(reply.fields, "x-peer") == base::to_hex(pair.federation.provider.tls.own_spki()));
  CHECK(only_value(reply.fields, "Content-Type") == "text/plain");
}

TEST_CASE("Calls follow each other on one connection, with bodies small and large") {
  Pair pair;
  for (const std::size_t size : {0UL, 1UL, 16383UL, 16384UL, 16385UL, 1UL << 20U, 4UL << 20U}) {
    CAPTURE(size);
    base::Bytes body(size);
    for (std::size_t at = 0; at < size; ++at) body[at] = static_cast<std::uint8_t>(at * 7);
    const Reply reply = pair.client.call({.method = Method::kPost, .target = "/echo", .body = body});
    CHECK(reply.status == 200);
    CHECK(reply.body == body);
  }
  CHECK(pair.client.call({.method = Method::kHead, .target = "/hello/x"}).body.empty());
  CHECK(pair.client.call({.target = "/hello/x"}).status == 200);
}

}  // namespace
}  // namespace candour::net
