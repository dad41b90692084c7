#include "candour/net/channel.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <cerrno>

#include "candour/net/openssl_handles.h"

namespace candour::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kLingerAtMostBytes = std::size_t{8} << 20;

// The alerts by which a peer says that it does not accept our certificate (RFC 8446 section 6.2).
bool is_about_certificates(int reason) {
  switch (reason) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return true;
    default:
      return false;
  }
}

}  // namespace

Channel::Channel(tcp::socket socket) : tcp_(std::move(socket)) {
  // Requests and answers are written whole: to wait for more bytes would only delay them.
  error_code ignored;
  if (tcp_.socket().is_open()) tcp_.socket().set_option(tcp::no_delay(true), ignored);
}

asio::awaitable<bool> Channel::connect(const tcp::endpoint& endpoint, Deadline deadline) {
  error_code error;
  tcp_.expires_at(deadline);
  co_await tcp_.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
  note(error);
  error_code ignored;
  if (!error) tcp_.socket().set_option(tcp::no_delay(true), ignored);
  co_return !error;
}

asio::awaitable<bool> Channel::shake_hands(const Tls& tls, TlsSide side, const PeerCheck& check,
                                           std::int64_t now_unix_seconds, Deadline deadline) {
  tls_.emplace(tcp_, tls.new_session(side, check, now_unix_seconds));
  const auto role =
      side == TlsSide::kServer ? asio::ssl::stream_base::server : asio::ssl::stream_base::client;
  error_code error;
  tcp_.expires_at(deadline);
  co_await tls_->async_handshake(role, asio::redirect_error(asio::use_awaitable, error));
  note(error);
  co_return !error;
}

base::Digest Channel::peer() const {
  // The session is OpenSSL's own record; asking it changes nothing.
  SSL* session = const_cast<Channel*>(this)->tls_->native_handle();
  const X509* certificate = SSL_get0_peer_certificate(session);
  check_openssl(certificate != nullptr);
  return spki_of(*certificate);
}

asio::awaitable<std::size_t> Channel::read_some(std::span<std::uint8_t> out, Deadline deadline) {
  error_code error;
  std::size_t got = 0;
  const asio::mutable_buffer buffer(out.data(), out.size());
  tcp_.expires_at(deadline);
  if (tls_) {
    got = co_await tls_->async_read_some(buffer, asio::redirect_error(asio::use_awaitable, error));
  } else {
    got = co_await tcp_.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, error));
  }
  note(error);
  co_return error ? 0 : got;
}

asio::awaitable<bool> Channel::write(std::span<const std::uint8_t> bytes, std::chrono::milliseconds patience,
                                     Deadline latest) {
  while (!bytes.empty()) {
    const asio::const_buffer piece(bytes.data(), std::min(bytes.size(), kPieceBytes));
    error_code error;
    tcp_.expires_at(std::min(latest, std::chrono::steady_clock::now() + patience));
    if (tls_) {
      co_await asio::async_write(*tls_, piece, asio::redirect_error(asio::use_awaitable, error));
    } else {
      co_await asio::async_write(tcp_, piece, asio::redirect_error(asio::use_awaitable, error));
    }
    note(error);
    if (error) co_return false;
    bytes = bytes.subspan(piece.size());
  }
  co_return true;
}

asio::awaitable<bool> Channel::read(std::span<std::uint8_t> out, std::chrono::milliseconds patience,
                                    Deadline latest) {
  while (!out.empty()) {
    std::span<std::uint8_t> piece = out.first(std::min(out.size(), kPieceBytes));
    out = out.subspan(piece.size());
    const Deadline deadline = std::min(latest, std::chrono::steady_clock::now() + patience);
    while (!piece.empty()) {
      const std::size_t got = co_await read_some(piece, deadline);
      if (got == 0) co_return false;
      piece = piece.subspan(got);
    }
  }
  co_return true;
}

asio::awaitable<void> Channel::linger(std::chrono::milliseconds patience) {
  error_code error;
  tcp_.expires_after(patience);
  if (tls_ && broken_ == Broken::kNot) {
    co_await tls_->async_shutdown(asio::redirect_error(asio::use_awaitable, error));
  }
  error.clear();
  if (tcp_.socket().is_open()) tcp_.socket().shutdown(tcp::socket::shutdown_send, error);
  char dropped[2048];
  for (std::size_t read = 0; !error && read < kLingerAtMostBytes;) {
    read += co_await tcp_.async_read_some(asio::buffer(dropped),
                                          asio::redirect_error(asio::use_awaitable, error));
  }
}

bool Channel::has_something_to_read() {
  char byte = 0;
  const auto got = ::recv(tcp_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

void Channel::cancel() {
  is_cancelled_ = true;
  tcp_.cancel();
}

void Channel::close() {
  is_cancelled_ = true;
  tcp_.close();
}

void Channel::note(const error_code& error) {
  if (!error || broken_ != Broken::kNot) return;
  if (error == boost::beast::error::timeout) {
    broken_ = Broken::kDeadline;
  } else if (is_cancelled_) {
    broken_ = Broken::kCancelled;
  } else if (tls_ && SSL_get_verify_result(tls_->native_handle()) != X509_V_OK) {
    broken_ = Broken::kRefusedPeer;
    refusal_ = X509_verify_cert_error_string(SSL_get_verify_result(tls_->native_handle()));
  } else if (error.category() == asio::error::get_ssl_category()) {
    const int reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
    broken_ = is_about_certificates(reason) ? Broken::kRefusedUs : Broken::kProtocol;
  } else {
    broken_ = Broken::kEnd;
  }
}

}  // namespace candour::net
