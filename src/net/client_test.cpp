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

// The status of a call to a server of plain TCP, or the code of its error.
std::string ask(std::uint16_t port, const Call& call = {.target = "/x"}) {
  const base::FixedClock clock(kNow);
  Client client({.host = "127.0.0.1", .port = port, .body_at_most_bytes = 1000}, clock);
  std::string status;
  const std::string code = code_of([&] { status = std::to_string(client.call(call).status); });
  return code == "none" ? status : code;
}

std::string ask_for(const std::string& answer, Method method = Method::kGet) {
  const FakeServer server([&answer](int connection, int) {
    if (!FakeServer::take_request(connection)) return;
    FakeServer::give(connection, answer);
  });
  return ask(server.port(), {.method = method, .target = "/x"});
}

TEST_CASE("An answer that is none is refused, whatever is wrong with it") {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  CHECK(ask_for(ok + "Content-Length: 2\r\n\r\nab") == "200");
  CHECK(ask_for(ok + "Content-Length: 1000\r\n\r\n" + std::string(1000, 'x')) == "200");
  CHECK(ask_for("HTTP/1.1 204 No Content\r\n\r\n") == "204");
  CHECK(ask_for(ok + "Content-Length: 70\r\n\r\n", Method::kHead) == "200");
  for (const std::string& answer : {std::string(),
                                    std::string("x"),
                                    std::string("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
                                    std::string("HTTP/1.1 100 Continue\r\n\r\n"),
                                    std::string("HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n"),
                                    std::string("HTTP/1.1 20 X\r\nContent-Length: 0\r\n\r\n"),
                                    ok + "\r\n",
                                    ok + "\r\nuntil the end",
                                    ok + "Content-Length: 2\r\n\r\na",
                                    ok + "Content-Length: 2\r\n\r\nabc",
                                    ok + "Content-Length: 2, 2\r\n\r\nab",
                                    ok + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab",
                                    ok + "Content-Length: -2\r\n\r\nab",
                                    ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                                    ok + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
                                    ok + "Content-Length: 1001\r\n\r\n" + std::string(1001, 'x'),
                                    ok + "Content-Length : 0\r\n\r\n",
                                    ok + "Content-Length: 0\n\n",
                                    ok + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
                                    ok + "X: " + std::string(9000, 'x') + "\r\n\r\n",
                                    std::string("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nab")}) {
    CAPTURE(answer.substr(0, 80));
    CHECK(ask_for(answer) == "CND-2414");
  }
}

TEST_CASE("A server that is not there, one that is silent, and a stop are told apart") {
  std::uint16_t free_port = 0;
  {
    const FakeServer server([](int, int) {});
    free_port = server.port();
  }
  CHECK(ask(free_port) == "CND-2411");
  const FakeServer silent([](int connection, int) {
    while (FakeServer::take_request(connection)) {
    }
  });
  CHECK(ask(silent.port(), {.target = "/x", .deadline = std::chrono::milliseconds(100)}) == "CND-2413");
  std::stop_source stop;
  const std::jthread stopping([&stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop.request_stop();
  });
  CHECK(ask(silent.port(), {.target = "/x", .stop = stop.get_token()}) == "CND-2416");
  CHECK(ask(silent.port(), {.target = "/x", .stop = stop.get_token()}) == "CND-2416");
}

TEST_CASE("A server that takes the connection and gives no handshake is left at the deadline") {
  const FakeServer silent([](int connection, int) {
    char byte = 0;
    while (::recv(connection, &byte, 1, 0) > 0) {
    }
  });
  const TestFederation federation;
  const base::FixedClock clock(kNow);
  Client client({.host = "127.0.0.1", .port = silent.port(), .tls = &federation.provider.tls}, clock);
  CHECK(code_of([&] {
          static_cast<void>(client.call({.target = "/x", .deadline = std::chrono::milliseconds(100)}));
        }) == "CND-2413");
}

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

TEST_CASE("A connection that was closed meanwhile is made anew before anything is sent") {
  const FakeServer server([](int connection, int) {
    if (FakeServer::take_request(connection)) FakeServer::give(connection, kOk);
  });
  const base::FixedClock clock(kNow);
  Client client({.host = "127.0.0.1", .port = server.port()}, clock);
  const Call once = {.method = Method::kPost, .target = "/x"};
  CHECK(client.call(once).status == 200);
  while (server.connections() < 1) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // the end of the connection arrives
  CHECK(client.call(once).status == 200);
  CHECK(server.connections() == 2);
}

TEST_CASE("A request that a kept connection took and did not answer is sent again on a new one") {
  const FakeServer server([](int connection, int) {
    if (FakeServer::take_request(connection)) FakeServer::give(connection, kOk);
    FakeServer::take_request(connection);  // and ends
  });
  const base::FixedClock clock(kNow);
  Client client({.host = "127.0.0.1", .port = server.port()}, clock);
  CHECK(client.call({.target = "/x"}).status == 200);
  CHECK(client.call({.target = "/x"}).status == 200);
  CHECK(server.connections() == 2);
}

TEST_CASE("An answer that came before the body was taken is heard") {
  const FakeServer server([](int connection, int) {
    if (!FakeServer::take_request(connection)) return;
    FakeServer::give(connection,
                     "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    ::shutdown(connection, SHUT_WR);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  });
  const base::Bytes large(std::size_t{32} << 20U);
  CHECK(ask(server.port(), {.method = Method::kPut, .target = "/x", .body = large}) == "413");
}

TEST_CASE("An error names host and port, and nothing that was sent") {
  const base::FixedClock clock(kNow);
  Client client({.host = "127.0.0.1", .port = 1}, clock);
  try {
    static_cast<void>(client.call({.target = "/secret", .body = base::as_bytes("secret")}));
    FAIL("nobody listens on port 1");
  } catch (const base::Error& error) {
    const std::string text = base::describe(error);
    CHECK(text.find("127.0.0.1") != std::string::npos);
    CHECK(text.find("secret") == std::string::npos);
  }
}

}  // namespace
}  // namespace candour::net
