// A server of HTTP/1.1: routes whose handlers are blocking functions on a bounded pool of workers.
//
// With a Tls it speaks mutual TLS on any address: a hub and a guardian to other nodes. Without one it speaks
// plain HTTP on 127.0.0.1 alone: their health, metrics and pages for people on the machine, and the site of
// `candour site serve`. What it promises:
//   - every request has passed request_rules.h; what is refused there is answered once and its connection is
//     closed, so that nothing after it is taken for a request;
//   - memory does not grow with clients: connections, requests in flight and bytes of their bodies are
//     bounded, of all and of each peer. What is beyond a bound is told to come again (429, 503, Retry-After);
//     a connection too many of all waits in the kernel's queue, a request within its bounds for a worker;
//   - every wait has a deadline, and a body of either direction has to move a piece of 16 KiB in each;
//   - told to stop, it takes nothing new, and gives answers under way until the deadline;
//   - it reports through on_event which route, status and peer, never an address, a field or a body.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/clock.h"
#include "candour/net/message.h"
#include "candour/net/router.h"
#include "candour/net/tls.h"

namespace candour::net {

enum class EventKind {
  kAnswered,          ///< by a handler
  kRefused,           ///< by the server itself: a rule, no such route, no room
  kHandlerFailed,     ///< a handler threw; `reason` is its error's code
  kHandshakeRefused,  ///< `reason` says why, in words of OpenSSL or ours
  kBroken,            ///< the client went, or was too slow, with a request under way
};
struct Event {
  EventKind kind = EventKind::kAnswered;
  std::string_view route;  ///< its pattern; "" where none was found
  int status = 0;          ///< 0 where no answer was sent
  std::int64_t duration_ns = 0;
  std::optional<base::Digest> peer;
  std::string_view reason;  ///< a literal, or a code of the catalogue
};

enum class Signals { kIgnore, kStop };

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;       ///< 0 takes any free one
  const Tls* tls = nullptr;     ///< outlives the server
  PeerCheck accepts_peer = {};  ///< needed with TLS
  /// Called on the server's thread: it may not block.
  std::function<void(const Event&)> on_event = {};
  /// How a refusal of the server itself is written; problem+json where there is no such function. `reason` is
  /// a literal.
  std::function<Response(int status, std::string_view reason)> explain = {};
  /// Whether SIGINT and SIGTERM stop it too.
  Signals signals = Signals::kIgnore;

  unsigned workers = 8;
  std::size_t connections_at_most = 256;  ///< more wait in the kernel's queue
  std::size_t requests_at_most = 64;      ///< in flight, from a head to the last byte of its answer
  std::size_t body_bytes_at_most = std::size_t{64} << 20;  ///< of all requests in flight
  /// With TLS, of one IP address: those that have not shown yet whose they are. What is beyond is closed, and
  /// not reported: nobody of the federation opens so many at once.
  std::size_t handshakes_of_address_at_most = 16;
  // With TLS, of each peer. One peer's requests are fewer than there are workers: it cannot have them all.
  std::size_t connections_of_peer_at_most = 16;
  std::size_t requests_of_peer_at_most = 4;
  std::size_t body_bytes_of_peer_at_most = std::size_t{16} << 20;

  std::chrono::milliseconds handshake_deadline = std::chrono::seconds(10);
  std::chrono::milliseconds head_deadline = std::chrono::seconds(10);   ///< from its first byte to its last
  std::chrono::milliseconds idle_deadline = std::chrono::seconds(60);   ///< between two requests
  std::chrono::milliseconds piece_deadline = std::chrono::seconds(20);  ///< for each 16 KiB of a body
  std::chrono::milliseconds stop_deadline = std::chrono::seconds(5);
  /// A connection is closed with the first answer that a handler gives past this age, however busy it is: on
  /// the next one certificates are looked at again. (Whether the peer's key is pinned is asked each time.)
  std::chrono::milliseconds connection_age_at_most = std::chrono::hours(1);
};

class Server {
 public:
  /// Listens, and starts no thread: a process is confined (base/sandbox.h) between this and run(). `clock`
  /// outlives it. Errors: CND-1902 (the address or port cannot be had), CND-2405 (without TLS on another
  /// address than 127.0.0.1).
  Server(ServerOptions options, std::vector<Route> routes, const base::Clock& clock);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  /// Serves until `stop` is requested (or a signal comes, if that is asked for); then idle connections end,
  /// requests under way are answered until stop_deadline, and what is left is closed. Returns when every
  /// handler has returned. Call once.
  void run(const std::stop_token& stop);

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

}  // namespace candour::net
