#include "candour/net/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "candour/base/error.h"
#include "candour/net/connection.h"

namespace candour::net {

using asio::ip::tcp;
using base::Error;
using boost::system::error_code;

namespace {

constexpr auto kAcceptPause = std::chrono::milliseconds(50);

// A connection that failed has ended and nobody is left to be told.
void when_served(const std::exception_ptr&) {}

// Accepting ended by an exception of ours: run() passes it on.
void when_accepting_ended(const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

class Server::Listener {
 public:
  Listener(ServerOptions options, std::vector<Route> routes, const base::Clock& clock)
      : shared_(std::move(options), std::move(routes), clock),
        acceptor_(shared_.context),
        signals_(shared_.context),
        slot_(shared_.context),
        last_call_(shared_.context) {
    listen();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  void run(const std::stop_token& stop);

 private:
  void listen();
  asio::awaitable<void> accept();
  asio::awaitable<void> serve(tcp::socket socket);
  void stop();

  Shared shared_;
  tcp::acceptor acceptor_;
  asio::signal_set signals_;  // from the beginning: one that comes before run() must not end the process
  std::uint16_t port_ = 0;
  asio::steady_timer slot_;       // wakes accept() when a connection ends
  asio::steady_timer last_call_;  // ends what has not ended by itself after a stop
};

void Server::Listener::listen() {
  const ServerOptions& options = shared_.options;
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (!error && options.tls == nullptr && address != asio::ip::address_v4::loopback()) {
    throw Error("CND-2405", "A server without TLS listens on 127.0.0.1 and nowhere else.");
  }
  CANDOUR_CHECK(options.tls == nullptr || options.accepts_peer);
  if (options.signals == Signals::kStop) {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
  }
  const tcp::endpoint endpoint(address, options.port);
  if (!error) acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  if (error) {
    throw Error("CND-1902", "The server cannot listen at this address and port.")
        .with("address", base::Label(options.address))
        .with("port", options.port)
        .with("system_error", error.value());
  }
}

asio::awaitable<void> Server::Listener::accept() {
  while (!shared_.is_stopping) {
    error_code error;
    if (shared_.connections.size() >= shared_.options.connections_at_most) {
      slot_.expires_at(asio::steady_timer::time_point::max());
      co_await slot_.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    tcp::socket socket(shared_.context);
    co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (shared_.is_stopping) break;
    if (error) {
      // No descriptors are left, or the client was gone already. To ask again at once would be to spin.
      slot_.expires_after(kAcceptPause);
      co_await slot_.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    asio::co_spawn(shared_.context, serve(std::move(socket)), when_served);
    // Lets serve() run to its first wait, so that the connection is counted.
    co_await asio::post(shared_.context, asio::use_awaitable);
  }
}

asio::awaitable<void> Server::Listener::serve(tcp::socket socket) {
  try {
    Connection connection(shared_, std::move(socket));
    co_await connection.serve();
  } catch (const std::exception&) {  // the connection has ended; the place of it is free all the same
  }
  slot_.cancel();
  if (shared_.connections.empty()) last_call_.cancel();
}

void Server::Listener::stop() {
  if (shared_.is_stopping) return;
  shared_.is_stopping = true;
  error_code ignored;
  acceptor_.close(ignored);
  slot_.cancel();
  for (Connection* connection : shared_.connections) connection->end_if_idle();
  if (shared_.connections.empty()) return;
  last_call_.expires_after(shared_.options.stop_deadline);
  last_call_.async_wait([this](const error_code& error) {
    if (error) return;
    for (Connection* connection : shared_.connections) connection->close();
  });
}

void Server::Listener::run(const std::stop_token& stop_token) {
  shared_.workers.emplace(shared_.options.workers);
  if (shared_.options.signals == Signals::kStop) {
    signals_.async_wait([this](const error_code& error, int) {
      if (!error) stop();
    });
  }
  asio::co_spawn(shared_.context, accept(), when_accepting_ended);
  const std::stop_callback on_stop(stop_token, [this] {
    asio::post(shared_.context, [this] {
      stop();
      signals_.cancel();
    });
  });
  shared_.context.run();
  shared_.workers->join();
}

Server::Server(ServerOptions options, std::vector<Route> routes, const base::Clock& clock)
    : listener_(std::make_unique<Listener>(std::move(options), std::move(routes), clock)) {}

Server::~Server() = default;

std::uint16_t Server::port() const { return listener_->port(); }

void Server::run(const std::stop_token& stop) { listener_->run(stop); }

}  // namespace candour::net
