// Certificates of a federation: its own authority, and one certificate a node, signed by it. `candour
// federation init` makes them.
//
// Keys are P-256 (ECDSA with SHA-256), what the NCSC's guidance "Using TLS to protect data" recommends and
// every TLS library and key store speaks. X.509 follows RFC 5280. A certificate's name is for people: which
// node a peer is, is decided by the digest of its public key, which the charter pins (tls.h).
//
// Keys, serial numbers and signatures take their randomness from OpenSSL's own generator, which the kernel
// seeds, and not from base::Random: a key of TLS is never a function of anything that could be replayed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "candour/base/bytes.h"
#include "candour/base/sha256.h"

namespace candour::net {

/// A certificate and its private key, both as PEM. The key is unencrypted PKCS #8; crypto's sealed key files
/// keep it at rest.
struct KeyedCertificate {
  std::string certificate_pem;
  base::SecretBytes key_pem;
};

/// From the first second to the last, both included.
struct Validity {
  std::int64_t from_unix_seconds = 0;
  std::int64_t until_unix_seconds = 0;
};

/// A certificate that may sign nodes' certificates and nothing else. `name` is of letters, digits, '-' and
/// '.', at most 63. Errors: CND-2404 (a name or dates that are none), CND-2403.
[[nodiscard]] KeyedCertificate make_ca(std::string_view name, const Validity& validity);

/// A new key with a request for its certificate, both as PEM; who certifies it never has the key.
struct KeyedRequest {
  std::string request_pem;  ///< PKCS #10 (RFC 2986), which shows that its maker has the key
  base::SecretBytes key_pem;
};
/// Errors: CND-2404, CND-2403.
[[nodiscard]] KeyedRequest make_request(std::string_view name);

/// A node's certificate, for both sides of TLS, for the key of a request, with `name` as its only
/// SubjectAltName (DNS), whatever the request says. Errors: CND-2401 (a PEM that cannot be read), CND-2406
/// (the request does not show that its maker has a P-256 key), CND-2404, CND-2403.
[[nodiscard]] std::string certify(const KeyedCertificate& authority, std::string_view request_pem,
                                  std::string_view name, const Validity& validity);

/// Both at once, where one machine makes everything. Errors: those of both.
[[nodiscard]] KeyedCertificate make_certificate(const KeyedCertificate& authority, std::string_view name,
                                                const Validity& validity);

/// SHA-256 of the SubjectPublicKeyInfo of a PEM certificate: the identity that a charter pins. Errors:
/// CND-2401.
[[nodiscard]] base::Digest spki_sha256(std::string_view certificate_pem);

}  // namespace candour::net
