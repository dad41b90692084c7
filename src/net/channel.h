// One connection that carries bytes, over TCP or over TLS on it: what the server and the client share. Each
// operation has a deadline, and what it failed by is told apart.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "candour/net/tls.h"

namespace candour::net {

namespace asio = boost::asio;
using Deadline = std::chrono::steady_clock::time_point;

/// Why a connection carries nothing more.
enum class Broken {
  kNot,
  kEnd,          ///< the other side has closed it, or it was reset
  kDeadline,     ///< nothing moved until the deadline
  kCancelled,    ///< cancel() was called
  kRefusedPeer,  ///< we refused the other side's certificate or key
  kRefusedUs,    ///< the other side refused ours, by a TLS alert about certificates
  kProtocol,     ///< what came is no TLS 1.3
};

class Channel {
 public:
  /// A connected socket, or one that connect() will connect.
  explicit Channel(asio::ip::tcp::socket socket);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  asio::awaitable<bool> connect(const asio::ip::tcp::endpoint& endpoint, Deadline deadline);
  /// Begins TLS. `check` outlives the channel.
  asio::awaitable<bool> shake_hands(const Tls& tls, TlsSide side, const PeerCheck& check,
                                    std::int64_t now_unix_seconds, Deadline deadline);
  /// The digest of the peer's key, after a handshake.
  [[nodiscard]] base::Digest peer() const;

  /// Up to out.size() bytes; 0 where none comes any more: broken() says why.
  asio::awaitable<std::size_t> read_some(std::span<std::uint8_t> out, Deadline deadline);
  /// All of `bytes`, kPieceBytes at a time; each piece has `patience` to be taken.
  asio::awaitable<bool> write(std::span<const std::uint8_t> bytes, std::chrono::milliseconds patience,
                              Deadline latest = Deadline::max());
  /// Exactly out.size() bytes, kPieceBytes at a time; each piece has `patience` to come.
  asio::awaitable<bool> read(std::span<std::uint8_t> out, std::chrono::milliseconds patience,
                             Deadline latest = Deadline::max());

  /// Ends TLS and closes so that what was written arrives: a socket that is closed with bytes unread makes
  /// the kernel send a reset, which can overtake them. Waits for at most `patience`.
  asio::awaitable<void> linger(std::chrono::milliseconds patience);
  /// Whether bytes or the end have come that nobody has asked for.
  [[nodiscard]] bool has_something_to_read();
  /// Ends what waits.
  void cancel();
  void close();

  [[nodiscard]] Broken broken() const { return broken_; }
  /// A constant text of OpenSSL's that says why we refused the peer's certificate; "" otherwise.
  [[nodiscard]] std::string_view refusal() const { return refusal_; }

  static constexpr std::size_t kPieceBytes = std::size_t{16} << 10;  // a record of TLS

 private:
  void note(const boost::system::error_code& error);

  boost::beast::tcp_stream tcp_;
  std::optional<asio::ssl::stream<boost::beast::tcp_stream&>> tls_;
  Broken broken_ = Broken::kNot;
  std::string_view refusal_;
  bool is_cancelled_ = false;
};

}  // namespace candour::net
