// The server over plain HTTP and real sockets: its answers, its refusals (all payloads of the corpus), its
// bounds and its end. TLS has tests of its own (tls_test.cpp).
#include "candour/net/server.h"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <map>
#include <semaphore>

#include "candour/base/error.h"
#include "candour/base/json.h"
#include "candour/net/net_testing.h"
#include "candour/testing/code_of.h"
#include "candour/testing/shared.h"

namespace candour::net {
namespace {

using candour::testing::code_of;
using std::chrono::milliseconds;

constexpr std::string_view kClose = "Host: a\r\nConnection: close\r\n";

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::vector<Route> test_routes() {
  return {
      {.method = Method::kGet,
       .pattern = "hello",
       .handle =
           [](const Request& request) {
             return text_response("text/plain",
                                  request.peer ? "peer" : request.query_value("name").value_or("-"));
           }},
      {.method = Method::kPost,
       .pattern = "",
       .body_at_most_bytes = 1 << 20,
       .handle =
           [](const Request& request) {
             return text_response("text/plain", "got " + std::to_string(request.body.size()));
           }},
      {.method = Method::kGet,
       .pattern = "error",
       .handle = [](const Request&) -> Response {
         throw base::Error("CND-1002", "The file is missing.").with("path", std::filesystem::path("/etc/x"));
       }},
      {.method = Method::kGet, .pattern = "exception", .handle = [](const Request&) -> Response {
         throw std::runtime_error("Mary Smith");
       }}};
}

std::string ask(const RunningServer& server, std::string_view line, std::string_view more = "",
                std::string_view body = "") {
  RawClient client(server.port());
  client.send(std::string(line) + " HTTP/1.1\r\n" + std::string(kClose) + std::string(more) + "\r\n" +
              std::string(body));
  return client.receive_all();
}

// Waits until the server has reported `count` events.
std::vector<Event> events_of(RunningServer& server, std::size_t count) {
  for (int wait = 0; wait < 1000 && server.events().size() < count; ++wait) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  return server.events();
}

TEST_CASE("A route is answered, and nothing else is") {
  const RunningServer server({}, test_routes());
  CHECK(ask(server, "GET /hello?name=a%20b").ends_with("\r\n\r\na b"));
  const std::string head = ask(server, "HEAD /hello");
  CHECK(status_of(head) == 200);
  CHECK(has(head, "\r\nContent-Length: 1\r\n"));
  CHECK(head.ends_with("\r\n\r\n"));
  CHECK(ask(server, "POST /", "Content-Length: 5\r\n", "hello").ends_with("got 5"));
  CHECK(status_of(ask(server, "GET /nothing")) == 404);
  const std::string other = ask(server, "GET /");
  CHECK(status_of(other) == 405);
  CHECK(has(other, "\r\nAllow: POST\r\n"));
  CHECK(has(other, "\r\nContent-Type: application/problem+json\r\n"));
  CHECK(has(ask(server, "POST /hello", "Content-Length: 0\r\n"), "\r\nAllow: GET, HEAD\r\n"));
}

TEST_CASE("Every payload of the corpus gets its verdict, one answer and a closed connection") {
  const auto path = candour::testing::shared_file("bad-input/http-payloads/payloads.jsonl");
  if (!path) return;
  std::atomic<int> handled = 0;
  std::vector<Route> routes = {{.method = Method::kGet, .pattern = "", .handle = [&handled](const Request&) {
                                  ++handled;
                                  return text_response("text/plain", "front");
                                }}};
  routes.push_back(routes.front());
  routes.back().method = Method::kPost;
  routes.back().body_at_most_bytes = 1 << 20;
  const RunningServer server({}, routes);
  std::ifstream file(*path);
  std::string line;
  int payloads = 0;
  while (std::getline(file, line)) {
    if (line.empty()) continue;
    const base::Json payload = base::parse_json(line);
    const std::string name(*payload.find("name")->text());
    CAPTURE(name);
    const auto bytes = base::from_hex(*payload.find("hex")->text());
    REQUIRE(bytes.has_value());
    RawClient client(server.port());
    client.send(base::as_text(*bytes));
    const bool is_good = name == "baseline GET";
    const std::string answer = is_good ? client.receive_until("front") : client.receive_all();
    CHECK((is_good ? status_of(answer) == 200 : status_of(answer) >= 400));
    CHECK(client.closed_by_server() != is_good);
    CHECK(count_of(answer, "\r\nDate: ") == 1);
    ++payloads;
  }
  CHECK(payloads == 36);
  CHECK(handled == 1);  // no handler saw one of the bad ones
}

TEST_CASE("Requests may follow each other on one connection, also before the answers came") {
  const RunningServer server({}, test_routes());
  RawClient client(server.port());
  client.send(
      "GET /hello?name=1 HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: "
      "3\r\n\r\nabc"
      "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\nGET /hello?name=2 HTTP/1.1\r\nHost: a\r\nConnection: "
      "close\r\n\r\n");
  const std::string all = client.receive_all();
  CHECK(count_of(all, "HTTP/1.1 200 ") == 3);
  CHECK(count_of(all, "HTTP/1.1 404 ") == 1);
  CHECK(has(all, "got 3HTTP/1.1 404"));
  CHECK(all.ends_with("\r\n\r\n2"));
}

TEST_CASE("After a refused body nothing is taken for a request") {
  const RunningServer server({}, test_routes());
  const std::string next = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const std::string& refused :
       {std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n"),
        std::string("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 35\r\n\r\n"),
        std::string("POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 35\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")}) {
    CAPTURE(refused);
    RawClient client(server.port());
    client.send(refused + next);
    const std::string answer = client.receive_all();
    CHECK(status_of(answer) >= 400);
    CHECK(count_of(answer, "\r\nDate: ") == 1);
    CHECK(client.closed_by_server());
  }
  // The control: after a body that was taken, the same bytes are a request.
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" + next);
  CHECK(count_of(client.receive_until("\r\n\r\n-"), "HTTP/1.1 200 ") == 2);
}

TEST_CASE("A body may be as large as its route says and not a byte more") {
  const RunningServer server({}, test_routes());
  const std::string largest(1 << 20, 'x');
  CHECK(ask(server, "POST /", "Content-Length: 1048576\r\n", largest).ends_with("got 1048576"));
  CHECK(status_of(ask(server, "POST /", "Content-Length: 1048577\r\n", largest + "x")) == 413);
}

TEST_CASE("What a handler throws becomes a 500 that says no more than a code") {
  RunningServer server({}, test_routes());
  const std::string error = ask(server, "GET /error");
  CHECK(status_of(error) == 500);
  CHECK(has(error, "\"code\":\"CND-1002\""));
  CHECK_FALSE(has(error, "/etc/x"));
  const std::string exception = ask(server, "GET /exception");
  CHECK(status_of(exception) == 500);
  CHECK_FALSE(has(exception, "Mary"));
  const std::vector<Event> events = events_of(server, 2);
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == EventKind::kHandlerFailed);
  CHECK(events[0].route == "error");
  CHECK(events[0].reason == "CND-1002");
  CHECK(status_of(ask(server, "GET /hello")) == 200);
}

TEST_CASE("A client that is silent, or sends a byte now and then, is closed at the deadline") {
  const milliseconds soon(200);
  const RunningServer server({.head_deadline = soon, .idle_deadline = soon, .piece_deadline = soon},
                             test_routes());
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
  for (const std::string& start : {std::string(), std::string("GET /hello HTTP/1.1\r\nX: "), head}) {
    CAPTURE(start);
    RawClient silent(server.port());
    silent.send(start);
    CHECK(silent.receive_all().empty());
    CHECK(silent.closed_by_server());
    RawClient slow(server.port());
    slow.send(start);
    std::atomic<bool> done = false;
    const std::jthread drip([&slow, &done] {
      while (!done) {
        slow.send("a");
        std::this_thread::sleep_for(milliseconds(20));
      }
    });
    CHECK(slow.receive_all().empty());
    CHECK(slow.closed_by_server());
    done = true;
  }
  CHECK(status_of(ask(server, "GET /hello")) == 200);
}

TEST_CASE("A client that takes nothing of its answer is closed at the deadline") {
  constexpr std::size_t kLarge = 64'000'000;
  const std::vector<Route> routes = {
      {.method = Method::kGet, .pattern = "large", .handle = [](const Request&) {
         return Response{.body = base::Bytes(kLarge, 'x')};
       }}};
  RunningServer server({.piece_deadline = milliseconds(200)}, routes);
  RawClient client(server.port());
  client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(has(client.receive_until("\r\n\r\n"), "200 OK"));
  const std::vector<Event> events = events_of(server, 1);
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == EventKind::kBroken);
  CHECK(client.receive_all().size() < kLarge);
  CHECK(client.closed_by_server());
  const RunningServer patient({}, routes);
  CHECK(ask(patient, "GET /large").size() > kLarge);  // who reads gets all of it
}

// A server whose one route waits until it is let go.
struct Gate {
  std::counting_semaphore<100> entered{0};
  std::counting_semaphore<100> may_go{0};
  std::vector<Route> routes() {
    return {{.method = Method::kPost,
             .pattern = "wait",
             .body_at_most_bytes = 1 << 20,
             .handle = [this](const Request&) {
               entered.release();
               may_go.acquire();
               return text_response("text/plain", "done");
             }}};
  }
};
constexpr std::string_view kWait = "POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";

TEST_CASE("What there is no room for is told to come again, and then has room") {
  Gate gate;
  const RunningServer server({.workers = 2, .requests_at_most = 2}, gate.routes());
  RawClient first(server.port());
  RawClient second(server.port());
  first.send(kWait);
  second.send(kWait);
  gate.entered.acquire();
  gate.entered.acquire();
  const std::string refused = ask(server, "POST /wait", "Content-Length: 1\r\n", "x");
  CHECK(status_of(refused) == 503);
  CHECK(has(refused, "\r\nRetry-After: 1\r\n"));
  gate.may_go.release(3);
  CHECK(has(first.receive_until("done"), "done"));
  CHECK(has(second.receive_until("done"), "done"));
  CHECK(status_of(ask(server, "POST /wait", "Content-Length: 1\r\n", "x")) == 200);
}

TEST_CASE("The bodies of all requests together are bounded") {
  Gate gate;
  const RunningServer server({.workers = 2, .body_bytes_at_most = 1000}, gate.routes());
  RawClient holder(server.port());
  holder.send(
      "POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 600\r\n\r\n");  // nothing of the body came yet
  std::string refused;
  for (int attempt = 0; attempt < 100 && status_of(refused) != 503; ++attempt) {
    gate.may_go.release();
    refused = ask(server, "POST /wait", "Content-Length: 401\r\n", std::string(401, 'x'));
  }
  CHECK(status_of(refused) == 503);
  gate.may_go.release();
  CHECK(status_of(ask(server, "POST /wait", "Content-Length: 400\r\n", std::string(400, 'x'))) == 200);
}

TEST_CASE("Two hundred clients at once are served by a server of fifty connections") {
  const RunningServer server({.connections_at_most = 50}, test_routes());
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int at = 0; at < 200; ++at) clients.push_back(std::make_unique<RawClient>(server.port()));
  int served = 0;
  for (auto& client : clients) {
    client->send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    if (status_of(client->receive_all()) == 200) ++served;
  }
  CHECK(served == 200);
}

TEST_CASE("Told to stop, it ends idle connections and lets a handler finish") {
  Gate gate;
  std::vector<Route> routes = gate.routes();
  routes.push_back(test_routes().front());
  RunningServer server({}, routes);
  RawClient idle(server.port());
  idle.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(has(idle.receive_until("\r\n\r\n-"), "200 OK"));
  RawClient busy(server.port());
  busy.send(kWait);
  gate.entered.acquire();
  server.request_stop();
  static_cast<void>(idle.receive_all());
  CHECK(idle.closed_by_server());
  CHECK_FALSE(RawClient(server.port()).connected());
  gate.may_go.release();
  const std::string answer = busy.receive_all();
  CHECK(has(answer, "200 OK"));
  CHECK(has(answer, "\r\nConnection: close\r\n"));
  CHECK(answer.ends_with("done"));
  server.stop();
}

TEST_CASE(
    "A handler that outlasts the deadline of a stop is waited for, and its connection is closed before") {
  std::counting_semaphore<10> entered{0};
  std::atomic<bool> ended = false;
  const std::vector<Route> routes = {{.method = Method::kGet, .pattern = "", .handle = [&](const Request&) {
                                        entered.release();
                                        std::this_thread::sleep_for(milliseconds(500));
                                        ended = true;
                                        return text_response("text/plain", "late");
                                      }}};
  RunningServer server({.stop_deadline = milliseconds(50)}, routes);
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  entered.acquire();
  server.stop();
  CHECK(ended);
  CHECK(client.receive_all().empty());
  CHECK(client.closed_by_server());
}

TEST_CASE("A source gives the body in pieces, and one that ends early breaks the connection") {
  const std::string large(300'000, 'x');
  const auto source_of = [&large](std::uint64_t promised) {
    return Response{.body = BodySource{std::make_unique<base::MemorySource>(large), promised}};
  };
  const std::vector<Route> routes = {{.method = Method::kGet,
                                      .pattern = "whole",
                                      .handle = [&](const Request&) { return source_of(large.size()); }},
                                     {.method = Method::kGet,
                                      .pattern = "short",
                                      .handle = [&](const Request&) { return source_of(large.size() + 1); }}};
  RunningServer server({}, routes);
  CHECK(ask(server, "GET /whole").ends_with("\r\n\r\n" + large));
  const std::string cut = ask(server, "GET /short");
  CHECK(has(cut, "\r\nContent-Length: 300001\r\n"));
  CHECK(cut.ends_with("\r\n\r\n" + large));
  CHECK(events_of(server, 2).back().kind == EventKind::kBroken);
}

TEST_CASE("Without TLS it listens on 127.0.0.1 and nowhere else") {
  const base::FixedClock clock(kNow);
  const auto code = [&clock](const char* address, std::uint16_t port) {
    return code_of([&] { const Server server({.address = address, .port = port}, {}, clock); });
  };
  CHECK(code("127.0.0.1", 0) == "none");
  CHECK(code("0.0.0.0", 0) == "CND-2405");
  CHECK(code("127.0.0.2", 0) == "CND-2405");
  CHECK(code("::1", 0) == "CND-2405");
  CHECK(code("localhost", 0) == "CND-1902");
  const RunningServer server({}, {});
  CHECK(code("127.0.0.1", server.port()) == "CND-1902");
}

}  // namespace
}  // namespace candour::net
