// A client of one server of the federation: blocking calls over one mutual TLS connection that is kept open.
//
// The server is known by its key. Each call has one deadline for all that it does, of which the connection
// and its handshake have 10 seconds at most, and ends in an answer or in an Error that names host and port
// and never what was sent:
//   CND-2411  nobody answers there          CND-2414  what came is no answer
//   CND-2412  we refused their certificate  CND-2415  they refused ours
//   CND-2413  the deadline passed           CND-2416  the caller was told to stop
// After an Error the connection is dropped, and the next call makes a new one.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/bytes.h"
#include "candour/base/clock.h"
#include "candour/base/sha256.h"
#include "candour/net/request_rules.h"
#include "candour/net/tls.h"

namespace candour::net {

struct ClientOptions {
  std::string host;  ///< an address, or a name; a name is looked up by the system, outside the deadline
  std::uint16_t port = 0;
  const Tls* tls = nullptr;  ///< outlives the client; nullptr for plain HTTP to this machine
  base::Digest server_spki = {};
  std::size_t body_at_most_bytes = std::size_t{8} << 20;  ///< of an answer
};

struct Call {
  Method method = Method::kGet;
  std::string target;  ///< "/batches/7?part=1", encoded
  base::ByteView body = {};
  std::chrono::milliseconds deadline = std::chrono::seconds(30);
  std::stop_token stop = {};
};

struct Reply {
  int status = 0;
  std::vector<HeaderField> fields;
  base::Bytes body;
};

/// For one thread at a time.
class Client {
 public:
  /// `clock` outlives it: certificates are looked at as of its time.
  Client(ClientOptions options, const base::Clock& clock);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Asks and waits for the whole answer, whatever its status. Where a connection that was kept turns out to
  /// have been closed meanwhile, a new one is made, once, and the request is sent again: every call of the
  /// federation may be repeated.
  [[nodiscard]] Reply call(const Call& call);

 private:
  class Wire;
  std::unique_ptr<Wire> wire_;
};

}  // namespace candour::net
