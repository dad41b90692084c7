// TLS between nodes: version 1.3 and no other, both sides with a certificate of the federation's authority,
// each known to the other by its key.
//
// What holds on every connection (docs/reference/wire.md says the same for those who write another node):
//   - the chain is authority → node, both valid at the time of the caller's clock;
//   - the SHA-256 of the peer's SubjectPublicKeyInfo is one that the caller's PeerCheck accepts: the charter
//     pins it. The name in a certificate decides nothing;
//   - no tickets and no resumption: each connection shows both certificates again. No early data, no
//     renegotiation, no compression;
//   - X25519 or P-256 for the exchange, ECDSA P-256 to sign, AES-GCM or ChaCha20-Poly1305; ALPN http/1.1.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "candour/base/bytes.h"
#include "candour/base/sha256.h"

struct ssl_st;

namespace candour::net {

/// Whether a peer with this key may be spoken to. Called during each handshake, and by a server before each
/// request, so that who leaves the charter is refused on a connection that is open already. From any thread.
using PeerCheck = std::function<bool(const base::Digest& spki)>;

enum class TlsSide { kServer, kClient };

/// A node's own certificate and key, with the authority that it trusts. Servers and clients of the process
/// share one.
class Tls {
 public:
  /// All three as PEM (certificate.h). Errors: CND-2401 (a text that cannot be read), CND-2402 (the key is
  /// not the certificate's), CND-2403.
  Tls(std::string_view authority_pem, std::string_view certificate_pem, const base::SecretBytes& key_pem);
  ~Tls();
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  /// The identity under which peers know this node.
  [[nodiscard]] const base::Digest& own_spki() const { return own_spki_; }

  /// For channel.h: a new session, whose handshake verifies the peer as of `now` and asks `check`, which
  /// outlives it. The caller frees it.
  [[nodiscard]] ssl_st* new_session(TlsSide side, const PeerCheck& check,
                                    std::int64_t now_unix_seconds) const;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  base::Digest own_spki_;
};

}  // namespace candour::net
