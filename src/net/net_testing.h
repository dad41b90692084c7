// What the tests of servers and clients share: a federation's certificates, a server that runs until it goes,
// and a client of one TCP connection that sends bytes as they are.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "candour/net/certificate.h"
#include "candour/net/client.h"
#include "candour/net/server.h"

namespace candour::net {

inline constexpr std::int64_t kNow = 1'790'000'000;  // in 2026
inline constexpr std::int64_t kDay = 86'400;
inline constexpr Validity kThisYear = {.from_unix_seconds = kNow - 30 * kDay,
                                       .until_unix_seconds = kNow + 300 * kDay};

/// A node's certificate, and the Tls of it.
struct TestNode {
  TestNode(const KeyedCertificate& authority, std::string_view trusted_authority_pem, std::string_view name,
           const Validity& validity = kThisYear)
      : certificate(make_certificate(authority, name, validity)),
        tls(trusted_authority_pem, certificate.certificate_pem, certificate.key_pem) {}
  KeyedCertificate certificate;
  Tls tls;
};

/// An authority with a hub and a provider.
struct TestFederation {
  KeyedCertificate authority = make_ca("test-federation", kThisYear);
  TestNode hub{authority, authority.certificate_pem, "hub"};
  TestNode provider{authority, authority.certificate_pem, "provider"};
  [[nodiscard]] PeerCheck pins_provider() const {
    return [spki = provider.tls.own_spki()](const base::Digest& peer) { return peer == spki; };
  }
};

/// A server that runs until it goes, with the events that it reported.
class RunningServer {
 public:
  RunningServer(ServerOptions options, std::vector<Route> routes, std::int64_t now = kNow)
      : clock_(now), server_(observed(std::move(options)), std::move(routes), clock_) {
    thread_ = std::jthread([this](const std::stop_token& stop) { server_.run(stop); });
  }
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  void request_stop() { thread_.request_stop(); }
  void stop() {
    thread_.request_stop();
    thread_.join();
  }
  /// The events so far; `route` and `reason` of an event live as long as the server.
  [[nodiscard]] std::vector<Event> events() {
    const std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  ServerOptions observed(ServerOptions options) {
    options.on_event = [this](const Event& event) {
      const std::lock_guard lock(mutex_);
      events_.push_back(event);
    };
    return options;
  }
  base::FixedClock clock_;
  std::mutex mutex_;
  std::vector<Event> events_;
  Server server_;
  std::jthread thread_;
};

/// A client of one TCP connection that sends bytes as they are.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience = {.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int descriptor() const { return socket_; }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the server has closed; what it said is still to be read
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// All bytes until the server closes, or nothing came for long.
  std::string receive_all() {
    while (receive_some()) {
    }
    return received_;
  }
  /// All bytes until `end` is among them.
  std::string receive_until(std::string_view end) {
    while (received_.find(end) == std::string::npos && receive_some()) {
    }
    return received_;
  }
  [[nodiscard]] bool closed_by_server() const { return closed_; }
  /// Whether nothing at all comes for a while.
  bool stays_silent() {
    pollfd waiting = {.fd = socket_, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 300) == 0;
  }

 private:
  bool receive_some() {
    char piece[65536];
    const auto got = ::recv(socket_, piece, sizeof(piece), 0);
    closed_ = got == 0 || (got < 0 && errno == ECONNRESET);
    if (got <= 0) return false;
    received_.append(piece, static_cast<std::size_t>(got));
    return true;
  }
  int socket_;
  bool connected_ = false;
  bool closed_ = false;
  std::string received_;
};

/// A server of plain TCP that does to each connection what it is told, one after the other.
class FakeServer {
 public:
  /// `script` is called with the connection and its number, from 0; the connection is closed when it returns.
  explicit FakeServer(std::function<void(int connection, int number)> script)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), script_(std::move(script)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(socket_, 16) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no fake server");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { run(); });
  }
  ~FakeServer() {
    ::shutdown(socket_, SHUT_RDWR);  // ends accept()
    thread_.join();
    ::close(socket_);
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }

  /// Reads a head from `connection`; false where none comes.
  static bool take_request(int connection) {
    std::string received;
    char piece[4096];
    while (received.find("\r\n\r\n") == std::string::npos) {
      const auto got = ::recv(connection, piece, sizeof(piece), 0);
      if (got <= 0) return false;
      received.append(piece, static_cast<std::size_t>(got));
    }
    return true;
  }
  static void give(int connection, std::string_view bytes) {
    static_cast<void>(::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }

 private:
  void run() {
    for (;;) {
      const int connection = ::accept(socket_, nullptr, nullptr);
      if (connection < 0) return;
      script_(connection, connections_++);
      ::close(connection);
    }
  }
  int socket_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::function<void(int, int)> script_;
  std::jthread thread_;
};

inline int status_of(std::string_view answer) {
  return answer.size() > 12 && answer.starts_with("HTTP/1.1 ") ? std::stoi(std::string(answer.substr(9, 3)))
                                                               : 0;
}

}  // namespace candour::net
