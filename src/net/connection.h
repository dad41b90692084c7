// One connection of a server, and what all connections of a server share. Everything here runs on the
// server's one thread, but for handlers and sources of bodies, which run on the workers.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>
#include <set>

#include "candour/net/answer.h"
#include "candour/net/channel.h"
#include "candour/net/server.h"

namespace candour::net {

class Connection;

/// What is under way.
struct Use {
  std::size_t requests = 0;    // in flight
  std::size_t body_bytes = 0;  // of requests in flight
};
struct PeerUse : Use {
  std::size_t connections = 0;
};

struct Shared {
  Shared(ServerOptions given, std::vector<Route> given_routes, const base::Clock& given_clock)
      : options(std::move(given)), routes(std::move(given_routes)), clock(given_clock) {}

  ServerOptions options;
  std::vector<Route> routes;
  const base::Clock& clock;
  asio::io_context context{1};
  std::optional<asio::thread_pool> workers;  // threads start with run(): a process is confined before
  std::set<Connection*> connections;
  std::map<base::Digest, PeerUse> peers;                // that have a connection
  std::map<asio::ip::address, std::size_t> handshakes;  // under way
  Use use;                                              // of all
  bool is_stopping = false;
};

class Connection {
 public:
  Connection(Shared& shared, asio::ip::tcp::socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  asio::awaitable<void> serve();
  /// Ends it where it is between two requests.
  void end_if_idle();
  void close() { channel_.close(); }

 private:
  asio::awaitable<bool> greet();
  asio::awaitable<std::optional<std::size_t>> read_head();
  asio::awaitable<AfterAnswer> answer(std::string_view head);
  asio::awaitable<AfterAnswer> answer_route(const Route& route, Request request, std::size_t body_bytes,
                                            AfterAnswer after);
  asio::awaitable<bool> read_body(base::Bytes& body);
  asio::awaitable<bool> send(Response response, Method method, AfterAnswer after);
  asio::awaitable<bool> send_source(BodySource& body);
  asio::awaitable<AfterAnswer> refuse(Refusal refusal, Method method, AfterAnswer after,
                                      std::string_view allow = "");
  void report(EventKind kind, int status, std::string_view reason = "");

  Shared& shared_;
  const asio::ip::address address_;
  Channel channel_;
  const std::chrono::steady_clock::time_point opened_ = std::chrono::steady_clock::now();
  std::optional<base::Digest> peer_;
  std::string pending_;             // bytes that were read and not yet looked at
  std::optional<Refusal> refusal_;  // of a head that read_head could not take
  bool is_idle_ = false;
  std::string_view route_;  // of the request under way
  std::int64_t began_ns_ = 0;
};

}  // namespace candour::net
