// Every fault of TLS against a real server, each beside a control that is let in; and the same from the
// client's side.
#include "candour/net/tls.h"

#include <doctest/doctest.h>
#include <malloc.h>

#include <atomic>
#include <functional>
#include <semaphore>
#include <thread>

#include "candour/base/error.h"
#include "candour/net/net_testing.h"
#include "candour/net/openssl_handles.h"
#include "candour/testing/code_of.h"

namespace candour::net {
namespace {

using candour::testing::code_of;
using std::chrono::milliseconds;

const std::vector<Route>& hello() {
  static const std::vector<Route> routes = {
      {.method = Method::kGet, .pattern = "hello", .handle = [](const Request&) {
         return text_response("text/plain", "hello");
       }}};
  return routes;
}

// A hub that accepts one provider.
struct Hub {
  explicit Hub(const std::function<void(ServerOptions&)>& change = [](ServerOptions&) {}) {
    ServerOptions options{.tls = &federation.hub.tls, .accepts_peer = federation.pins_provider()};
    change(options);
    server.emplace(options, hello());
  }
  // "200", or the code of the error, for a client with this Tls whose clock stands at `now`.
  [[nodiscard]] std::string ask(const Tls& tls, std::int64_t now = kNow) const {
    return ask(tls, federation.hub.tls.own_spki(), now);
  }
  [[nodiscard]] std::string ask(const Tls& tls, const base::Digest& server_spki, std::int64_t now) const {
    const base::FixedClock clock(now);
    Client client({.host = "127.0.0.1", .port = server->port(), .tls = &tls, .server_spki = server_spki},
                  clock);
    std::string status;
    const std::string code =
        code_of([&] { status = std::to_string(client.call({.target = "/hello"}).status); });
    return code == "none" ? status : code;
  }
  // Why the server refused the last handshake.
  std::string refusal() {
    for (int wait = 0; wait < 1000; ++wait) {
      for (const Event& event : server->events()) {
        if (event.kind == EventKind::kHandshakeRefused) return std::string(event.reason);
      }
      std::this_thread::sleep_for(milliseconds(10));
    }
    return "none";
  }
  TestFederation federation;
  std::optional<RunningServer> server;
};

// What a client with settings of its own, straight on OpenSSL, gets from the hub.
struct RawTls {
  int version = 0;     // 0 where the handshake failed
  std::string answer;  // to one request
  SSL_SESSION* session = nullptr;
  bool is_reused = false;
};
struct RawTlsOptions {
  const char* ciphers = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
  const char* groups = "X25519:P-256:P-384";
  const char* signatures = "ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256:ed25519";
  const KeyedCertificate* certificate = nullptr;
  int highest_version = TLS1_3_VERSION;
  SSL_SESSION* session = nullptr;
  const char* alpn = "\x08http/1.1";
};
RawTls raw_tls(std::uint16_t port, const RawTlsOptions& options) {
  const ContextHandle context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(context.get(), options.highest_version);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_security_level(context.get(), 0);  // this client would do anything
  REQUIRE(SSL_CTX_set_ciphersuites(context.get(), options.ciphers) == 1);
  REQUIRE(SSL_CTX_set1_groups_list(context.get(), options.groups) == 1);
  REQUIRE(SSL_CTX_set1_sigalgs_list(context.get(), options.signatures) == 1);
  if (options.certificate != nullptr) {
    SSL_CTX_use_certificate(context.get(), read_certificate(options.certificate->certificate_pem).get());
    SSL_CTX_use_PrivateKey(context.get(), read_key(options.certificate->key_pem).get());
  }
  SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(options.alpn),
                          static_cast<unsigned>(std::char_traits<char>::length(options.alpn)));
  const SessionHandle session(SSL_new(context.get()));
  RawClient socket(port);
  SSL_set_fd(session.get(), socket.descriptor());
  if (options.session != nullptr) SSL_set_session(session.get(), options.session);
  RawTls result;
  if (SSL_connect(session.get()) != 1) return result;
  result.version = SSL_version(session.get());
  result.is_reused = SSL_session_reused(session.get()) == 1;
  const std::string_view request = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  SSL_write(session.get(), request.data(), static_cast<int>(request.size()));
  char piece[4096];
  for (int got = 1; (got = SSL_read(session.get(), piece, sizeof(piece))) > 0;) {
    result.answer.append(piece, static_cast<std::size_t>(got));
  }
  SSL_shutdown(session.get());  // without it OpenSSL calls the session a bad one
  result.session = SSL_get1_session(session.get());
  return result;
}

TEST_CASE("A provider that the charter pins is let in") {
  const Hub hub;
  CHECK(hub.ask(hub.federation.provider.tls) == "200");
  const RawTls raw = raw_tls(hub.server->port(), {.certificate = &hub.federation.provider.certificate});
  CHECK(raw.version == TLS1_3_VERSION);
  CHECK(status_of(raw.answer) == 200);
  SSL_SESSION_free(raw.session);
}

TEST_CASE("A certificate of the federation whose key is not pinned is refused") {
  Hub hub;
  const TestNode stranger(hub.federation.authority, hub.federation.authority.certificate_pem, "provider");
  CHECK(hub.ask(stranger.tls) == "CND-2415");
  CHECK(hub.refusal() == "application verification failure");
  CHECK(hub.ask(hub.federation.provider.tls) == "200");
}

TEST_CASE("A certificate of another authority is refused, also with the same key's name") {
  Hub hub([](ServerOptions& options) { options.accepts_peer = [](const base::Digest&) { return true; }; });
  const KeyedCertificate other = make_ca("test-federation", kThisYear);
  const TestNode foreign(other, hub.federation.authority.certificate_pem, "provider");
  CHECK(hub.ask(foreign.tls) == "CND-2415");
  CHECK(hub.refusal() == "unable to get local issuer certificate");
  CHECK(hub.ask(hub.federation.provider.tls) == "200");
}

TEST_CASE("A certificate is refused before its first second and after its last") {
  TestFederation federation;
  const auto refusal_at = [&federation](const Validity& validity) {
    Hub hub([](ServerOptions& options) { options.accepts_peer = [](const base::Digest&) { return true; }; });
    const TestNode node(hub.federation.authority, hub.federation.authority.certificate_pem, "late", validity);
    const std::string answer = hub.ask(node.tls);
    return answer == "200" ? answer : answer + " " + hub.refusal();
  };
  CHECK(refusal_at({.from_unix_seconds = kNow - kDay, .until_unix_seconds = kNow - 1}) ==
        "CND-2415 certificate has expired");
  CHECK(refusal_at({.from_unix_seconds = kNow + 1, .until_unix_seconds = kNow + kDay}) ==
        "CND-2415 certificate is not yet valid");
  CHECK(refusal_at({.from_unix_seconds = kNow, .until_unix_seconds = kNow + 1}) == "200");
}

TEST_CASE("The client refuses a server whose certificate has expired by the client's clock") {
  const Hub hub;
  CHECK(hub.ask(hub.federation.provider.tls, kNow + 400 * kDay) == "CND-2412");
  CHECK(hub.ask(hub.federation.provider.tls, kNow - 40 * kDay) == "CND-2412");
  CHECK(hub.ask(hub.federation.provider.tls, kNow + kDay) == "200");
}

TEST_CASE(
    "The client refuses a server with another key than the one expected, and one of another authority") {
  const Hub hub;
  CHECK(hub.ask(hub.federation.provider.tls, hub.federation.provider.tls.own_spki(), kNow) == "CND-2412");
  const KeyedCertificate other = make_ca("test-federation", kThisYear);
  const TestNode trusts_other(hub.federation.authority, other.certificate_pem, "provider");
  CHECK(hub.ask(trusts_other.tls) == "CND-2412");
  CHECK(hub.ask(hub.federation.provider.tls) == "200");
}

TEST_CASE("A client without a certificate gets no answer") {
  Hub hub;
  const RawTls raw = raw_tls(hub.server->port(), {});
  CHECK(raw.answer.empty());
  CHECK(hub.refusal() != "none");
  SSL_SESSION_free(raw.session);
}

// What a scanner of TLS asks about: each case alone, and a server that answers to it or not.
TEST_CASE("Only the versions, ciphers, groups, signatures and protocols of the wire's page are spoken") {
  const Hub hub;
  struct Case {
    const char* what;
    RawTlsOptions options;
    bool is_spoken;
  };
  const Case cases[] = {
      {"all at once", {}, true},
      {"TLS 1.0", {.highest_version = TLS1_VERSION}, false},
      {"TLS 1.1", {.highest_version = TLS1_1_VERSION}, false},
      {"TLS 1.2", {.highest_version = TLS1_2_VERSION}, false},
      {"AES-256-GCM", {.ciphers = "TLS_AES_256_GCM_SHA384"}, true},
      {"ChaCha20-Poly1305", {.ciphers = "TLS_CHACHA20_POLY1305_SHA256"}, true},
      {"AES-128-GCM", {.ciphers = "TLS_AES_128_GCM_SHA256"}, true},
      {"AES-128-CCM", {.ciphers = "TLS_AES_128_CCM_SHA256"}, false},
      {"AES-128-CCM-8", {.ciphers = "TLS_AES_128_CCM_8_SHA256"}, false},
      {"X25519", {.groups = "X25519"}, true},
      {"P-256", {.groups = "P-256"}, true},
      {"P-384", {.groups = "P-384"}, false},
      {"ffdhe2048", {.groups = "ffdhe2048"}, false},
      {"RSA", {.signatures = "rsa_pss_rsae_sha256"}, false},
      {"Ed25519", {.signatures = "ed25519"}, false},
      {"HTTP/2", {.alpn = "\x02h2"}, false},
      {"HTTP/2 first", {.alpn = "\x02h2\x08http/1.1"}, true},
  };
  for (Case one : cases) {
    CAPTURE(one.what);
    one.options.certificate = &hub.federation.provider.certificate;
    const RawTls raw = raw_tls(hub.server->port(), one.options);
    CHECK(status_of(raw.answer) == (one.is_spoken ? 200 : 0));
    CHECK(raw.version == (one.is_spoken ? TLS1_3_VERSION : 0));
    SSL_SESSION_free(raw.session);
  }
}

// A server that lets clients resume, as OpenSSL does by itself.
void serve_resumable(int connection, SSL_CTX& context) {
  const SessionHandle session(SSL_new(&context));
  SSL_set_fd(session.get(), connection);
  if (SSL_accept(session.get()) != 1) return;
  char piece[4096];
  SSL_read(session.get(), piece, sizeof(piece));
  const std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  SSL_write(session.get(), answer.data(), static_cast<int>(answer.size()));
  SSL_shutdown(session.get());
}

TEST_CASE("No session is resumed: nothing is given to resume with, and a session offered is not taken") {
  const Hub hub;
  const KeyedCertificate& provider = hub.federation.provider.certificate;
  const ContextHandle context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_use_certificate(context.get(),
                          read_certificate(hub.federation.hub.certificate.certificate_pem).get());
  SSL_CTX_use_PrivateKey(context.get(), read_key(hub.federation.hub.certificate.key_pem).get());
  const FakeServer lenient([&context](int connection, int) { serve_resumable(connection, *context); });

  struct Case {
    std::uint16_t port;
    bool resumes;
  };
  for (const Case& one : {Case{lenient.port(), true}, Case{hub.server->port(), false}}) {
    CAPTURE(one.resumes);
    const RawTls first = raw_tls(one.port, {.certificate = &provider});
    CHECK(status_of(first.answer) == 200);
    REQUIRE(first.session != nullptr);
    CHECK((SSL_SESSION_is_resumable(first.session) == 1) == one.resumes);
    CHECK((SSL_SESSION_has_ticket(first.session) == 1) == one.resumes);
    const RawTls second = raw_tls(one.port, {.certificate = &provider, .session = first.session});
    CHECK(status_of(second.answer) == 200);
    CHECK(second.is_reused == one.resumes);
    SSL_SESSION_free(first.session);
    SSL_SESSION_free(second.session);
  }
}

TEST_CASE("Plain HTTP on the port of TLS gets no answer, and TLS on the port of plain HTTP a refusal") {
  Hub hub;
  RawClient plain(hub.server->port());
  plain.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(plain.receive_all().find("HTTP") == std::string::npos);
  CHECK(plain.closed_by_server());
  CHECK(hub.refusal() == "The handshake was not that of a node.");
  const RunningServer admin({}, hello());
  CHECK(raw_tls(admin.port(), {.certificate = &hub.federation.provider.certificate}).version == 0);
}

TEST_CASE("A handshake that does not go on is ended at its deadline") {
  Hub hub([](ServerOptions& options) { options.handshake_deadline = milliseconds(200); });
  RawClient silent(hub.server->port());
  CHECK(silent.receive_all().empty());
  CHECK(silent.closed_by_server());
  CHECK(hub.refusal() == "The handshake took too long.");
  CHECK(hub.ask(hub.federation.provider.tls) == "200");
}

TEST_CASE("Who leaves the charter is refused on a connection that is open already") {
  std::atomic<bool> is_member = true;
  const Hub hub([&is_member](ServerOptions& options) {
    options.accepts_peer = [&is_member](const base::Digest&) { return is_member.load(); };
  });
  const base::FixedClock clock(kNow);
  Client client({.host = "127.0.0.1",
                 .port = hub.server->port(),
                 .tls = &hub.federation.provider.tls,
                 .server_spki = hub.federation.hub.tls.own_spki()},
                clock);
  CHECK(client.call({.target = "/hello"}).status == 200);
  is_member = false;
  CHECK(client.call({.target = "/hello"}).status == 403);
  CHECK(code_of([&client] { static_cast<void>(client.call({.target = "/hello"})); }) == "CND-2415");
}

TEST_CASE("A peer has so many connections and no more, whatever others have") {
  TestFederation federation;
  const TestNode other(federation.authority, federation.authority.certificate_pem, "other");
  RunningServer server({.tls = &federation.hub.tls,
                        .accepts_peer = [](const base::Digest&) { return true; },
                        .connections_of_peer_at_most = 2},
                       hello());
  const base::FixedClock clock(kNow);
  const auto client_of = [&](const Tls& tls) {
    return std::make_unique<Client>(ClientOptions{.host = "127.0.0.1",
                                                  .port = server.port(),
                                                  .tls = &tls,
                                                  .server_spki = federation.hub.tls.own_spki()},
                                    clock);
  };
  const Call ask = {.target = "/hello"};
  auto first = client_of(federation.provider.tls);
  const auto second = client_of(federation.provider.tls);
  CHECK(first->call(ask).status == 200);
  CHECK(second->call(ask).status == 200);
  const Reply refused = client_of(federation.provider.tls)->call(ask);
  CHECK(refused.status == 429);
  CHECK(only_value(refused.fields, "Retry-After") == "1");
  CHECK(client_of(other.tls)->call(ask).status == 200);
  first.reset();
  int status = 0;
  for (int attempt = 0; attempt < 100 && status != 200; ++attempt) {
    status = client_of(federation.provider.tls)->call(ask).status;
  }
  CHECK(status == 200);
}

TEST_CASE("Who says nothing has few of a server's places, and leaves the others to the nodes") {
  const TestFederation federation;
  RunningServer server({.tls = &federation.hub.tls,
                        .accepts_peer = [](const base::Digest&) { return true; },
                        .connections_at_most = 4,
                        .handshakes_of_address_at_most = 2},
                       hello());
  const base::FixedClock clock(kNow);
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 8; ++i) silent.push_back(std::make_unique<RawClient>(server.port()));
  CHECK(silent.back()->receive_all().empty());  // closed: it was one too many
  silent.front().reset();
  int status = 0;
  for (int attempt = 0; attempt < 100 && status != 200; ++attempt) {
    try {
      Client client({.host = "127.0.0.1",
                     .port = server.port(),
                     .tls = &federation.provider.tls,
                     .server_spki = federation.hub.tls.own_spki()},
                    clock);
      status = client.call({.target = "/hello"}).status;
    } catch (const base::Error&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));  // the server has not seen the end yet
    }
  }
  CHECK(status == 200);
}

TEST_CASE("One peer has a share of requests and of their bodies, and leaves the others theirs") {
  const TestFederation federation;
  const TestNode other(federation.authority, federation.authority.certificate_pem, "other");
  std::counting_semaphore<> entered{0};
  std::counting_semaphore<> may_go{0};
  std::vector<Route> routes = hello();
  routes.push_back({.method = Method::kPost,
                    .pattern = "wait",
                    .body_at_most_bytes = 1 << 20,
                    .handle = [&](const Request&) {
                      entered.release();
                      may_go.acquire();
                      return text_response("text/plain", "done");
                    }});
  RunningServer server({.tls = &federation.hub.tls,
                        .accepts_peer = [](const base::Digest&) { return true; },
                        .requests_of_peer_at_most = 2,
                        .body_bytes_of_peer_at_most = 1000},
                       std::move(routes));
  const base::FixedClock clock(kNow);
  const auto ask = [&](const Tls& tls, const Call& call) {
    Client client({.host = "127.0.0.1",
                   .port = server.port(),
                   .tls = &tls,
                   .server_spki = federation.hub.tls.own_spki()},
                  clock);
    return client.call(call).status;
  };
  const base::Bytes some(600, 'x');
  const Call hold = {.method = Method::kPost, .target = "/wait", .body = some};
  std::jthread first([&] { CHECK(ask(federation.provider.tls, hold) == 200); });
  entered.acquire();
  CHECK(ask(federation.provider.tls, {.target = "/hello"}) == 200);  // the control: there is room
  CHECK(ask(federation.provider.tls, hold) == 429);                  // not for another such body
  std::jthread second(
      [&] { CHECK(ask(federation.provider.tls, {.method = Method::kPost, .target = "/wait"}) == 200); });
  entered.acquire();
  CHECK(ask(federation.provider.tls, {.target = "/hello"}) == 429);
  CHECK(ask(other.tls, {.target = "/hello"}) == 200);
  may_go.release(2);
}

TEST_CASE("Nothing of a connection is kept when it has ended, whether it was let in or not") {
  const Hub hub;
  const TestNode stranger(hub.federation.authority, hub.federation.authority.certificate_pem, "stranger");
  const auto visit = [&hub, &stranger](int times) {
    for (int at = 0; at < times; ++at) {
      CHECK(hub.ask(hub.federation.provider.tls) == "200");
      CHECK(hub.ask(stranger.tls) == "CND-2415");
      RawClient(hub.server->port()).send("GET / HTTP/1.1\r\n\r\n");
    }
    return ::mallinfo2().uordblks;  // of the heap, in use by server and clients together
  };
  const std::size_t before = visit(20);
  const std::size_t after = visit(100);
  CHECK(after < before + 512 * 1024);  // a session of TLS alone has 20 KiB, 200 of them 4 MiB
}

TEST_CASE("A PeerCheck that throws refuses") {
  const Hub hub([](ServerOptions& options) {
    options.accepts_peer = [](const base::Digest&) -> bool { throw std::runtime_error("x"); };
  });
  CHECK(hub.ask(hub.federation.provider.tls) == "CND-2415");
}

}  // namespace
}  // namespace candour::net
